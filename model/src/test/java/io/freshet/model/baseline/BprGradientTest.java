package io.freshet.model.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.freshet.model.baseline.BprTraining.Batch;
import io.freshet.model.pcrec.NodeEmbeddings;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BprGradientTest {
  private static final int NODES = 5;
  private static final int WIDTH = 3;

  // node 0 is a user twice, node 3 clicked and not
  private final Batch batch =
      new Batch(new int[] {0, 1, 0}, new int[] {2, 3, 4}, new int[] {3, 2, 3}, 3);
  private final NodeEmbeddings embeddings = random();

  @Test
  void lossIsTheLogisticOfTheMargins() {
    double expected = 0;
    for (int pair = 0; pair < 3; pair++) {
      int user = batch.users()[pair];
      double margin =
          embeddings.product(user, batch.clicked()[pair])
              - embeddings.product(user, batch.others()[pair]);
      expected += -Math.log(1 / (1 + Math.exp(-margin)));
    }
    assertThat(new BprGradient(NODES, WIDTH).add(batch, embeddings))
        .isCloseTo(expected, within(1e-5));
  }

  @Test
  void gradientIsTheSlopeOfTheLoss() {
    BprGradient gradient = new BprGradient(NODES, WIDTH);
    gradient.add(batch, embeddings);
    float step = 1e-2f;
    for (int i = 0; i < NODES * WIDTH; i++) {
      double slope = (lossWith(i, step) - lossWith(i, -step)) / (2 * step);
      assertThat((double) gradient.values()[i]).as("value %d", i).isCloseTo(slope, within(1e-3));
    }
  }

  private double lossWith(int index, float change) {
    float[] values = embeddings.values().clone();
    values[index] += change;
    return new BprGradient(NODES, WIDTH).add(batch, new NodeEmbeddings(WIDTH, values));
  }

  @Test
  void regularizationPullsEveryNamedVectorAsOftenAsItIsNamed() {
    float[] gradient = new float[NODES * WIDTH];
    BprGradient.addRegularization(batch, embeddings, .5f, gradient);
    int[] named = {2, 1, 2, 3, 1};
    for (int i = 0; i < gradient.length; i++) {
      assertThat(gradient[i])
          .isCloseTo(.5f * named[i / WIDTH] * embeddings.values()[i], within(1e-6f));
    }
  }

  @Test
  void rowsThatNoPairNamesStayAsTheyAre() {
    NodeEmbeddings learnt = new NodeEmbeddings(WIDTH, embeddings.values().clone());
    BprGradient gradient = new BprGradient(NODES, WIDTH);
    Batch one = new Batch(new int[] {0, 1}, new int[] {2, 3}, new int[] {4, 4}, 1);
    gradient.add(one, learnt);
    gradient.apply(new Adam(NODES, WIDTH, .1f), learnt);
    for (int named : new int[] {0, 2, 4}) {
      assertThat(learnt.row(named)).isNotEqualTo(embeddings.row(named));
    }
    for (int other : new int[] {1, 3}) {
      assertThat(learnt.row(other)).isEqualTo(embeddings.row(other));
    }
    assertThat(gradient.values()).containsOnly(0);
  }

  private static NodeEmbeddings random() {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[NODES * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return new NodeEmbeddings(WIDTH, values);
  }
}
