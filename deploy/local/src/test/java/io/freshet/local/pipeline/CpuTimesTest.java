package io.freshet.local.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CpuTimesTest {
  private final CpuTimes before = CpuTimes.of("cpu  100 0 50 800 10 0 5 20 40 0");

  @Test
  void stolenTimeIsAShareOfAllThatHasPassed() {
    CpuTimes since = CpuTimes.of("cpu  150 10 70 830 20 0 5 50 70 0").since(before);

    assertThat(since).isEqualTo(new CpuTimes(150, 40, 30));
    assertThat(since.stolenShare()).isEqualTo(.2);
    assertThat(since).hasToString("CPU 53 % busy, 20.0 % stolen");
  }

  @Test
  void partsAddUp() {
    assertThat(before.plus(before)).isEqualTo(new CpuTimes(1_970, 1_620, 40));
  }

  @Test
  void nothingIsSaidOfASystemThatTellsNothing() {
    CpuTimes unknown = new CpuTimes(0, 0, 0);

    assertThat(unknown.stolenShare()).isNull();
    assertThat(unknown).hasToString("CPU steal unknown");
  }
}
