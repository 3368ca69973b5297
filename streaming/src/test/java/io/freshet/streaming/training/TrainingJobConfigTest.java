package io.freshet.streaming.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.freshet.streaming.KafkaConfig.Start;
import io.freshet.streaming.ReleaseFolder;
import io.freshet.streaming.training.TrainingJobConfig.Network;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingJobConfigTest {
  @Test
  void whatIsNotGivenHasADefault() {
    TrainingJobConfig config = config(Map.of());

    assertThat(config.kafka().groupId()).isEqualTo("freshet-training");
    assertThat(config.schedule().clicksMax()).isEqualTo(1_000_000);
    assertThat(config.schedule().learnsFromLists()).isFalse();
    assertThat(config.schedule().interval()).isEqualTo(Duration.ofHours(1));
    assertThat(config.schedule().once()).isFalse();
    assertThat(config.learning().network()).isEqualTo(Network.SMALL);
    assertThat(config.learning().vectors()).isFalse();
    assertThat(config.learning().timeLimit()).isEqualTo(Duration.ofMinutes(30));
    assertThat(config.learning().rule().tolerance()).isEqualTo(.005);
  }

  @Test
  void valuesAreReadInTheirUnits() {
    TrainingJobConfig config =
        config(
            Map.of(
                "freshet.training.clicks.max", "5000",
                "freshet.attribution-window", "10 min",
                "freshet.training.interval", "PT90S",
                "freshet.training.once", "true",
                "freshet.training.network", "standard",
                "freshet.training.vectors", "true",
                "freshet.training.time-limit", "2 h",
                "freshet.training.tolerance", "0",
                "freshet.kafka.group-id", "mine",
                "freshet.checkpoint.interval", "1 min"));

    assertThat(config.schedule().clicksMax()).isEqualTo(5_000);
    assertThat(config.schedule().attributionWindow()).isEqualTo(Duration.ofMinutes(10));
    assertThat(config.schedule().learnsFromLists()).isTrue();
    assertThat(config.schedule().interval()).isEqualTo(Duration.ofSeconds(90));
    assertThat(config.schedule().once()).isTrue();
    assertThat(config.learning().network()).isEqualTo(Network.STANDARD);
    assertThat(config.learning().vectors()).isTrue();
    assertThat(config.learning().timeLimit()).isEqualTo(Duration.ofHours(2));
    assertThat(config.learning().rule().tolerance()).isZero();
    assertThat(config.kafka().groupId()).isEqualTo("mine");
    assertThat(config.flink().checkpointInterval()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void releasesStandInTheirFolderAsManyAsIsSaid() {
    assertThat(config(Map.of()).learning().releases())
        .isEqualTo(new ReleaseFolder("s3://bucket/releases", 100));
    assertThat(config(Map.of("freshet.training.releases.max", "7")).learning().releases())
        .isEqualTo(new ReleaseFolder("s3://bucket/releases", 7));
  }

  @Test
  void jobWithoutStateStartsFromTheEarliest() {
    assertThat(config(Map.of()).kafka().start()).isEqualTo(Start.EARLIEST);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "freshet.training.clicks.max | 999 | 1000 to 10000000 clicks",
        "freshet.attribution-window | 31 d | 0 s to 30 d",
        "freshet.training.interval | 0 s | 1 s to 365 d",
        "freshet.training.once | yes | 'true', 'false'",
        "freshet.training.network | large | 'small', 'standard'",
        "freshet.training.tolerance | 1.5 | 0.0 to 1.0",
        "freshet.training.tolerance | NaN | 0.0 to 1.0",
        "freshet.training.releases.max | 1 | 2 to 1000000 releases",
        "freshet.training.release-directory | /releases | a uri with its scheme, such as"
            + " 's3://bucket/folder'",
      })
  void valueThatIsNotAllowedIsRefusedWithWhatIs(String name, String value, String allowed) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config(Map.of(name, value)))
        .withMessage("%s must be %s, was '%s'", name, allowed, value);
  }

  @ParameterizedTest
  @CsvSource({
    "freshet.training.intervall, freshet.training.interval",
    "freshet.kafka.start, freshet.kafka.group-id",
    "freshet.batch.size, freshet.training.once",
  })
  void settingThatTheJobDoesNotHeedIsRefused(String unknown, String nearest) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config(Map.of(unknown, "1")))
        .withMessageStartingWith("Unknown setting '%s'; did you mean '", unknown);
    assertThat(TrainingJobConfig.settingsTable()).contains("`" + nearest + "`");
  }

  @Test
  void releaseDirectoryMustBeGiven() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> TrainingJobConfig.of(Map.of("freshet.kafka.bootstrap-servers", "localhost:9092")))
        .withMessageStartingWith("freshet.training.release-directory must be given: Where");
  }

  private static TrainingJobConfig config(Map<String, String> given) {
    Map<String, String> all = new HashMap<>();
    all.put("freshet.kafka.bootstrap-servers", "localhost:9092");
    all.put("freshet.training.release-directory", "s3://bucket/releases");
    all.putAll(given);
    return TrainingJobConfig.of(all);
  }
}
