package io.freshet.streaming.recommendation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Recommendation.AttendedItem;
import io.freshet.schemas.Recommendation.RankedItem;
import io.freshet.schemas.Recommendation.Trigger;
import io.freshet.schemas.Topics;
import io.freshet.streaming.KafkaConfig.Delivery;
import io.freshet.streaming.KafkaConfig.Start;
import io.freshet.streaming.Settings;
import io.freshet.streaming.recommendation.RecommendationConfig.OnMissing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecommendationConfigTest {
  private static final String SERVERS = "freshet.kafka.bootstrap-servers";

  @Test
  void whatIsNotGivenHasItsDefault() {
    RecommendationConfig config = config(Map.of());

    assertThat(config.kafka().start()).isEqualTo(Start.COMMITTED);
    assertThat(config.kafka().delivery()).isEqualTo(Delivery.AT_LEAST_ONCE);
    assertThat(config.kafka().maxAhead()).isEqualTo(Duration.ofMinutes(5));
    assertThat(config.memory().sequenceLength()).isEqualTo(50);
    assertThat(config.memory().seenItems()).isEqualTo(1_000);
    assertThat(config.memory().timeToLive()).isEqualTo(Duration.ofDays(90));
    assertThat(config.triggers().minInterval()).isEqualTo(Duration.ZERO);
    assertThat(config.triggers().requestWait()).isEqualTo(Duration.ofMillis(200));
    assertThat(config.candidates().max()).isEqualTo(100);
    assertThat(config.candidates().excludes("anything")).isTrue();
    assertThat(config.candidates().listSize()).isEqualTo(10);
    assertThat(config.batches().size()).isEqualTo(32);
    assertThat(config.batches().sizeOnGpu()).isEqualTo(256);
    assertThat(config.device())
        .hasToString("DeviceOptions[choice=AUTO, precision=FLOAT32, engine=ONNXRUNTIME]");
    assertThat(config.releases().initial()).isEqualTo("latest");
    assertThat(config.releases().onMissing()).isEqualTo(OnMissing.CONTINUE);
  }

  @Test
  void everyClickIsAnsweredUnlessSaidOtherwise() {
    assertThat(config(Map.of()).triggers().answer(Instant.EPOCH, Long.MAX_VALUE)).isTrue();
  }

  @Test
  void valuesAreReadInTheirUnits() {
    RecommendationConfig config =
        config(
            Map.of(
                "freshet.delivery", "exactly-once",
                "freshet.trigger.max-age", "2 h",
                "freshet.trigger.from", "2026-11-23T10:00:00Z",
                "freshet.request.wait", "PT0.02S",
                "freshet.candidates.exclude-actions", "purchase, cart",
                "freshet.checkpoint.interval", "1 min"));

    assertThat(config.kafka().delivery()).isEqualTo(Delivery.EXACTLY_ONCE);
    assertThat(config.triggers().maxAge()).isEqualTo(Duration.ofHours(2));
    assertThat(config.triggers().from()).isEqualTo("2026-11-23T10:00:00Z");
    assertThat(config.triggers().requestWait()).isEqualTo(Duration.ofMillis(20));
    assertThat(config.candidates().excludedActions()).containsExactlyInAnyOrder("purchase", "cart");
    assertThat(config.candidates().excludes("cart")).isTrue();
    assertThat(config.candidates().excludes("click")).isFalse();
    assertThat(config.flink().checkpointInterval()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void batchIsAsLargeAsItIsSaidOnAnyDevice() {
    RecommendationConfig config = config(Map.of("freshet.batch.size", "48"));

    assertThat(config.batches().size()).isEqualTo(48);
    assertThat(config.batches().sizeOnGpu()).isEqualTo(48);
  }

  @Test
  void narrowNumbersAreForGpus() {
    assertThat(
            config(
                    Map.of(
                        "freshet.device", "gpu",
                        "freshet.scoring.precision", "float16"))
                .device())
        .hasToString("DeviceOptions[choice=GPU, precision=FLOAT16, engine=PYTORCH]");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                config(
                    Map.of(
                        "freshet.device", "cpu",
                        "freshet.scoring.precision", "float16")))
        .withMessageContaining("must be 'float32' where freshet.device is 'cpu'");
  }

  @Test
  void engineIsOfTheCpuAndAGpuHasItsOwn() {
    assertThat(config(Map.of("freshet.scoring.engine", "pytorch")).device())
        .hasToString("DeviceOptions[choice=AUTO, precision=FLOAT32, engine=PYTORCH]");
    assertThat(config(Map.of("freshet.device", "gpu")).device())
        .hasToString("DeviceOptions[choice=GPU, precision=FLOAT32, engine=PYTORCH]");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                config(
                    Map.of(
                        "freshet.device", "gpu",
                        "freshet.scoring.engine", "onnxruntime")))
        .withMessage(
            "freshet.scoring.engine must be 'pytorch' where freshet.device is 'gpu', was"
                + " 'onnxruntime'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config(Map.of("freshet.scoring.engine", "onnx")))
        .withMessage("freshet.scoring.engine must be 'onnxruntime', 'pytorch', was 'onnx'");
  }

  @Test
  void noExcludedActionsShowsEverythingAgain() {
    RecommendationConfig config = config(Map.of("freshet.candidates.exclude-actions", ""));

    assertThat(config.candidates().excludedActions()).isEmpty();
    assertThat(config.candidates().excludes("click")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "freshet.sequence.lenght, freshet.sequence.length",
    "freshet.kafka.bootstrap.servers, freshet.kafka.bootstrap-servers",
    "sequence.length, freshet.sequence.length",
    "freshet.delivry, freshet.delivery",
  })
  void unknownSettingIsRefusedWithTheNearestRealOne(String unknown, String nearest) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config(Map.of(unknown, "1")))
        .withMessage("Unknown setting '%s'; did you mean '%s'?", unknown, nearest);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "freshet.sequence.length | 0      | 1 to 512 behaviors",
        "freshet.sequence.length | 513    | 1 to 512 behaviors",
        "freshet.sequence.length | many   | 1 to 512 behaviors",
        "freshet.request.wait    | 2 h    | 0 ms to 1 min",
        "freshet.request.wait    | -1 s   | 0 ms to 1 min",
        "freshet.delivery        | once   | 'at-least-once', 'exactly-once'",
        "freshet.trigger.from    | monday | ISO-8601 with Z",
        "freshet.trigger.max-age | never  | 1 ms to 3650 d, or 'none'",
      })
  void valueThatIsNotAllowedIsRefusedWithWhatIs(String name, String value, String allowed) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config(Map.of(name, value)))
        .withMessage("%s must be %s, was '%s'", name, allowed, value);
  }

  @Test
  void brokersMustBeGiven() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RecommendationConfig.of(Map.of()))
        .withMessageStartingWith("freshet.kafka.bootstrap-servers must be given");
  }

  @Test
  void kafkaPropertiesArePassedThrough() {
    RecommendationConfig config =
        config(Map.of("freshet.kafka.properties.security.protocol", "SSL"));

    assertThat(config.kafka().properties()).containsExactly(Map.entry("security.protocol", "SSL"));
  }

  @ParameterizedTest
  @CsvSource({
    "isolation.level",
    "group.id",
    "bootstrap.servers",
    "transactional.id",
    "client.id.prefix"
  })
  void kafkaPropertyThatFreshetSetsIsRefused(String property) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config(Map.of("freshet.kafka.properties." + property, "x")))
        .withMessage("freshet.kafka.properties.%s must not be given: Freshet sets it", property);
  }

  @ParameterizedTest
  @CsvSource({
    "ssl.truststore.password",
    "sasl.jaas.config",
    "sasl.oauthbearer.client.credentials.client.secret",
    "ssl.keystore.key",
    "sasl.oauthbearer.assertion.private.key.passphrase",
    "My.Token"
  })
  void secretsAreNeverShown(String property) {
    RecommendationConfig config =
        config(
            Map.of(
                "freshet.kafka.properties." + property,
                "hunter2",
                "freshet.kafka.properties.security.protocol",
                "SASL_SSL"));

    assertThat(config.toString())
        .doesNotContain("hunter2")
        .contains(property + "=******", "security.protocol=SASL_SSL");
  }

  @Test
  void whoWaitsForTheMinimumIntervalMustNotBeForgottenFirst() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                config(
                    Map.of("freshet.trigger.min-interval", "1 h", "freshet.state.ttl", "10 min")))
        .withMessage(
            "freshet.trigger.min-interval must be at most freshet.state.ttl, or who waits for it"
                + " is forgotten first, was 1 h");
  }

  @Test
  void requiredReleaseMustHaveSomewhereToComeFrom() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                config(
                    Map.of(
                        "freshet.release.initial", "none", "freshet.release.on-missing", "fail")))
        .withMessageContaining("freshet.release.on-missing must be 'continue'");
  }

  @Test
  void commandLineGoesBeforeTheFileThatItNames(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("freshet.properties");
    Files.writeString(
        file,
        """
        freshet.kafka.bootstrap-servers = file:1
        freshet.batch.size = 7
        """);

    RecommendationConfig config =
        RecommendationConfig.of(
            Settings.ofArguments(
                "--config", file.toString(), "--freshet.kafka.bootstrap-servers=line:1"));

    assertThat(config.kafka().bootstrapServers()).isEqualTo("line:1");
    assertThat(config.batches().size()).isEqualTo(7);
  }

  private static RecommendationConfig config(Map<String, String> given) {
    Map<String, String> all = new HashMap<>(given);
    all.put(SERVERS, "localhost:9092");
    return RecommendationConfig.of(all);
  }

  /** Kafka takes records of 1 MiB unless told otherwise. */
  @Test
  void longestAnswerFitsIntoARecord() {
    String id = "\ud83d\ude00".repeat(256); // the longest that ids can be
    AttendedItem attended = new AttendedItem(id, 1.17549435e-38f);
    RankedItem item =
        new RankedItem(id, 1.17549435e-38f, "category", Collections.nCopies(3, attended));
    Recommendation answer =
        new Recommendation(
            id,
            id,
            id,
            Collections.nCopies(RecommendationConfig.RECOMMENDATION_SIZE_MAX, item),
            id,
            id,
            id,
            id,
            Integer.MAX_VALUE,
            "0".repeat(64),
            new Trigger(id, Integer.MAX_VALUE, Long.MAX_VALUE, id),
            Instant.EPOCH,
            Instant.EPOCH);

    assertThat(Topics.RECOMMENDATIONS.codec().encode(answer)).hasSizeLessThan(1_048_576);
  }
}
