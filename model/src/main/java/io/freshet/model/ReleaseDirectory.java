package io.freshet.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.freshet.model.Manifest.Content;
import io.freshet.schemas.Release;
import io.freshet.schemas.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A release on disk, of whatever kind: an immutable directory of files and a manifest, written
 * last, with the sum of each, the form of what is released and what was measured of it.
 */
public final class ReleaseDirectory {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int STAMP_LENGTH = "20261123-120000".length();
  private static final Pattern VERSION = Pattern.compile("\\d{8}-\\d{6}-[0-9a-f]{8}");

  private final Path path;
  private final Manifest manifest;

  private ReleaseDirectory(Path path, Manifest manifest) {
    this.path = path;
    this.manifest = manifest;
  }

  /** Writes the files of a release. */
  public interface Filler {
    /** Puts them into an empty directory, without folders in it. */
    void fill(Path directory) throws IOException;
  }

  /**
   * Writes a release into a directory of its own below {@code parent}, named by its version. Where
   * that fails, nothing of it stays.
   *
   * @param form a record that {@link #form} reads again
   * @param createdAt the first part of the version; the rest is a hash of the files
   * @return the release's directory
   */
  public static Path write(
      String kind,
      Object form,
      Instant createdAt,
      Map<String, Double> metrics,
      Path parent,
      Filler filler)
      throws IOException {
    Path draft = Files.createDirectories(parent.resolve("draft-" + UUID.randomUUID()));
    try {
      filler.fill(draft);
      String version = complete(draft, kind, form, createdAt, metrics);
      return Files.move(draft, parent.resolve(version));
    } catch (Throwable e) { // be it want of memory
      deleteBecauseOf(e, draft);
      throw e;
    }
  }

  /** Adds the manifest, and returns the version. */
  private static String complete(
      Path draft, String kind, Object form, Instant createdAt, Map<String, Double> metrics)
      throws IOException {
    SortedMap<String, Content> files = contents(draft);
    String hash = Sha256.of(files.toString().getBytes(UTF_8));
    String version = STAMP.format(createdAt) + "-" + hash.substring(0, 8);
    new Manifest(
            Manifest.FORMAT,
            kind,
            version,
            createdAt.toString(),
            Manifest.written(form),
            metrics,
            files)
        .write(draft);
    return version;
  }

  private static void deleteBecauseOf(Throwable reason, Path draft) {
    try {
      try (var files = Files.newDirectoryStream(draft)) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
      Files.delete(draft);
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  private static SortedMap<String, Content> contents(Path directory) throws IOException {
    SortedMap<String, Content> contents = new TreeMap<>();
    try (var files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        contents.put(file.getFileName().toString(), Content.of(file));
      }
    }
    return contents;
  }

  /**
   * Opens a release of any kind, which must be whole.
   *
   * @throws IOException also when a file is missing or not the one the manifest names; says which
   */
  public static ReleaseDirectory open(Path directory) throws IOException {
    Manifest manifest = Manifest.read(directory);
    manifest.verify(directory);
    return new ReleaseDirectory(directory, manifest);
  }

  /**
   * Opens a release, which must be whole and of that kind.
   *
   * @throws IOException also when a file is missing or not the one the manifest names; says which
   */
  public static ReleaseDirectory open(Path directory, String kind) throws IOException {
    Manifest.read(directory).checkKind(directory, kind);
    return open(directory);
  }

  /**
   * Returns when a version was made, to the second, by its directory's name; empty where that is no
   * version's as {@link #write} gives it.
   */
  public static Optional<Instant> createdAt(String name) {
    if (!VERSION.matcher(name).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(STAMP.parse(name.substring(0, STAMP_LENGTH), Instant::from));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns the kind of release that a manifest is of; empty where it tells of none.
   *
   * @throws IOException also when it is no JSON
   */
  public static String kindOf(InputStream manifest) throws IOException {
    return Manifest.kindOf(manifest);
  }

  public String version() {
    return manifest.version();
  }

  /** Returns what was measured before releasing, by name. */
  public Map<String, Double> metrics() {
    return manifest.metrics();
  }

  /**
   * Returns the form of what is released.
   *
   * @throws IOException when it is not one of that type
   */
  public <F> F form(Class<F> type) throws IOException {
    return form(type, Map.of());
  }

  /**
   * Returns the form of what is released.
   *
   * @param since what forms that were written earlier did not have, by its name in the manifest,
   *     and what they were in that
   * @throws IOException when it is not one of that type
   */
  public <F> F form(Class<F> type, Map<String, ?> since) throws IOException {
    return manifest.network(type, since, path);
  }

  /** Returns where a file of the release is. */
  public Path file(String name) {
    return path.resolve(name);
  }

  /**
   * Returns the record that announces the release.
   *
   * @param uri where jobs will find the directory, on any file system that Flink reads
   */
  public Release describe(String uri) throws IOException {
    return new Release(
        manifest.kind(),
        manifest.kind(),
        manifest.version(),
        uri,
        Sha256.of(Files.readAllBytes(path.resolve(Manifest.FILE))),
        Instant.parse(manifest.createdAt()),
        manifest.metrics(),
        Map.of());
  }

  /**
   * Returns the release of a kind to go by after another announcement; null where there is none any
   * more.
   *
   * @param before null for none
   */
  public static Release newest(String kind, Release before, Release announced) {
    if (announced.isWithdrawn()) {
      return before != null && before.artifact().equals(announced.artifact()) ? null : before;
    }
    return kind.equals(announced.kind()) ? announced : before;
  }
}
