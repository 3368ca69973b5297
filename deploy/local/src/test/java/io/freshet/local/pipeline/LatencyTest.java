package io.freshet.local.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.local.pipeline.Latency.Percentiles;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class LatencyTest {
  @Test
  void percentilesAreOfAllAnswersInMilliseconds() {
    Histogram micros = new Histogram(3);
    for (int i = 1; i <= 1_000; i++) {
      micros.recordValue(i);
    }

    assertThat(Percentiles.of(micros)).isEqualTo(new Percentiles(.5, .95, .99, .999, 1));
  }

  @Test
  void medianIsTakenOfEachNumber() {
    Latency median = Latency.median(List.of(latency(3, 20), latency(1, 90), latency(2, 10)));

    assertThat(median).isEqualTo(latency(2, 20));
  }

  private static Latency latency(double appended, double committed) {
    return new Latency(
        10,
        1,
        new Percentiles(appended, appended, appended, appended, appended),
        new Percentiles(committed, committed, committed, committed, committed),
        committed);
  }
}
