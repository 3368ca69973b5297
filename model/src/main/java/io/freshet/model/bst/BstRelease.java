package io.freshet.model.bst;

import ai.djl.ndarray.NDManager;
import io.freshet.model.ComputeDevice;
import io.freshet.model.ItemTable;
import io.freshet.model.LoadedRelease;
import io.freshet.model.ReleaseDirectory;
import io.freshet.model.network.Devices;
import io.freshet.model.network.TrainedNetwork;
import io.freshet.model.network.Vocabularies;
import io.freshet.model.network.Weights;
import io.freshet.schemas.Release;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** A BST on disk: a release's directory of weights (safetensors), vocabularies and item table. */
public final class BstRelease {
  /** What a release says it is of. */
  public static final String KIND = "bst";

  private static final String WEIGHTS = "weights.safetensors";
  private static final String ITEMS = "items.table";

  private BstRelease() {}

  /**
   * Writes a release into a directory of its own below {@code parent}, named by its version.
   *
   * @param createdAt the first part of the version; the rest is a hash of the files
   * @return the release's directory
   */
  public static Path write(TrainedBst trained, Instant createdAt, Path parent) throws IOException {
    return ReleaseDirectory.write(
        KIND,
        trained.config(),
        createdAt,
        trained.metrics(),
        parent,
        directory -> {
          trained.network().weights().write(directory.resolve(WEIGHTS));
          trained.network().vocabularies().write(directory);
          trained.items().write(directory.resolve(ITEMS));
        });
  }

  /**
   * Returns the record that announces the release, which must be whole.
   *
   * @param uri where the job will find the directory, on any file system that Flink reads
   * @throws IOException also when a file is missing or not the one the manifest names; says which
   */
  public static Release describe(Path directory, String uri) throws IOException {
    return ReleaseDirectory.open(directory, KIND).describe(uri);
  }

  /**
   * Returns the release to go by after another announcement; null where there is none any more.
   *
   * @param before null for none
   */
  public static Release newest(Release before, Release announced) {
    return ReleaseDirectory.newest(KIND, before, announced);
  }

  /**
   * Reads a release into memory, to go on from it; its files are not needed any more afterwards.
   *
   * @return to be closed by the caller
   * @throws IOException also when a file is missing or not the one the manifest names; says which
   */
  public static TrainedBst read(Path directory) throws IOException {
    return read(ReleaseDirectory.open(directory, KIND), directory);
  }

  private static TrainedBst read(ReleaseDirectory release, Path directory) throws IOException {
    BstConfig form = release.form(BstConfig.class, Map.of("vector_width", 0));
    Vocabularies vocabularies = Vocabularies.read(directory);
    ItemTable items =
        ItemTable.read(directory.resolve(ITEMS), vocabularies.items(), vocabularies.categories());
    NDManager manager = Devices.newManager(ComputeDevice.CPU);
    try {
      Weights weights = Weights.read(manager, directory.resolve(WEIGHTS));
      return new TrainedBst(
          new TrainedNetwork(form, vocabularies, weights, release.metrics(), manager), items);
    } catch (Throwable e) { // be it want of memory
      manager.close();
      throw e;
    }
  }

  /** Reads a release into memory, as {@link #read} does, to be scored with on any device. */
  public static LoadedRelease load(Path directory) throws IOException {
    ReleaseDirectory release = ReleaseDirectory.open(directory, KIND);
    TrainedBst trained = read(release, directory);
    return new LoadedRelease(
        release.version(), trained.items(), trained.network()::newScorer, trained::close);
  }
}
