package io.freshet.streaming;

import io.freshet.schemas.Release;
import io.freshet.schemas.Sha256;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.util.FileUtils;

/**
 * Brings a release's files from any file system that Flink reads to this machine, and makes sure
 * that they are those announced; and brings those made here to such a file system.
 *
 * <p>The manifest's sum is checked here against the record; the manifest holds the sums of the
 * other files, which the reader checks.
 */
public final class ReleaseFiles {
  static final String MANIFEST = "manifest.json";

  private ReleaseFiles() {}

  /** Reads the files of a release into memory. */
  public interface ReleaseReader<T> extends Serializable {
    /** Returns the release in {@code directory}, which is not needed any more afterwards. */
    T read(Path directory) throws Exception;
  }

  /**
   * Returns what {@code reader} makes of the release.
   *
   * @param scratch an existing folder for a local copy, which is gone afterwards
   * @throws Exception when the release is not whole, or not what was announced; says why
   */
  public static <T> T read(Release release, Path scratch, ReleaseReader<T> reader)
      throws Exception {
    Path copy = Files.createTempDirectory(scratch, "freshet-release-");
    try {
      copyFiles(release.uri(), copy);
      checkManifest(release, copy.resolve(MANIFEST));
      return reader.read(copy);
    } finally {
      FileUtils.deleteDirectoryQuietly(copy.toFile());
    }
  }

  /**
   * Copies a release, its manifest last: a directory without one is no release.
   *
   * @param local the release's directory, of which there are no others within
   * @param parent a uri of Flink's, where the release gets a directory of the same name
   * @return the uri of that directory
   */
  public static String write(Path local, String parent) throws IOException {
    org.apache.flink.core.fs.Path to =
        new org.apache.flink.core.fs.Path(
            new org.apache.flink.core.fs.Path(URI.create(parent)), local.getFileName().toString());
    FileSystem files = to.getFileSystem();
    files.mkdirs(to);
    List<Path> manifestLast;
    try (Stream<Path> all = Files.list(local)) {
      manifestLast =
          all.sorted(
                  Comparator.comparing(ReleaseFiles::isManifest)
                      .thenComparing(Comparator.naturalOrder()))
              .toList();
    }
    for (Path file : manifestLast) {
      org.apache.flink.core.fs.Path target =
          new org.apache.flink.core.fs.Path(to, file.getFileName().toString());
      try (OutputStream bytes = files.create(target, WriteMode.NO_OVERWRITE)) {
        Files.copy(file, bytes);
      }
    }
    return to.toUri().toString();
  }

  private static boolean isManifest(Path file) {
    return file.getFileName().toString().equals(MANIFEST);
  }

  private static void copyFiles(String uri, Path to) throws IOException {
    try {
      copyFiles(new org.apache.flink.core.fs.Path(URI.create(uri)), to);
    } catch (IOException | IllegalArgumentException e) {
      throw cannotRead(uri, e.getMessage(), e);
    }
  }

  private static void copyFiles(org.apache.flink.core.fs.Path from, Path to) throws IOException {
    FileSystem files = from.getFileSystem();
    FileStatus[] entries = files.listStatus(from);
    if (entries == null) {
      throw new FileNotFoundException("there is no such directory");
    }
    Files.createDirectories(to);
    for (FileStatus entry : entries) {
      Path target = to.resolve(entry.getPath().getName());
      if (entry.isDir()) {
        copyFiles(entry.getPath(), target);
      } else {
        try (InputStream bytes = files.open(entry.getPath())) {
          Files.copy(bytes, target);
        }
      }
    }
  }

  /** A release that was named by its uri alone comes without a sum. */
  private static void checkManifest(Release release, Path manifest) throws IOException {
    if (!Files.exists(manifest)) {
      throw cannotRead(
          release.uri(),
          "it has no " + MANIFEST + ": it is no release, or not written whole",
          null);
    }
    if (release.sha256() == null) {
      return;
    }
    String sum = Sha256.of(Files.readAllBytes(manifest));
    if (!sum.equalsIgnoreCase(release.sha256())) {
      throw new IOException(
          "sha256 of %s in release %s must be %s, was %s"
              .formatted(MANIFEST, release.uri(), release.sha256(), sum));
    }
  }

  private static IOException cannotRead(String uri, String reason, Exception cause) {
    return new IOException("Cannot read release %s: %s".formatted(uri, reason), cause);
  }
}
