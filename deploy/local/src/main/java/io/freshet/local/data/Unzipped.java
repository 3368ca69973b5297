package io.freshet.local.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** The text of a zipped file, which names the file where it is not, or not all there. */
final class Unzipped extends GZIPInputStream {
  private final Path file;

  Unzipped(Path file, InputStream bytes) throws IOException {
    super(bytes, 1 << 16);
    this.file = file;
  }

  @Override
  public int read(byte[] to, int from, int length) throws IOException {
    try {
      return super.read(to, from, length);
    } catch (ZipException | EOFException e) {
      throw cannot(file, e);
    }
  }

  static IOException cannot(Path file, IOException reason) {
    return new IOException(
        "Cannot unzip %s, which must be gzipped, and whole: %s"
            .formatted(file, reason.getMessage()),
        reason);
  }
}
