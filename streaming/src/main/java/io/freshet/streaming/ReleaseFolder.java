package io.freshet.streaming;

import io.freshet.model.ReleaseDirectory;
import io.freshet.schemas.Release;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a job writes its releases, on any file system that Flink writes to: each to a directory of
 * its own, of which the oldest make room for new ones.
 *
 * <p>Only what is known to be a release of the same kind, by its directory's name and its manifest,
 * is counted and deleted. A job that is restored with one that is gone does what it does with any
 * that cannot be read: it goes on with the one announced.
 *
 * @param uri of the folder
 * @param max how many of the newest releases of a kind stay, by the times of their versions;
 *     besides the one announced and what has been added since the last were deleted
 */
public record ReleaseFolder(String uri, int max) implements Serializable {
  private static final Logger LOG = LoggerFactory.getLogger(ReleaseFolder.class);

  /** Versions begin with a time, of whole seconds. */
  private static final int TIME_LENGTH = "20261123-120000".length();

  private static final Comparator<Found> NEWEST_FIRST =
      Comparator.comparing((Found found) -> found.version().substring(0, TIME_LENGTH))
          .thenComparingLong(Found::writtenMillis)
          .reversed();

  /** A release that stands in the folder, and when its manifest was written. */
  private record Found(Path directory, long writtenMillis) {
    String version() {
      return directory.getName();
    }
  }

  /**
   * Adds a release and deletes none: what was announced while it was made may be any of those that
   * stand here.
   *
   * @param local the release's directory, of which there are no others within
   * @return the uri of the release's directory in the folder
   */
  public String add(java.nio.file.Path local) throws IOException {
    return ReleaseFiles.write(local, uri);
  }

  /**
   * Deletes the oldest releases of the kind announced where there are too many, before a round
   * begins. That these cannot be deleted is no failure: it is tried again before the next.
   *
   * @param announced never deleted, however old; null for none, when nothing is deleted
   */
  public void deleteOldest(Release announced) {
    if (announced == null) {
      return;
    }
    try {
      Path folder = new Path(URI.create(uri));
      FileSystem files = folder.getFileSystem();
      for (Found old : beyondMax(announced.kind(), folder, files)) {
        if (!old.version().equals(announced.version())) {
          files.delete(old.directory(), true);
          LOG.info("Deleted {}, for there are {} newer releases", old.directory(), max);
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("Cannot delete the oldest releases at {}", uri, e);
    }
  }

  private List<Found> beyondMax(String kind, Path folder, FileSystem files) throws IOException {
    List<Found> newestFirst = new ArrayList<>();
    for (FileStatus entry : entries(folder, files)) {
      if (entry.isDir() && isRelease(kind, entry.getPath(), files)) {
        Path manifest = new Path(entry.getPath(), ReleaseFiles.MANIFEST);
        newestFirst.add(
            new Found(entry.getPath(), files.getFileStatus(manifest).getModificationTime()));
      }
    }
    newestFirst.sort(NEWEST_FIRST);
    return newestFirst.subList(Math.min(max, newestFirst.size()), newestFirst.size());
  }

  private static FileStatus[] entries(Path folder, FileSystem files) throws IOException {
    return files.exists(folder) ? files.listStatus(folder) : new FileStatus[0];
  }

  private static boolean isRelease(String kind, Path directory, FileSystem files)
      throws IOException {
    Path manifest = new Path(directory, ReleaseFiles.MANIFEST);
    if (!ReleaseDirectory.isVersion(directory.getName()) || !files.exists(manifest)) {
      return false;
    }
    try (InputStream bytes = files.open(manifest)) {
      return ReleaseDirectory.kindOf(bytes).equals(kind);
    } catch (IOException e) {
      LOG.warn("Cannot tell what stands at {}; it stays", directory, e);
      return false;
    }
  }
}
