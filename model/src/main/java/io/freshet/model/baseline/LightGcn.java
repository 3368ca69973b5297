package io.freshet.model.baseline;

import io.freshet.model.baseline.BprTraining.Batch;
import io.freshet.model.baseline.BprTraining.Learner;
import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.model.pcrec.NodeEmbeddings;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Vectors of users and items that are the mean of what stands at 0 to {@value #LAYERS} steps from
 * them in the graph (He et al. 2020, arXiv 2002.02126, section 3.1), learnt by BPR.
 *
 * <p>With A the normalized graph and E the vectors that are learnt, those that score are {@code P E
 * = (E + A E + A² E + A³ E) / 4}. P is symmetric, so the gradient with respect to E is P times that
 * with respect to P E: the same few passes over the edges. Regularized are the rows of E that a
 * batch names, as in the paper.
 */
public final class LightGcn {
  private static final int LAYERS = 3;

  private LightGcn() {}

  /**
   * Returns the best vectors by validation, propagated; see {@link
   * MatrixFactorization#train(InteractionGraph, NodeEmbeddings, BprConfig, ToDoubleFunction,
   * Consumer)}.
   */
  public static NodeEmbeddings train(
      InteractionGraph graph,
      BprConfig config,
      ToDoubleFunction<NodeEmbeddings> validation,
      Consumer<BprProgress> listener) {
    Propagated learner = new Propagated(graph, MatrixFactorization.random(graph, config), config);
    return new BprTraining(graph, config).run(learner, validation, listener);
  }

  /** Vectors as they score, and those below them that are learnt. */
  static final class Propagated implements Learner {
    private final Propagation propagation;
    private final NodeEmbeddings base;
    private final NodeEmbeddings embeddings;
    private final float regularization;
    private final BprGradient gradient;
    private final float[] baseGradient;
    private final Adam optimizer;

    Propagated(InteractionGraph graph, NodeEmbeddings base, BprConfig config) {
      this.propagation = new Propagation(graph, LAYERS, base.width());
      this.base = base;
      this.embeddings = new NodeEmbeddings(base.width(), new float[base.values().length]);
      this.regularization = config.regularization();
      this.gradient = new BprGradient(base.nodes(), base.width());
      this.baseGradient = new float[base.values().length];
      this.optimizer = new Adam(base.nodes(), base.width(), config.learningRate());
      propagation.apply(base.values(), embeddings.values());
    }

    @Override
    public double learn(Batch batch) {
      double loss = differentiate(batch);
      for (int node = 0; node < base.nodes(); node++) {
        optimizer.step(node, baseGradient, base.values());
      }
      propagation.apply(base.values(), embeddings.values());
      return loss;
    }

    /** Returns the loss without regularization; {@link #baseGradient} is the gradient of both. */
    double differentiate(Batch batch) {
      double loss = gradient.add(batch, embeddings);
      propagation.apply(gradient.values(), baseGradient);
      gradient.clear();
      BprGradient.addRegularization(batch, base, regularization, baseGradient);
      return loss;
    }

    /** Returns the gradient with respect to the vectors that are learnt, (nodes, D). */
    float[] baseGradient() {
      return baseGradient;
    }

    @Override
    public NodeEmbeddings embeddings() {
      return embeddings;
    }
  }
}
