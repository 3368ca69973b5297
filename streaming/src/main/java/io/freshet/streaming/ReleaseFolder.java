package io.freshet.streaming;

import io.freshet.model.ReleaseDirectory;
import io.freshet.schemas.Release;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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
 * is counted and deleted; and what is named as a version but got no manifest within a day, for who
 * wrote it was killed. A job that is restored with one that is gone does what it does with any that
 * cannot be read: it goes on with the one announced.
 *
 * @param uri of the folder
 * @param max how many of the newest releases of a kind stay, by the times of their versions;
 *     besides the one announced and what has been added since the last were deleted
 */
public record ReleaseFolder(String uri, int max) implements Serializable {
  private static final Logger LOG = LoggerFactory.getLogger(ReleaseFolder.class);

  /** Nobody takes so long to write a release: what has no manifest by then never gets one. */
  private static final Duration WRITTEN_WITHIN = Duration.ofDays(1);

  private static final Comparator<Found> NEWEST_FIRST =
      Comparator.comparing(Found::createdAt)
          .thenComparing(found -> found.manifest().getModificationTime())
          .reversed();

  /** A directory named as a version; its manifest is null where it has none. */
  private record Found(FileStatus directory, Instant createdAt, FileStatus manifest) {
    Path path() {
      return directory.getPath();
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
   * Deletes the oldest releases of the kind announced where there are too many, and what was left
   * half written, before a round begins. That these cannot be deleted is no failure: it is tried
   * again before the next.
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
      List<Found> all = versions(folder, files);
      for (Found found : all) {
        if (isLeftHalfWritten(found, files)) {
          files.delete(found.path(), true);
          LOG.info("Deleted {}, which was left half written", found.path());
        }
      }
      for (Found old : beyondMax(announced.kind(), all, files)) {
        if (!old.path().getName().equals(announced.version())) {
          files.delete(old.path(), true);
          LOG.info("Deleted {}, for there are {} newer releases", old.path(), max);
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("Cannot delete the oldest releases at {}", uri, e);
    }
  }

  /** Goes by when anything changed there: who copies an older release makes its files now. */
  private static boolean isLeftHalfWritten(Found found, FileSystem files) throws IOException {
    if (found.manifest() != null) {
      return false;
    }
    long changed = found.directory().getModificationTime();
    for (FileStatus file : files.listStatus(found.path())) {
      changed = Math.max(changed, file.getModificationTime());
    }
    return changed < Instant.now().minus(WRITTEN_WITHIN).toEpochMilli();
  }

  private List<Found> beyondMax(String kind, List<Found> all, FileSystem files) {
    return all.stream()
        .filter(found -> found.manifest() != null && isOf(kind, found, files))
        .sorted(NEWEST_FIRST)
        .skip(max)
        .toList();
  }

  private static boolean isOf(String kind, Found found, FileSystem files) {
    try (InputStream bytes = files.open(found.manifest().getPath())) {
      return ReleaseDirectory.kindOf(bytes).equals(kind);
    } catch (IOException e) {
      LOG.warn("Cannot tell what stands at {}; it stays", found.path(), e);
      return false;
    }
  }

  private static List<Found> versions(Path folder, FileSystem files) throws IOException {
    List<Found> found = new ArrayList<>();
    if (files.exists(folder)) {
      for (FileStatus entry : files.listStatus(folder)) {
        Path path = entry.getPath();
        Optional<Instant> createdAt = ReleaseDirectory.createdAt(path.getName());
        if (entry.isDir() && createdAt.isPresent()) {
          found.add(new Found(entry, createdAt.get(), manifest(path, files)));
        }
      }
    }
    return found;
  }

  private static FileStatus manifest(Path directory, FileSystem files) throws IOException {
    Path manifest = new Path(directory, ReleaseFiles.MANIFEST);
    return files.exists(manifest) ? files.getFileStatus(manifest) : null;
  }
}
