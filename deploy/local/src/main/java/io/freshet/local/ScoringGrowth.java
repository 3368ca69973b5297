package io.freshet.local;

import io.freshet.model.ComputeDevice;
import io.freshet.model.ComputeDevice.Engine;
import io.freshet.model.bst.BstConfig;
import io.freshet.model.bst.BstConfig.Readout;
import io.freshet.model.bst.ScoringBenchmark;
import io.freshet.model.network.Position;
import io.freshet.streaming.DeviceOptions;
import java.util.List;
import java.util.Locale;

/**
 * What scoring costs on the CPU by the engine that a job has unless told otherwise, with a network
 * of the paper's form, some behaviors long and wide.
 */
final class ScoringGrowth implements AutoCloseable {
  private static final Engine ENGINE =
      DeviceOptions.ENGINE.parser().apply(DeviceOptions.ENGINE.defaultValue());
  private static final int HEADS = 8;
  private static final int CONTEXT_WIDTH = 16;

  private final int behaviors;
  private final int width;
  private final ScoringBenchmark benchmark;

  /**
   * Scoring a batch, as the job does.
   *
   * @param millis of the batch, median of the rounds
   */
  record Cost(
      int behaviors,
      int candidates,
      int width,
      int requests,
      double millis,
      double lowestMillis,
      double highestMillis,
      double millisPerRequest) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "N=%d C=%d D=%d: %.2f ms a batch of %d (%.2f to %.2f), %.3f ms a request",
          behaviors,
          candidates,
          width,
          millis,
          requests,
          lowestMillis,
          highestMillis,
          millisPerRequest);
    }
  }

  /**
   * @param width of a row, a multiple of 32
   */
  ScoringGrowth(int behaviors, int width) {
    this.behaviors = behaviors;
    this.width = width;
    this.benchmark =
        new ScoringBenchmark(
            new BstConfig(
                behaviors,
                Position.AGE,
                width / 2,
                width / 4,
                width / 4,
                CONTEXT_WIDTH,
                HEADS,
                4 * width,
                1,
                Readout.TARGET,
                List.of(1024, 512, 256),
                0,
                0),
            ComputeDevice.CPU);
  }

  Cost measure(int candidates, int requests, int rounds) {
    Range millis = Range.of(benchmark.millis(ENGINE, candidates, requests, rounds), ms -> ms);
    return new Cost(
        behaviors,
        candidates,
        width,
        requests,
        millis.median(),
        millis.lowest(),
        millis.highest(),
        millis.median() / requests);
  }

  @Override
  public void close() {
    benchmark.close();
  }
}
