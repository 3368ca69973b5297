package io.freshet.model.baseline;

import io.freshet.model.baseline.BprTraining.Batch;
import io.freshet.model.baseline.BprTraining.Learner;
import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.model.pcrec.NodeEmbeddings;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * A vector for each user and item, whose inner product is the score: learnt by BPR (Rendle et al.
 * 2009), each clicked item against one drawn evenly from those that the user has not clicked. No
 * biases: what is learnt is in the vectors alone. From given vectors this is fine-tuning.
 */
public final class MatrixFactorization {
  /** Short: an item that is seldom drawn keeps what is random in it. */
  private static final double SPREAD = .01;

  private MatrixFactorization() {}

  /** Returns how long a vector should be that is started from: as random ones are on average. */
  public static float startLength(int width) {
    return (float) (SPREAD * Math.sqrt(width));
  }

  /** Learns from random vectors on. */
  public static NodeEmbeddings train(
      InteractionGraph graph,
      BprConfig config,
      ToDoubleFunction<NodeEmbeddings> validation,
      Consumer<BprProgress> listener) {
    return train(graph, random(graph, config), config, validation, listener);
  }

  /**
   * Returns the best vectors by validation, after any epoch or before the first. The same arguments
   * give the same vectors, to the last bit.
   *
   * @param start of all nodes of the graph, as wide as the config says; not changed
   * @param validation tells what vectors are worth, the more the better
   * @param listener is told after each epoch
   */
  public static NodeEmbeddings train(
      InteractionGraph graph,
      NodeEmbeddings start,
      BprConfig config,
      ToDoubleFunction<NodeEmbeddings> validation,
      Consumer<BprProgress> listener) {
    if (start.nodes() != graph.nodes() || start.width() != config.width()) {
      throw new IllegalArgumentException(
          "start must be %d vectors of width %d, was %d of %d"
              .formatted(graph.nodes(), config.width(), start.nodes(), start.width()));
    }
    return new BprTraining(graph, config).run(new Vectors(start, config), validation, listener);
  }

  /** Returns vectors to start from, of independent normal numbers. */
  static NodeEmbeddings random(InteractionGraph graph, BprConfig config) {
    SplittableRandom random = new SplittableRandom(config.seed()).split();
    float[] values = new float[graph.nodes() * config.width()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (SPREAD * random.nextGaussian());
    }
    return new NodeEmbeddings(config.width(), values);
  }

  private static final class Vectors implements Learner {
    private final NodeEmbeddings embeddings;
    private final float regularization;
    private final BprGradient gradient;
    private final Adam optimizer;

    Vectors(NodeEmbeddings start, BprConfig config) {
      this.embeddings = new NodeEmbeddings(start.width(), start.values().clone());
      this.regularization = config.regularization();
      this.gradient = new BprGradient(start.nodes(), start.width());
      this.optimizer = new Adam(start.nodes(), start.width(), config.learningRate());
    }

    @Override
    public double learn(Batch batch) {
      double loss = gradient.add(batch, embeddings);
      BprGradient.addRegularization(batch, embeddings, regularization, gradient.values());
      gradient.apply(optimizer, embeddings);
      return loss;
    }

    @Override
    public NodeEmbeddings embeddings() {
      return embeddings;
    }
  }
}
