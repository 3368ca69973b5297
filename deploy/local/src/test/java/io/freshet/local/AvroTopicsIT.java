package io.freshet.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.local.data.SimulatedShop;
import io.freshet.model.ClickLog;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The job where topics hold Avro by the schemas of a registry. */
@Timeout(240)
class AvroTopicsIT {
  @TempDir private Path work;

  @Test
  void clicksInAvroAreAnsweredInAvroOnceTheRegistryIsThere() throws Exception {
    ClickLog log = new SimulatedShop(7, 100, 100, 1_500).open();
    Instant pastEnds = log.timeAt(.8);
    List<ClickEvent> live = new ArrayList<>(log.from(pastEnds).clicks());
    ClickEvent asBefore = live.remove(0);
    Path release = TestJob.releases(log.before(pastEnds), work, pastEnds).get(0);
    Configuration flink = new Configuration();
    flink.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    flink.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);
    flink.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(100));

    try (SchemaRegistryServer registry = new SchemaRegistryServer()) {
      Map<String, String> settings =
          Map.of(
              "freshet.kafka.avro-topics",
              "click-events,releases,recommendations",
              "freshet.kafka.schema-registry.url",
              registry.url(),
              "freshet.delivery",
              "exactly-once",
              "freshet.checkpoint.interval",
              "500 ms");
      try (TestJob job = TestJob.start(work, release, live, settings, flink)) {
        registry.fail(5);
        job.kafka
            .send(
                Topics.CLICK_EVENTS.name(),
                Topics.CLICK_EVENTS.encodeKey(asBefore),
                Topics.CLICK_EVENTS.codec().encode(asBefore))
            .get();

        List<Recommendation> answers = job.answersUntil(live.size() + 1);

        assertThat(answers).hasSize(live.size() + 1);
        assertThat(answers).allSatisfy(answer -> assertThat(answer.fallbackReason()).isNull());
        assertThat(job.kafka.readAll(Topics.RECOMMENDATIONS.name()))
            .hasSameSizeAs(answers)
            .allSatisfy(record -> assertThat(record.value()[0]).isZero());
        assertThat(job.kafka.readAll(Topics.DEAD_LETTERS)).isEmpty();
      }
      assertThat(registry.subjects())
          .containsExactlyInAnyOrder(
              "click-events-value", "releases-value", "recommendations-value");
      assertThat(registry.failures()).as("failures that the job outlived").isZero();
    }
  }
}
