package io.freshet.model.bst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdamTest {
  private static final float RATE = .01f;
  private static final float[][] GRADIENTS = {{1, -3}, {.5f, 2}, {-2, 0}, {4, 1e-3f}};

  private final NDManager manager = NDManager.newBaseManager();
  private final boolean gradMode = JniUtils.isGradMode();

  @BeforeEach
  void collectNoGradients() {
    JniUtils.setGradMode(false);
  }

  @AfterEach
  void freeEverything() {
    JniUtils.setGradMode(gradMode);
    manager.close();
  }

  @Test
  void stepsAreThoseOfThePaper() {
    Weights weights = weights(0);
    Adam adam = new Adam(weights, weights(0), weights(0), RATE, 0);
    for (float[] gradient : GRADIENTS) {
      step(adam, weights, gradient);
    }
    float[] expected = {expected(0), expected(1)};
    assertThat(weights.get("other").toFloatArray()).containsExactly(expected, within(1e-7f));
    assertThat(weights.get("table").get(1).toFloatArray()).containsExactly(expected, within(1e-7f));
    assertThat(adam.steps()).isEqualTo(GRADIENTS.length);
  }

  @Test
  void goesOnFromTheStepsMadeAlready() {
    Weights weights = weights(0);
    Adam adam = new Adam(weights, weights(0), weights(0), RATE, 0);
    step(adam, weights, GRADIENTS[0]);
    step(adam, weights, GRADIENTS[1]);
    Adam again = new Adam(weights, adam.means(), adam.variances(), RATE, adam.steps());
    step(again, weights, GRADIENTS[2]);
    step(again, weights, GRADIENTS[3]);
    assertThat(weights.get("other").toFloatArray())
        .containsExactly(new float[] {expected(0), expected(1)}, within(1e-7f));
  }

  /** Algorithm 1 of Kingma and Ba, 2015, from 0 on. */
  private static float expected(int element) {
    double weight = 0;
    double mean = 0;
    double variance = 0;
    for (int t = 1; t <= GRADIENTS.length; t++) {
      double gradient = GRADIENTS[t - 1][element];
      mean = .9 * mean + .1 * gradient;
      variance = .999 * variance + .001 * gradient * gradient;
      double unbiased = mean / (1 - Math.pow(.9, t));
      weight -= RATE * unbiased / (Math.sqrt(variance / (1 - Math.pow(.999, t))) + 1e-8);
    }
    return (float) weight;
  }

  /** Makes a step in which row 1 of the table and the other weight have the same gradient. */
  private void step(Adam adam, Weights weights, float[] gradient) {
    try (NDManager step = manager.newSubManager()) {
      NDArray rows = step.create(new long[] {1});
      NDArray values = weights.get("table").get(step, new NDIndex("{}", rows)); // (1, 2)
      values.setRequiresGradient(true);
      weights.get("other").setRequiresGradient(true);
      NDArray direction = step.create(gradient);
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        collector.backward(direction.mul(values.add(weights.get("other"))).sum());
      }
      adam.step("table", rows, values);
    }
  }

  private Weights weights(float value) {
    return new Weights(
        Map.of(
            "table", manager.full(new Shape(3, 2), value),
            "other", manager.full(new Shape(2), value)));
  }
}
