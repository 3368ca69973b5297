package io.freshet.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** What needs no broker; the rest is tested with one. */
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class KafkaEdgeTest {
  private static final TopicPartition PARTITION = new TopicPartition("items", 0);
  private static final Duration PATIENCE = Duration.ofMillis(200);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");

  @AfterEach
  void close() {
    consumer.close();
  }

  @Test
  void lookUpGivesUpOnABrokerThatFallsSilentOnTheWay() {
    stands(2);

    assertThatThrownBy(() -> readUntil(5))
        .isInstanceOf(TimeoutException.class)
        .hasMessage("nothing came for PT0.2S, with 3 records still to be read");
  }

  @Test
  void lookUpEndsWithTheLastRecordBeforeTheEnd() {
    stands(2);

    assertThat(readUntil(2)).extracting(ConsumerRecord::offset).containsExactly(0L, 1L);
  }

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
  void whatEndsNeedsNoCheckpoints() {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    KafkaEdge edge = KafkaEdge.untilNow(env, config("exactly-once"));

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
    return KafkaConfig.of(new Settings(given, KafkaConfig.SETTINGS, KafkaConfig.OPEN_PREFIXES));
  }

  private void stands(int records) {
    consumer.assign(List.of(PARTITION));
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    for (int offset = 0; offset < records; offset++) {
      consumer.addRecord(new ConsumerRecord<>("items", 0, offset, new byte[0], new byte[0]));
    }
  }

  private List<ConsumerRecord<byte[], byte[]>> readUntil(long end) {
    return KafkaEdge.readUntil(Map.of(PARTITION, end), consumer, PATIENCE);
  }
}
