package io.freshet.local.pipeline;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;

/**
 * What was measured: medians of the runs.
 *
 * @param copyPerSecond clicks that a job decodes, brings to their users' subtasks and encodes
 * @param stateOnlyPerSecond clicks that a job remembers as well
 * @param recommendationsPerSecond clicks that the recommendation job answers
 * @param cpuStolen share of the processors' time that other machines took, in [0, 1]; null where
 *     nobody says
 */
public record PipelineReport(
    Shape shape,
    double copyPerSecond,
    double stateOnlyPerSecond,
    double recommendationsPerSecond,
    List<Row> latency,
    Runs runs,
    Double cpuStolen) {

  /**
   * What was measured with.
   *
   * @param networkPositions how many of a user's behaviors the network looks at
   * @param behaviors of each user, remembered before the first answer
   */
  public record Shape(
      String network,
      int networkPositions,
      int users,
      int items,
      int behaviors,
      int subtasks,
      int processors) {}

  /** All runs of each, in their order. */
  public record Runs(
      List<Double> copyPerSecond,
      List<Double> stateOnlyPerSecond,
      List<Double> recommendationsPerSecond,
      List<Row> latency) {}

  /**
   * What answers took under a load.
   *
   * @param load share of the recommendations per second at saturation
   */
  public record Row(
      String guarantee, double load, double clicksPerSecond, @JsonUnwrapped Latency latency) {}
}
