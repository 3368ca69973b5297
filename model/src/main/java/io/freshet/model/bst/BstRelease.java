package io.freshet.model.bst;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.ndarray.NDManager;
import io.freshet.model.ItemTable;
import io.freshet.model.LoadedRelease;
import io.freshet.model.bst.Manifest.Content;
import io.freshet.model.network.TrainedNetwork;
import io.freshet.model.network.Vocabularies;
import io.freshet.model.network.Weights;
import io.freshet.schemas.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A BST on disk: an immutable directory of weights (safetensors), vocabularies, item table and a
 * manifest, written last, with the sum of each.
 */
public final class BstRelease {
  private static final String WEIGHTS = "weights.safetensors";
  private static final String ITEMS = "items.table";
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private BstRelease() {}

  /**
   * Writes a release into a directory of its own below {@code parent}, named by its version.
   *
   * @param createdAt the first part of the version; the rest is a hash of the files
   * @return the release's directory
   */
  public static Path write(TrainedBst trained, Instant createdAt, Path parent) throws IOException {
    Path draft = Files.createDirectories(parent.resolve("draft-" + UUID.randomUUID()));
    trained.network().weights().write(draft.resolve(WEIGHTS));
    trained.network().vocabularies().write(draft);
    trained.items().write(draft.resolve(ITEMS));
    SortedMap<String, Content> files = contents(draft);
    String hash = Manifest.sha256Of(files.toString().getBytes(UTF_8));
    String version = STAMP.format(createdAt) + "-" + hash.substring(0, 8);
    new Manifest(
            Manifest.FORMAT,
            Manifest.KIND,
            version,
            createdAt.toString(),
            trained.config(),
            trained.metrics(),
            files)
        .write(draft);
    return Files.move(draft, parent.resolve(version));
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
   * Returns the record that announces the release, which must be whole.
   *
   * @param uri where the job will find the directory, on any file system that Flink reads
   * @throws IOException also when a file is missing or not the one the manifest names; says which
   */
  public static Release describe(Path directory, String uri) throws IOException {
    Manifest manifest = Manifest.read(directory);
    manifest.verify(directory);
    return new Release(
        Manifest.KIND,
        Manifest.KIND,
        manifest.version(),
        uri,
        Manifest.sha256Of(Files.readAllBytes(directory.resolve(Manifest.FILE))),
        Instant.parse(manifest.createdAt()),
        manifest.metrics(),
        Map.of());
  }

  /**
   * Returns the release to go by after another announcement; null where there is none any more.
   *
   * @param before null for none
   */
  public static Release newest(Release before, Release announced) {
    if (announced.isWithdrawn()) {
      return before != null && before.artifact().equals(announced.artifact()) ? null : before;
    }
    return Manifest.KIND.equals(announced.kind()) ? announced : before;
  }

  /**
   * Reads a release into memory, to go on from it; its files are not needed any more afterwards.
   *
   * @return to be closed by the caller
   * @throws IOException also when a file is missing or not the one the manifest names; says which
   */
  public static TrainedBst read(Path directory) throws IOException {
    Manifest manifest = Manifest.read(directory);
    manifest.verify(directory);
    Vocabularies vocabularies = Vocabularies.read(directory);
    ItemTable items = ItemTable.read(directory.resolve(ITEMS));
    NDManager manager = NDManager.newBaseManager();
    try {
      Weights weights = Weights.read(manager, directory.resolve(WEIGHTS));
      return new TrainedBst(
          new TrainedNetwork(
              manifest.network(), vocabularies, weights, manifest.metrics(), manager),
          items);
    } catch (IOException | RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** Reads a release into memory, as {@link #read} does, to be scored with. */
  public static LoadedRelease load(Path directory) throws IOException {
    String version = Manifest.read(directory).version();
    TrainedBst trained = read(directory);
    return new LoadedRelease(
        version, trained.items(), trained.network()::newScorer, trained::close);
  }
}
