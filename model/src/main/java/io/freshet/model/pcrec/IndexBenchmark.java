package io.freshet.model.pcrec;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** How long it takes to find the items near a vector, by how many have one. */
public final class IndexBenchmark {
  private static final int QUERIES = 500;
  private static final int CLUSTERS = 200;

  private IndexBenchmark() {}

  /**
   * What an index took.
   *
   * @param graph whether a graph was built; all vectors are looked at where not
   * @param buildSeconds until the first answer
   * @param microsPerQuery on one thread
   */
  public record Result(
      int vectors, int width, boolean graph, double buildSeconds, double microsPerQuery) {}

  /**
   * Builds the index that embeddings of so many items have, and asks it.
   *
   * @param near how many items are asked for
   */
  public static Result run(int count, int near) {
    SplittableRandom random = new SplittableRandom(1);
    Embeddings embeddings = clustered(count, PcRecConfig.standard().vectorWidth(), random);
    EmbeddingIndex index = new EmbeddingIndex(embeddings);
    long start = System.nanoTime();
    int found = index.nearest(embeddings.ofItem("i0"), near, item -> true).size();
    double buildSeconds = (System.nanoTime() - start) / 1e9;
    if (found != Math.min(count, near)) {
      throw new IllegalStateException("%d items must be near, was %d".formatted(near, found));
    }
    List<float[]> asked =
        IntStream.range(0, QUERIES)
            .mapToObj(query -> embeddings.ofItem("i" + random.nextInt(count)))
            .toList();
    micros(index, asked, near); // warms up
    return new Result(
        count,
        embeddings.width(),
        count > ItemIndex.EXACT_ITEMS_MAX,
        buildSeconds,
        micros(index, asked, near));
  }

  private static double micros(EmbeddingIndex index, List<float[]> asked, int near) {
    long start = System.nanoTime();
    int found = 0;
    for (float[] vector : asked) {
      found += index.nearest(vector, near, item -> true).size();
    }
    if (found == 0) {
      throw new IllegalStateException("Some items must be near");
    }
    return (System.nanoTime() - start) / 1e3 / asked.size();
  }

  /** Returns vectors that lie around some centers, as learnt ones do. */
  private static Embeddings clustered(int count, int width, SplittableRandom random) {
    float[] centers = new float[CLUSTERS * width];
    for (int i = 0; i < centers.length; i++) {
      centers[i] = (float) random.nextDouble(-1, 1);
    }
    float[] values = new float[count * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = centers[i % centers.length] + (float) random.nextDouble(-1, 1);
    }
    String[] ids = IntStream.range(0, count).mapToObj(item -> "i" + item).toArray(String[]::new);
    return Embeddings.of(width, List.of(), new float[0], Arrays.asList(ids), values);
  }
}
