package io.freshet.model.pcrec;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** How long it takes to find the items near a vector, and how many of them a graph finds. */
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
   * A graph of items beside a look at all of them.
   *
   * @param users how many were asked for
   * @param near how many items were asked for
   * @param recall how much of what is nearest the graph finds, the mean over users
   * @param buildSeconds of the graph
   * @param graphMicros for one user, on one thread
   * @param exactMicros for one user, when all items are looked at, likewise
   */
  public record Comparison(
      int items,
      int users,
      int near,
      double recall,
      double buildSeconds,
      double graphMicros,
      double exactMicros) {}

  /**
   * Builds the index that embeddings of so many items have, and asks it.
   *
   * @param near how many items are asked for
   */
  public static Result run(int count, int near) {
    SplittableRandom random = new SplittableRandom(1);
    Embeddings embeddings = clustered(count, PcRecConfig.standard().vectorWidth(), random);
    long start = System.nanoTime();
    ItemIndex index = ItemIndex.of(itemVectors(embeddings));
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

  /**
   * Asks both indexes for the items nearest to users, whatever the number of items.
   *
   * @param embeddings of at least one user and one item
   * @param near how many items are asked for
   */
  public static Comparison compare(Embeddings embeddings, int near) {
    ItemVectors items = itemVectors(embeddings);
    long start = System.nanoTime();
    ItemIndex graph = GraphIndex.of(items);
    double buildSeconds = (System.nanoTime() - start) / 1e9;
    ItemIndex exact = ExactIndex.of(items);
    List<float[]> asked = users(embeddings);
    double recall = recall(graph, exact, asked, near); // warms up
    return new Comparison(
        items.size(),
        asked.size(),
        near,
        recall,
        buildSeconds,
        micros(graph, asked, near),
        micros(exact, asked, near));
  }

  private static ItemVectors itemVectors(Embeddings embeddings) {
    return ItemVectors.of(embeddings.items(), embeddings.itemValues(), embeddings.width());
  }

  /** Returns the vectors of some users, evenly out of all. */
  private static List<float[]> users(Embeddings embeddings) {
    List<String> users = embeddings.users();
    int count = Math.min(QUERIES, users.size());
    return IntStream.range(0, count)
        .mapToObj(i -> embeddings.ofUser(users.get((int) ((long) i * users.size() / count))))
        .toList();
  }

  private static double recall(ItemIndex graph, ItemIndex exact, List<float[]> asked, int near) {
    double sum = 0;
    for (float[] vector : asked) {
      List<String> nearest = exact.nearest(vector, near, item -> true);
      Set<String> found = new HashSet<>(graph.nearest(vector, near, item -> true));
      sum += (double) nearest.stream().filter(found::contains).count() / nearest.size();
    }
    return sum / asked.size();
  }

  private static double micros(ItemIndex index, List<float[]> asked, int near) {
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
