package io.freshet.local.data;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A folder of files, each of which may be gzipped. */
record DataFolder(Path directory) {
  /**
   * Returns the file whose name, without {@code .gz}, matches the glob; the first by name where
   * several do.
   */
  Optional<Path> find(String glob) throws IOException {
    return all(glob).stream().findFirst();
  }

  boolean has(String glob) throws IOException {
    return find(glob).isPresent();
  }

  /** Returns the files whose names, without {@code .gz}, match the glob, by name. */
  List<Path> all(String glob) throws IOException {
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob + "{,.gz}");
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> matcher.matches(file.getFileName()))
          .sorted(Comparator.comparing(Path::toString))
          .toList();
    }
  }

  /** Returns the file, which must be there. */
  Path get(String glob) throws IOException {
    return find(glob)
        .orElseThrow(() -> new IOException("data folder must hold " + glob + ", was " + directory));
  }
}
