package io.freshet.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A measurement in small; it fails by itself where an answer is missing, repeated or unscored. */
@Timeout(180)
class BenchPipelineIT {
  private static final int CLICKS_A_LOAD = 50; // at least: any machine answers so many a second

  @Test
  void jobAndItsFloorsAreMeasuredAndEveryClickOfALoadIsAnswered(@TempDir Path folder)
      throws Exception {
    Path report = folder.resolve("pipeline.json");

    int code =
        Freshet.run(
            "bench",
            "pipeline",
            "--users=40",
            "--items=300",
            "--backlog=1000",
            "--floor-backlog=40000",
            "--loads=0.5",
            "--warm-up=500ms",
            "--duration=3s",
            "--swap-every=500ms",
            "--runs=1",
            "--set=freshet.checkpoint.interval=1s",
            "--report=" + report);

    assertThat(code).isZero();
    JsonNode results = new JsonMapper().readTree(report.toFile());
    double saturation = results.path("recommendations_per_second").asDouble();
    assertThat(saturation).isPositive();
    assertThat(results.path("copy_per_second").asDouble()).isPositive();
    assertThat(results.path("state_only_per_second").asDouble()).isPositive();
    assertThat(results.path("latency")).hasSize(2);
    for (JsonNode row : results.path("latency")) {
      assertThat(row.path("load").asDouble()).isEqualTo(.5);
      assertThat(row.path("clicks_per_second").asDouble()).isEqualTo(.5 * saturation);
      assertThat(row.path("clicks").asInt())
          .isEqualTo((int) (3 * .5 * saturation))
          .isGreaterThan(CLICKS_A_LOAD);
      assertThat(row.path("versions").asInt()).as("swaps while it answered").isGreaterThan(1);
      assertGrows(row, "p50_millis", "p95_millis", "p99_millis", "p999_millis", "max_millis");
      assertGrows(row, "committed_p50_millis", "committed_p95_millis", "committed_p99_millis");
    }
    JsonNode atLeastOnce = results.path("latency").get(0);
    JsonNode exactlyOnce = results.path("latency").get(1);
    assertThat(atLeastOnce.path("guarantee").asText()).isEqualTo("at-least-once");
    assertThat(exactlyOnce.path("guarantee").asText()).isEqualTo("exactly-once");
    assertThat(exactlyOnce.path("committed_p99_millis").asDouble()) // waits for a checkpoint
        .isGreaterThan(exactlyOnce.path("p99_millis").asDouble());
    assertThat(results.path("runs").path("latency")).hasSize(2);
    assertThat(results.path("shape").path("network").asText()).isEqualTo("small");
  }

  private static void assertGrows(JsonNode row, String... fields) {
    double before = Double.MIN_VALUE;
    for (String field : fields) {
      assertThat(row.path(field).asDouble()).as(field).isGreaterThanOrEqualTo(before);
      before = row.path(field).asDouble();
    }
  }
}
