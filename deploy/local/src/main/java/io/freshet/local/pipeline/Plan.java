package io.freshet.local.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What is measured.
 *
 * @param runs how often
 * @param warmUp before each measurement
 * @param duration of each measurement
 * @param backlogs preloaded
 * @param loads shares of what the job does at saturation
 * @param guarantees values of {@code freshet.delivery}
 * @param swapEvery how often another release is announced while a load is measured; null for never
 * @param settings of the job
 */
public record Plan(
    int runs,
    Duration warmUp,
    Duration duration,
    Backlogs backlogs,
    List<Double> loads,
    List<String> guarantees,
    Duration swapEvery,
    Map<String, String> settings) {

  /**
   * Clicks for a job to drain.
   *
   * @param floor for the jobs that do not score, which are many times faster
   */
  public record Backlogs(int recommendation, int floor) {
    public Backlogs {
      check(recommendation, "--backlog");
      check(floor, "--floor-backlog");
    }

    private static void check(int clicks, String option) {
      if (clicks < 1_000 || clicks > 100_000_000) { // they are a millisecond apart
        throw new IllegalArgumentException(option + " must be 1000 to 100000000, was " + clicks);
      }
    }

    int of(Workload workload) {
      return workload == Workload.RECOMMEND ? recommendation : floor;
    }
  }

  public Plan {
    loads = List.copyOf(loads);
    guarantees = List.copyOf(guarantees);
    settings = Map.copyOf(settings);
    if (runs < 1) {
      throw new IllegalArgumentException("--runs must be at least 1, was " + runs);
    }
    if (swapEvery != null && swapEvery.toMillis() < 1) {
      throw new IllegalArgumentException("--swap-every must be at least 1ms, was " + swapEvery);
    }
    for (double load : loads) {
      if (!(load > 0 && load <= 1)) {
        throw new IllegalArgumentException("--loads must be above 0, at most 1, was " + load);
      }
    }
  }
}
