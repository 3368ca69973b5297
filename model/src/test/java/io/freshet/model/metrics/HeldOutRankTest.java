package io.freshet.model.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HeldOutRankTest {
  @Test
  void itemStandsBehindAllThatScoreHigher() {
    float[] scores = {.4f, .9f, .1f, .7f};
    assertThat(HeldOutRank.of(scores, 1)).isEqualTo(new HeldOutRank(1, 1));
    assertThat(HeldOutRank.of(scores, 0)).isEqualTo(new HeldOutRank(3, 3));
    assertThat(HeldOutRank.of(scores, 2)).isEqualTo(new HeldOutRank(4, 4));
  }

  @Test
  void itemStandsAnywhereInItsTie() {
    assertThat(HeldOutRank.of(new float[] {.5f, .9f, .5f, .1f, .5f}, 2))
        .isEqualTo(new HeldOutRank(2, 4));
    assertThat(HeldOutRank.of(new float[100], 0)).isEqualTo(new HeldOutRank(1, 100));
    assertThat(HeldOutRank.of(new float[] {0f, -0f}, 0)).isEqualTo(new HeldOutRank(1, 2));
  }

  @Test
  void scoreThatIsNoNumberIsRefusedWhosesoeverItIs() {
    assertThatThrownBy(() -> HeldOutRank.of(new float[] {.9f, Float.NaN}, 0))
        .hasMessage("scores must be numbers, was NaN at 1");
    assertThatThrownBy(() -> HeldOutRank.of(new float[] {Float.NaN, .9f}, 0))
        .hasMessage("scores must be numbers, was NaN at 0");
  }

  @Test
  void ranksCountFromOneDownwards() {
    assertThatThrownBy(() -> new HeldOutRank(0, 1))
        .hasMessage("best must be at least 1 and worst at least that, was 0 and 1");
    assertThatThrownBy(() -> new HeldOutRank(3, 2)).hasMessageContaining("was 3 and 2");
  }
}
