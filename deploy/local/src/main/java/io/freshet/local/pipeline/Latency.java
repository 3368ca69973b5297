package io.freshet.local.pipeline;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.freshet.model.Median;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * How long a job's answers took, from when their clicks should have been sent.
 *
 * @param clicks that were sent and answered
 * @param versions pairs of a model and of embeddings that the answers were made with
 * @param appended to the answer's append, whose millisecond counts as if it were over
 * @param committed to its receipt by a consumer that reads committed records
 * @param latestSendMillis how much later than due the latest click was sent: counted in the others
 */
public record Latency(
    int clicks,
    int versions,
    @JsonUnwrapped Percentiles appended,
    @JsonUnwrapped(prefix = "committed_") Percentiles committed,
    double latestSendMillis) {

  /** Milliseconds that 50, 95, 99 and 99.9 % of the answers took at most, and the slowest took. */
  public record Percentiles(
      double p50Millis, double p95Millis, double p99Millis, double p999Millis, double maxMillis) {
    private static final double MICROS = 1_000;

    static Percentiles of(Histogram micros) {
      return new Percentiles(
          micros.getValueAtPercentile(50) / MICROS,
          micros.getValueAtPercentile(95) / MICROS,
          micros.getValueAtPercentile(99) / MICROS,
          micros.getValueAtPercentile(99.9) / MICROS,
          micros.getMaxValue() / MICROS);
    }

    private static Percentiles median(List<Percentiles> runs) {
      return new Percentiles(
          Median.of(runs, Percentiles::p50Millis),
          Median.of(runs, Percentiles::p95Millis),
          Median.of(runs, Percentiles::p99Millis),
          Median.of(runs, Percentiles::p999Millis),
          Median.of(runs, Percentiles::maxMillis));
    }
  }

  static Latency median(List<Latency> runs) {
    return new Latency(
        (int) Median.of(runs, Latency::clicks),
        (int) Median.of(runs, Latency::versions),
        Percentiles.median(runs.stream().map(Latency::appended).toList()),
        Percentiles.median(runs.stream().map(Latency::committed).toList()),
        Median.of(runs, Latency::latestSendMillis));
  }
}
