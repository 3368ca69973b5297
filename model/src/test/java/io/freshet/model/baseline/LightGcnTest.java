package io.freshet.model.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.freshet.model.baseline.BprTraining.Batch;
import io.freshet.model.baseline.LightGcn.Propagated;
import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.model.pcrec.NodeEmbeddings;
import io.freshet.model.pcrec.Pairs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LightGcnTest {
  private static final float REGULARIZATION = .1f;
  private static final BprConfig CONFIG = new BprConfig(2, .1f, REGULARIZATION, 32, 3, 3, 1);

  private final InteractionGraph graph = Pairs.graph("u a", "u b", "v b", "v c", "w c", "w d");
  private final NodeEmbeddings base = MatrixFactorization.random(graph, CONFIG);

  @Test
  void vectorsThatScoreArePropagated() {
    List<BprProgress> told = new ArrayList<>();
    NodeEmbeddings first = LightGcn.train(graph, CONFIG, now -> -told.size(), told::add);
    float[] expected = new float[base.values().length];
    new Propagation(graph, 3, 2).apply(base.values(), expected);
    assertThat(first.values()).isEqualTo(expected);
  }

  @Test
  void gradientIsTheSlopeOfTheRegularizedLossOfPropagatedVectors() {
    Batch batch =
        new Batch(new int[] {graph.userNode("u")}, item("a"), item("c"), 1); // far from w and d
    Propagated learner = propagated(base.values().clone());
    learner.differentiate(batch);
    float step = 1e-2f;
    for (int i = 0; i < base.values().length; i++) {
      double slope = (lossWith(i, step, batch) - lossWith(i, -step, batch)) / (2 * step);
      assertThat((double) learner.baseGradient()[i])
          .as("value %d", i)
          .isCloseTo(slope, within(1e-4));
    }
    assertThat(learner.baseGradient()).doesNotContain(0);
  }

  private double lossWith(int index, float change, Batch batch) {
    float[] values = base.values().clone();
    values[index] += change;
    double squares = 0;
    for (int node : new int[] {batch.users()[0], batch.clicked()[0], batch.others()[0]}) {
      for (float value : new NodeEmbeddings(2, values).row(node)) {
        squares += value * value;
      }
    }
    return propagated(values).differentiate(batch) + REGULARIZATION / 2 * squares;
  }

  @Test
  void stepMovesWhatIsLearntAndWithItWhatScores() {
    float[] values = base.values().clone();
    Propagated learner = propagated(values);
    learner.learn(new Batch(new int[] {graph.userNode("u")}, item("a"), item("c"), 1));
    float[] expected = new float[values.length];
    new Propagation(graph, 3, 2).apply(values, expected);
    assertThat(values).isNotEqualTo(base.values());
    assertThat(learner.embeddings().values()).isEqualTo(expected);
  }

  private int[] item(String id) {
    return new int[] {graph.itemNode(id)};
  }

  private Propagated propagated(float[] values) {
    return new Propagated(graph, new NodeEmbeddings(2, values), CONFIG);
  }
}
