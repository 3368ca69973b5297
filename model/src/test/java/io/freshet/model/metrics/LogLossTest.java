package io.freshet.model.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LogLossTest {
  @Test
  void whatHappenedCostsTheLogarithmOfItsProbability() {
    // (-ln .75 - ln (1 - .5) - ln .125) / 3 = (ln 4/3 + ln 2 + ln 8) / 3 = ln(64/3) / 3
    assertThat(LogLoss.of(new float[] {.75f, .5f, .125f}, new boolean[] {true, false, true}))
        .isEqualTo(Math.log(64 / 3.0) / 3, within(1e-12));
  }

  @Test
  void certaintyIsClipped() {
    double wrong = -Math.log(1e-7);
    assertThat(LogLoss.of(new float[] {0}, new boolean[] {true})).isEqualTo(wrong, within(1e-9));
    assertThat(LogLoss.of(new float[] {1}, new boolean[] {false})).isEqualTo(wrong, within(1e-9));
    assertThat(LogLoss.of(new float[] {1, 0}, new boolean[] {true, false}))
        .isEqualTo(-Math.log(1 - 1e-7), within(1e-12));
  }

  @Test
  void nothingScoredHasNoLoss() {
    assertThat(LogLoss.of(new float[0], new boolean[0])).isNaN();
  }

  @Test
  void whatIsNoProbabilityIsRefused() {
    boolean[] clicked = {true, false};
    assertThatThrownBy(() -> LogLoss.of(new float[] {.5f, Float.NaN}, clicked))
        .hasMessage("scores must be numbers, was NaN at 1");
    assertThatThrownBy(() -> LogLoss.of(new float[] {.5f, 1.5f}, clicked))
        .hasMessage("scores must be in [0, 1], was 1.5 at 1");
    assertThatThrownBy(() -> LogLoss.of(new float[] {-.5f, .5f}, clicked))
        .hasMessage("scores must be in [0, 1], was -0.5 at 0");
    assertThatThrownBy(() -> LogLoss.of(new float[1], clicked))
        .hasMessage("scores and clicked must be of one length, was 1 and 2");
  }
}
