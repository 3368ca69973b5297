package io.freshet.model.embedding;

import static io.freshet.model.Check.check;

import io.freshet.model.baseline.MatrixFactorization;
import io.freshet.model.pcrec.EgoNetworkSampler;
import io.freshet.model.pcrec.GraphEncoder;
import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.schemas.ClickEvent;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How fast embeddings are made, by the steps of a round, on a random graph in which few items have
 * most of the clicks.
 */
public final class EmbeddingBenchmark {
  private static final int CLICKS_OF_USER = 10;
  private static final int CLICKS_OF_ITEM = 50;
  private static final int WARM_UP_STEPS = 10; // the listener hears of as many at a time
  private static final int VIEWS_OF_EGO = 2;

  private final EmbeddingConfig config;
  private final int encodedNodes;

  /**
   * What one graph gave.
   *
   * @param nodes users and items
   * @param graphSeconds to build it from clicks
   * @param positionsSeconds to find where its nodes are
   * @param viewsPerSecond ego networks pre-trained on, two for each ego of a step
   * @param nodesPerSecond encoded
   * @param epochSeconds of fine-tuning, without validation
   */
  public record Result(
      int edges,
      int nodes,
      double graphSeconds,
      double positionsSeconds,
      double viewsPerSecond,
      double nodesPerSecond,
      double epochSeconds) {}

  /**
   * @param config with more than {@value #WARM_UP_STEPS} steps of pre-training, of which the others
   *     are timed, and few epochs of fine-tuning, of which the last is
   * @param encodedNodes how many nodes are encoded, of all graphs
   */
  public EmbeddingBenchmark(EmbeddingConfig config, int encodedNodes) {
    int steps = config.encoder().steps();
    check(steps > WARM_UP_STEPS, "steps", "more than " + WARM_UP_STEPS, steps);
    check(encodedNodes >= 1, "encodedNodes", "positive", encodedNodes);
    this.config = config;
    this.encodedNodes = encodedNodes;
  }

  /**
   * Measures each step once.
   *
   * @param clicks of the graph; some are of the same user and item, and one edge
   */
  public Result run(int clicks) throws IOException {
    Built built = build(clicks);
    InteractionGraph graph = built.graph();
    Stopwatch watch = new Stopwatch();
    EgoNetworkSampler sampler = new EgoNetworkSampler(graph, config.encoder());
    double positionsSeconds = watch.lap();
    try (GraphEncoder encoder =
        GraphEncoder.pretrain(
            graph, config.encoder(), 1, (done, steps, loss) -> lapAfterWarmUp(done, watch))) {
      int steps = config.encoder().steps() - WARM_UP_STEPS;
      int views = steps * config.encoder().batchSize() * VIEWS_OF_EGO;
      double viewsPerSecond = views / watch.lap();
      int nodes = Math.min(encodedNodes, graph.nodes());
      encoder.encode(sampler.networks(0, nodes));
      double nodesPerSecond = nodes / watch.lap();
      return new Result(
          graph.edges(),
          graph.nodes(),
          built.seconds(),
          positionsSeconds,
          viewsPerSecond,
          nodesPerSecond,
          epochSeconds(graph));
    }
  }

  private record Built(InteractionGraph graph, double seconds) {}

  private static Built build(int count) {
    List<ClickEvent> clicks = clicks(count, new SplittableRandom(1));
    Stopwatch watch = new Stopwatch();
    InteractionGraph graph = InteractionGraph.of(clicks);
    return new Built(graph, watch.lap());
  }

  private static void lapAfterWarmUp(int done, Stopwatch watch) {
    if (done == WARM_UP_STEPS) {
      watch.lap();
    }
  }

  /** Learns for some epochs; the last is timed. */
  private double epochSeconds(InteractionGraph graph) {
    Stopwatch watch = new Stopwatch();
    double[] seconds = new double[1];
    MatrixFactorization.train(
        graph, config.tuning(), vectors -> 0, epoch -> seconds[0] = watch.lap());
    return seconds[0];
  }

  private static List<ClickEvent> clicks(int count, SplittableRandom random) {
    String[] users = ids("u", Math.max(1, count / CLICKS_OF_USER));
    String[] items = ids("i", Math.max(1, count / CLICKS_OF_ITEM));
    List<ClickEvent> clicks = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String user = users[random.nextInt(users.length)];
      String item = items[(int) (items.length * Math.pow(random.nextDouble(), 2))];
      clicks.add(
          new ClickEvent("", user, item, Instant.EPOCH, ClickEvent.DEFAULT_ACTION, null, Map.of()));
    }
    return clicks;
  }

  private static String[] ids(String prefix, int count) {
    String[] ids = new String[count];
    for (int i = 0; i < count; i++) {
      ids[i] = prefix + i;
    }
    return ids;
  }

  private static final class Stopwatch {
    private long last = System.nanoTime();

    /** Returns the seconds since it was made, or asked last. */
    double lap() {
      long now = System.nanoTime();
      double seconds = (now - last) / 1e9;
      last = now;
      return seconds;
    }
  }
}
