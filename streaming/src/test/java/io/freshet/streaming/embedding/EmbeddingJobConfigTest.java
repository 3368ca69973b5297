package io.freshet.streaming.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.freshet.model.ReleaseRule;
import io.freshet.streaming.KafkaConfig.Start;
import io.freshet.streaming.ReleaseFolder;
import io.freshet.streaming.embedding.EmbeddingJobConfig.ClickFiles;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddingJobConfigTest {
  @Test
  void whatIsNotGivenHasADefault() {
    EmbeddingJobConfig config = config(Map.of());

    assertThat(config.kafka().groupId()).isEqualTo("freshet-embedding");
    assertThat(config.kafka().start()).isEqualTo(Start.EARLIEST);
    assertThat(config.clickFiles()).isEqualTo(new ClickFiles(null, null));
    assertThat(config.schedule().edgesMax()).isEqualTo(1_000_000);
    assertThat(config.schedule().interval()).isEqualTo(Duration.ofHours(6));
    assertThat(config.schedule().once()).isFalse();
    assertThat(config.embedding().sourceCore()).isEqualTo(5);
    assertThat(config.embedding().encoder().steps()).isEqualTo(1_000);
    assertThat(config.rule()).isEqualTo(new ReleaseRule(.1, true));
  }

  @Test
  void valuesAreReadInTheirUnits() {
    EmbeddingJobConfig config =
        config(
            Map.of(
                "freshet.embedding.source-files", "s3://bucket/clicks",
                "freshet.embedding.target-files", "file:/clicks.json",
                "freshet.embedding.edges.max", "5000",
                "freshet.embedding.interval", "PT90S",
                "freshet.embedding.once", "true",
                "freshet.embedding.source-core", "2",
                "freshet.embedding.steps", "0",
                "freshet.embedding.tolerance", "0.2",
                "freshet.embedding.releases.max", "7",
                "freshet.checkpoint.interval", "1 min"));

    assertThat(config.clickFiles())
        .isEqualTo(new ClickFiles("s3://bucket/clicks", "file:/clicks.json"));
    assertThat(config.schedule().edgesMax()).isEqualTo(5_000);
    assertThat(config.schedule().interval()).isEqualTo(Duration.ofSeconds(90));
    assertThat(config.schedule().once()).isTrue();
    assertThat(config.embedding().sourceCore()).isEqualTo(2);
    assertThat(config.embedding().encoder().steps()).isZero();
    assertThat(config.rule()).isEqualTo(new ReleaseRule(.2, true));
    assertThat(config.releases()).isEqualTo(new ReleaseFolder("s3://bucket/releases", 7));
    assertThat(config.flink().checkpointInterval()).isEqualTo(Duration.ofMinutes(1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "freshet.embedding.source-files | clicks | a uri with its scheme, such as"
            + " 's3://bucket/folder', or 'none'",
        "freshet.embedding.edges.max | 999 | 1000 to 10000000 clicks",
        "freshet.embedding.interval | 0 s | 1 s to 365 d",
        "freshet.embedding.once | yes | 'true', 'false'",
        "freshet.embedding.source-core | 0 | 1 to 100 edges",
        "freshet.embedding.steps | -1 | 0 to 1000000 steps",
        "freshet.embedding.tolerance | 1.5 | 0.0 to 1.0",
        "freshet.embedding.releases.max | 1 | 2 to 1000000 releases",
      })
  void valueThatIsNotAllowedIsRefusedWithWhatIs(String name, String value, String allowed) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config(Map.of(name, value)))
        .withMessage("%s must be %s, was '%s'", name, allowed, value);
  }

  @Test
  void settingOfAnotherJobIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config(Map.of("freshet.training.interval", "1 h")))
        .withMessageContaining("did you mean 'freshet.embedding.interval'?");
  }

  private static EmbeddingJobConfig config(Map<String, String> given) {
    Map<String, String> all = new HashMap<>();
    all.put("freshet.kafka.bootstrap-servers", "localhost:9092");
    all.put("freshet.embedding.release-directory", "s3://bucket/releases");
    all.putAll(given);
    return EmbeddingJobConfig.of(all);
  }
}
