package io.freshet.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OptimizerTest {
  private static final float RATE = .01f;
  private static final float[][] GRADIENTS = {{1, -3}, {.5f, 2}, {-2, 0}, {4, 1e-3f}};

  private final NDManager manager = NDManager.newBaseManager();
  private final NoGradients noGradients = new NoGradients();
  private final Weights weights = zeros();

  @AfterEach
  void freeEverything() {
    noGradients.close();
    manager.close();
  }

  @ParameterizedTest
  @EnumSource
  void stepsAreThoseOfThePaper(OptimizerRule rule) {
    Optimizer optimizer = Optimizer.fresh(rule, RATE, weights, manager);
    for (float[] gradient : GRADIENTS) {
      step(optimizer, gradient);
    }
    assertExpected(rule);
    assertThat(optimizer.steps()).isEqualTo(GRADIENTS.length);
  }

  @ParameterizedTest
  @EnumSource
  void goesOnFromTheStepsMadeAlready(OptimizerRule rule) {
    Optimizer optimizer = Optimizer.fresh(rule, RATE, weights, manager);
    step(optimizer, GRADIENTS[0]);
    step(optimizer, GRADIENTS[1]);
    Optimizer again =
        Optimizer.of(rule, RATE, weights, optimizer.accumulators(), optimizer.steps());
    step(again, GRADIENTS[2]);
    step(again, GRADIENTS[3]);
    assertExpected(rule);
  }

  @Test
  void rowsThatTookNoPartStayAsTheyAre() {
    Optimizer optimizer = Optimizer.fresh(OptimizerRule.ADAGRAD, RATE, weights, manager);
    step(optimizer, GRADIENTS[0]);
    assertThat(weights.get("item").get(0).toFloatArray()).containsOnly(0);
    assertThat(weights.get("item").get(2).toFloatArray()).containsOnly(0);
  }

  @ParameterizedTest
  @EnumSource
  void stepLeavesNoArraysBehind(OptimizerRule rule) {
    Optimizer optimizer = Optimizer.fresh(rule, RATE, weights, manager);
    step(optimizer, GRADIENTS[0]);
    int arrays = manager.getManagedArrays().size();
    step(optimizer, GRADIENTS[1]);
    assertThat(manager.getManagedArrays()).hasSize(arrays);
  }

  private void assertExpected(OptimizerRule rule) {
    float[] expected = {expected(rule, 0), expected(rule, 1)};
    assertThat(weights.get("other").toFloatArray()).containsExactly(expected, within(1e-7f));
    assertThat(weights.get("item").get(1).toFloatArray()).containsExactly(expected, within(1e-7f));
  }

  private static float expected(OptimizerRule rule, int element) {
    return switch (rule) {
      case ADAM -> adam(element);
      case ADAGRAD -> adagrad(element);
    };
  }

  /** Algorithm 1 of Kingma and Ba, 2015, from 0 on. */
  private static float adam(int element) {
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

  /** The diagonal form of Duchi et al., 2011, from 0 on. */
  private static float adagrad(int element) {
    double weight = 0;
    double squares = 0;
    for (float[] gradients : GRADIENTS) {
      squares += (double) gradients[element] * gradients[element];
      weight -= RATE * gradients[element] / (Math.sqrt(squares) + 1e-10);
    }
    return (float) weight;
  }

  /** Makes a step in which row 1 of the table and the other weight have the same gradient. */
  private void step(Optimizer optimizer, float[] gradient) {
    try (NDManager step = manager.newSubManager()) {
      NDArray rows = step.create(new long[] {1});
      NDArray values = weights.get("item").get(step, new NDIndex("{}", rows)); // (1, 2)
      values.setRequiresGradient(true);
      weights.get("other").setRequiresGradient(true);
      NDArray direction = step.create(gradient);
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        collector.backward(direction.mul(values.add(weights.get("other"))).sum());
      }
      optimizer.step(rows, Map.of("item", values));
    }
  }

  private Weights zeros() {
    return new Weights(
        Map.of("item", manager.zeros(new Shape(3, 2)), "other", manager.zeros(new Shape(2))));
  }
}
