package io.freshet.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.util.FileUtils;

/** A temporary folder, which goes when it is closed. */
public record WorkFolder(Path path) implements AutoCloseable {
  public static WorkFolder create() throws IOException {
    return new WorkFolder(Files.createTempDirectory("freshet-"));
  }

  /** Creates one for work that nobody ends in order: it goes at the end of the process at last. */
  public static WorkFolder createUntilExit() throws IOException {
    WorkFolder folder = create();
    Runtime.getRuntime().addShutdownHook(new Thread(folder::close, "delete " + folder.path()));
    return folder;
  }

  /** Returns a folder in this one. */
  public Path folder(String name) throws IOException {
    return Files.createDirectories(path.resolve(name));
  }

  @Override
  public void close() {
    FileUtils.deleteDirectoryQuietly(path.toFile());
  }
}
