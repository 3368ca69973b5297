package io.freshet.model.bst;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.freshet.model.ComputeDevice;
import io.freshet.model.ItemTable;
import io.freshet.model.RetrievalBenchmark;
import io.freshet.model.Vocabulary;
import io.freshet.model.network.Devices;
import io.freshet.model.network.TrainedNetwork;
import io.freshet.model.network.Vocabularies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How large a release is, on disk and in memory, and how long it takes to load, by its items. */
public final class ReleaseBenchmark {
  private static final int UNKNOWN_ITEM_ROWS = 16;
  private static final int UNKNOWN_ROWS = 4;

  private ReleaseBenchmark() {}

  /**
   * What a release of so many items takes.
   *
   * @param diskBytes of its files
   * @param loadSeconds from its directory to weights, vocabularies and item table in memory
   * @param heapBytes that stay in use, after a collection; says something from some ten thousand
   *     items on
   * @param nativeBytes of the weights
   * @param retrievalMicros for a user, by kind of source; see {@link RetrievalBenchmark}
   */
  public record Result(
      int items,
      long diskBytes,
      double loadSeconds,
      long heapBytes,
      long nativeBytes,
      Map<String, Double> retrievalMicros) {}

  /**
   * Writes a release with random weights of the paper's form below {@code parent}, and loads it.
   *
   * @param candidates retrieved for a user
   */
  public static Result run(int items, int candidates, int rounds, Path parent) throws IOException {
    Path release = write(items, parent);
    long before = usedHeapBytes();
    long start = System.nanoTime();
    try (TrainedBst loaded = BstRelease.read(release)) {
      double seconds = (System.nanoTime() - start) / 1e9;
      return new Result(
          items,
          bytes(release),
          seconds,
          Math.max(0, usedHeapBytes() - before),
          nativeBytes(loaded),
          RetrievalBenchmark.micros(loaded.items(), items, candidates, rounds));
    }
  }

  /** Keeps nothing in memory. */
  private static Path write(int count, Path parent) throws IOException {
    ItemTable items = RetrievalBenchmark.items(count);
    BstConfig form = BstConfig.standard();
    Vocabularies vocabularies =
        new Vocabularies(
            new Vocabulary(items.itemIds(), UNKNOWN_ITEM_ROWS),
            new Vocabulary(Arrays.asList(RetrievalBenchmark.categories()), UNKNOWN_ROWS),
            new Vocabulary(List.of("device=phone", "device=desk"), UNKNOWN_ROWS));
    NDManager manager = Devices.newManager(ComputeDevice.CPU);
    try (TrainedNetwork network =
        new TrainedNetwork(
            form, vocabularies, form.initial(vocabularies, manager, 1), Map.of(), manager)) {
      return BstRelease.write(new TrainedBst(network, items), Instant.EPOCH, parent);
    }
  }

  private static long bytes(Path release) throws IOException {
    try (Stream<Path> files = Files.list(release)) {
      long bytes = 0;
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
      return bytes;
    }
  }

  private static long nativeBytes(TrainedBst loaded) {
    return loaded.network().weights().shapes().values().stream().mapToLong(Shape::size).sum()
        * Float.BYTES;
  }

  private static long usedHeapBytes() {
    System.gc();
    System.gc(); // what the first has found to be cleaned up
    Runtime jvm = Runtime.getRuntime();
    return jvm.totalMemory() - jvm.freeMemory();
  }
}
