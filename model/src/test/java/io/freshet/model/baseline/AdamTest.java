package io.freshet.model.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AdamTest {
  @Test
  void firstStepOfEveryRowIsTheLearningRateHoweverSteepAndHoweverLate() {
    Adam optimizer = new Adam(2, 2, .1f);
    float[] values = new float[4];
    for (int i = 0; i < 50; i++) {
      optimizer.step(0, new float[] {1, 1, 0, 0}, values);
    }
    optimizer.step(1, new float[] {0, 0, 100, -.01f}, values);
    assertThat(values[2]).isCloseTo(-.1f, within(1e-5f));
    assertThat(values[3]).isCloseTo(.1f, within(1e-5f));
  }

  @Test
  void stepsFollowTheMeanOfSlopesOverTheRootOfTheirSquares() {
    Adam optimizer = new Adam(1, 1, .1f);
    float[] values = {0};
    optimizer.step(0, new float[] {1}, values);
    optimizer.step(0, new float[] {3}, values);
    // mean (.9 * .1 + .1 * 3) / (1 - .81), square (.999 * .001 + .001 * 9) / (1 - .999²)
    double second = .1 * (.39 / .19) / Math.sqrt(.009999 / .001999);
    assertThat((double) values[0]).isCloseTo(-.1 - second, within(1e-4));
  }
}
