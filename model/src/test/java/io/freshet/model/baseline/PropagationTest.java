package io.freshet.model.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.model.pcrec.Pairs;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PropagationTest {
  @Test
  void isTheMeanOfWhatStandsAtEachNumberOfSteps() {
    // u - a - v: degrees 1, 2, 1; a step from a to u or back weighs 1 / sqrt 2
    InteractionGraph graph = Pairs.graph("u a", "v a");
    float[] out = new float[3];
    new Propagation(graph, 2, 1).apply(new float[] {1, 0, 0}, out);
    // 0 steps: u 1; 1 step: a 1 / sqrt 2; 2 steps: u 1 / 2, v 1 / 2
    assertThat(out[0]).isCloseTo((1 + .5f) / 3, within(1e-6f));
    assertThat(out[1]).isCloseTo(.5f / 3, within(1e-6f));
    assertThat(out[2]).isCloseTo((float) (1 / Math.sqrt(2) / 3), within(1e-6f));
  }

  @Test
  void isSymmetric() {
    InteractionGraph graph = Clicks.halves(20, 30, .3, 1);
    float[] one = random(graph.nodes(), 1);
    float[] other = random(graph.nodes(), 2);
    Propagation propagation = new Propagation(graph, 3, 1);
    float[] oneOut = new float[one.length];
    float[] otherOut = new float[one.length];
    propagation.apply(one, oneOut);
    propagation.apply(other, otherOut);
    assertThat(product(oneOut, other)).isCloseTo(product(one, otherOut), within(1e-4));
  }

  @Test
  void everyColumnIsPropagatedAlike() {
    InteractionGraph graph = Clicks.halves(20, 30, .3, 1);
    float[] column = random(graph.nodes(), 1);
    float[] both = new float[2 * column.length];
    IntStream.range(0, column.length).forEach(i -> both[2 * i + 1] = column[i]);
    float[] columnOut = new float[column.length];
    float[] bothOut = new float[both.length];
    new Propagation(graph, 3, 1).apply(column, columnOut);
    new Propagation(graph, 3, 2).apply(both, bothOut);
    for (int i = 0; i < column.length; i++) {
      assertThat(bothOut[2 * i]).isZero();
      assertThat(bothOut[2 * i + 1]).isEqualTo(columnOut[i]);
    }
  }

  private static double product(float[] one, float[] other) {
    return IntStream.range(0, one.length).mapToDouble(i -> (double) one[i] * other[i]).sum();
  }

  private static float[] random(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }
}
