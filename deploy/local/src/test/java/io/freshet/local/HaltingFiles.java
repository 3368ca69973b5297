package io.freshet.local;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.local.LocalFileSystem;

/**
 * This machine's files. Whoever writes the one that a test names stands still in the middle of it,
 * once, until the thread is interrupted. Registered as Flink's plugins are.
 */
public final class HaltingFiles implements FileSystemFactory {
  private static final AtomicReference<String> HALTS_AT = new AtomicReference<>();
  private static volatile CountDownLatch halted;

  /** Has the next writer of a file of that name stand still. */
  static void haltAt(String file) {
    halted = new CountDownLatch(1);
    HALTS_AT.set(file);
  }

  /** Returns once the writer stands still. */
  static void awaitHalt() throws InterruptedException {
    halted.await();
  }

  @Override
  public String getScheme() {
    return "halting";
  }

  @Override
  public FileSystem create(URI uri) {
    return new LocalFileSystem() {
      @Override
      public FSDataOutputStream create(Path path, WriteMode mode) throws IOException {
        FSDataOutputStream file = super.create(path, mode);
        String name = HALTS_AT.get();
        boolean halts = path.getName().equals(name) && HALTS_AT.compareAndSet(name, null);
        return halts ? new Halting(file) : file;
      }
    };
  }

  /** Writes half of what comes first, and then nothing. */
  private static final class Halting extends FSDataOutputStream {
    private final FSDataOutputStream file;

    Halting(FSDataOutputStream file) {
      this.file = file;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      file.write(bytes, from, length / 2);
      file.flush();
      halted.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        throw new InterruptedIOException("stopped in the middle of " + file);
      }
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public long getPos() throws IOException {
      return file.getPos();
    }

    @Override
    public void flush() throws IOException {
      file.flush();
    }

    @Override
    public void sync() throws IOException {
      file.sync();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
