package io.freshet.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Topics;
import java.time.Instant;
import java.util.Map;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What needs no broker; the rest is tested with one. */
class KafkaEdgeTest {
  @Test
  void exactlyOnceNeedsCheckpointsMoreOftenThanKafkaAbortsTransactions() {
    assertThatCode(() -> write("exactly-once", 899_999)).doesNotThrowAnyException();
    assertThatThrownBy(() -> write("exactly-once", 900_000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "freshet.delivery 'exactly-once' must have checkpoints more often than Kafka's"
                + " transaction.timeout.ms, which is 900000 ms; was one every 900000 ms");
    assertThatThrownBy(() -> write("exactly-once", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("; was without checkpoints");
    assertThatCode(() -> write("at-least-once", 0)).doesNotThrowAnyException();
  }

  @Test
  void pauseBetweenCheckpointsCountsWhereItIsLongerThanTheirInterval() {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.enableCheckpointing(10_000);
    env.getCheckpointConfig().setMinPauseBetweenCheckpoints(3_600_000);
    KafkaEdge edge = new KafkaEdge(env, config("exactly-once"));

    assertThatThrownBy(() -> edge.write(clicks(env), Topics.CLICK_EVENTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(
            "transaction.timeout.ms, which is 900000 ms; was one every 3600000 ms");
  }

  @ParameterizedTest
  @CsvSource({"enable.idempotence, False, true", "acks, 1, all or -1"})
  void propertyThatKafkaTakesInNoTransactionIsRefusedUnderExactlyOnce(
      String property, String value, String allowed) {
    String name = "freshet.kafka.properties." + property;

    assertThatThrownBy(() -> config("exactly-once", name, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "%s must be %s with freshet.delivery 'exactly-once', was '%s'", name, allowed, value);
    assertThatCode(() -> config("at-least-once", name, value)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({"enable.idempotence, TRUE", "acks, all", "acks, -1"})
  void propertyThatTransactionsNeedMayBeGiven(String property, String value) {
    assertThatCode(() -> config("exactly-once", "freshet.kafka.properties." + property, value))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"freshet-recommendations", "freshet-recommendations-eu", "freshet-eu"})
  void jobAbortsNoTransactionsOfAGroupWhoseNameBeginsWithItsOwn(String other) {
    String begins = transactions("freshet", "recommendations");

    assertThat(begins).startsWith("freshet");
    assertThat(transactions(other, "recommendations")).doesNotStartWith(begins);
    assertThat(transactions("freshet", "recommendations-eu")).doesNotStartWith(begins);
  }

  @Test
  void groupWhoseNameCouldBeginAsAnothersTransactionsIsRefusedUnderExactlyOnce() {
    String group = "freshet-recommendations/eu";

    assertThatThrownBy(() -> config("exactly-once", "freshet.kafka.group-id", group))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "freshet.kafka.group-id must be without '/' with freshet.delivery 'exactly-once',"
                + " was 'freshet-recommendations/eu'");
    assertThatCode(() -> config("at-least-once", "freshet.kafka.group-id", group))
        .doesNotThrowAnyException();
  }

  private static String transactions(String group, String topic) {
    return config("exactly-once", "freshet.kafka.group-id", group).transactionsOn(topic);
  }

  @Test
  void timeoutThatIsNoNumberIsNamed() {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    KafkaEdge edge =
        new KafkaEdge(
            env,
            config("exactly-once", "freshet.kafka.properties.transaction.timeout.ms", "15 min"));

    assertThatThrownBy(() -> edge.write(clicks(env), Topics.CLICK_EVENTS))
        .hasMessageContaining("Invalid value 15 min for configuration transaction.timeout.ms");
  }

  @Test
  void whatEndsTakesNoCheckpoints() {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.enableCheckpointing(1_000);
    KafkaEdge edge = KafkaEdge.untilNow(env, config("exactly-once"));

    assertThat(env.getCheckpointConfig().isCheckpointingEnabled()).isFalse();
    assertThatCode(() -> edge.write(clicks(env), Topics.CLICK_EVENTS)).doesNotThrowAnyException();
  }

  private static void write(String delivery, long intervalMillis) {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    if (intervalMillis > 0) {
      env.enableCheckpointing(intervalMillis);
    }
    new KafkaEdge(env, config(delivery)).write(clicks(env), Topics.CLICK_EVENTS);
  }

  private static DataStream<ClickEvent> clicks(StreamExecutionEnvironment env) {
    return env.fromData(new ClickEvent("e", "u", "i", Instant.EPOCH, "click", null, Map.of()));
  }

  private static KafkaConfig config(String delivery) {
    return config(delivery, "freshet.kafka.group-id", "group");
  }

  private static KafkaConfig config(String delivery, String name, String value) {
    Map<String, String> given =
        Map.of(
            "freshet.kafka.bootstrap-servers", "k:9092", "freshet.delivery", delivery, name, value);
    return KafkaConfig.of(new Settings(given, KafkaConfig.SETTINGS));
  }
}
