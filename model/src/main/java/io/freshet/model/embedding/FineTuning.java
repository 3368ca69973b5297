package io.freshet.model.embedding;

import io.freshet.model.baseline.BprConfig;
import io.freshet.model.baseline.BprProgress;
import io.freshet.model.baseline.MatrixFactorization;
import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.model.pcrec.NodeEmbeddings;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * What the encoder says of a graph's nodes, made fit to recommend there: matrix factorization
 * starts from the part that tells what is around a node, and the part that tells where it is stands
 * beside what comes of it. How much the latter counts is chosen by validation.
 *
 * <p>It is kept, not started from, because many epochs of learning forget where they began; and a
 * node with few edges is then still found by its neighborhood.
 */
public final class FineTuning {
  /** What a position's products may be, as a multiple of what is learnt; the first is nothing. */
  private static final double[] SHARES = {0, 1, 3, 6};

  private static final int SAMPLED_PAIRS = 20_000;

  private FineTuning() {}

  /**
   * Returns vectors as wide as those encoded; see {@link MatrixFactorization#train} for what is
   * alike.
   *
   * @param encoded of all nodes of the graph, (nodes, D + K) where the config has D
   */
  public static NodeEmbeddings train(
      InteractionGraph graph,
      NodeEmbeddings encoded,
      BprConfig config,
      ToDoubleFunction<NodeEmbeddings> validation,
      Consumer<BprProgress> listener) {
    NodeEmbeddings start =
        encoded.columns(0, config.width()).times(MatrixFactorization.startLength(config.width()));
    NodeEmbeddings tuned = MatrixFactorization.train(graph, start, config, validation, listener);
    return encoded.width() == config.width()
        ? tuned
        : beside(graph, tuned, encoded.columns(config.width(), encoded.width()), validation);
  }

  private static NodeEmbeddings beside(
      InteractionGraph graph,
      NodeEmbeddings tuned,
      NodeEmbeddings positions,
      ToDoubleFunction<NodeEmbeddings> validation) {
    double product = usualProduct(graph, tuned);
    NodeEmbeddings best = null;
    double bestValidation = Double.NEGATIVE_INFINITY;
    for (double share : SHARES) {
      NodeEmbeddings both = tuned.beside(positions.times((float) Math.sqrt(share * product)));
      double value = validation.applyAsDouble(both);
      if (best == null || value > bestValidation) {
        best = both;
        bestValidation = value;
      }
    }
    return best;
  }

  /** Returns the size of a user's and an item's product, the root of its mean square. */
  private static double usualProduct(InteractionGraph graph, NodeEmbeddings vectors) {
    SplittableRandom random = new SplittableRandom(1);
    double squares = 0;
    for (int pair = 0; pair < SAMPLED_PAIRS; pair++) {
      int user = random.nextInt(graph.users());
      int item = graph.users() + random.nextInt(graph.items());
      squares += Math.pow(vectors.product(user, item), 2);
    }
    return Math.sqrt(squares / SAMPLED_PAIRS);
  }
}
