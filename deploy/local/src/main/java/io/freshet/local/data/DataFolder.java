package io.freshet.local.data;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder of files, each of which may be gzipped. */
record DataFolder(Path directory) {
  boolean has(String glob) throws IOException {
    return !all(glob).isEmpty();
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

  /** Returns the one file of them, which must be there. */
  Path get(String glob) throws IOException {
    List<Path> files = all(glob);
    if (files.size() != 1) {
      throw new IOException(
          "data folder must hold one %s, was %s with %s"
              .formatted(
                  glob,
                  directory,
                  files.isEmpty() ? "none" : files.stream().map(Path::getFileName).toList()));
    }
    return files.get(0);
  }
}
