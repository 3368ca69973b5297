package io.freshet.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.freshet.schemas.Topic;
import io.freshet.schemas.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EmbeddedBrokerTest {
  private static EmbeddedBroker broker;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.start(0, 2);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void holdsFreshetsTopics() throws Exception {
    try (Admin admin =
        Admin.create(
            Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()))) {
      assertThat(admin.listTopics().names().get())
          .isEqualTo(
              Set.of(
                  "click-events",
                  "source-click-events",
                  "recommendation-requests",
                  "items",
                  "releases",
                  "recommendations",
                  "dead-letters"));
    }
  }

  @Test
  void stampsRecordsOfAnyEventTimeWithItsOwnClock() throws Exception {
    long longAgo = 1_000;
    RecordMetadata written;
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(client(), new StringSerializer(), new StringSerializer())) {
      written =
          producer
              .send(new ProducerRecord<>(Topics.CLICK_EVENTS.name(), 0, longAgo, "u1", "a click"))
              .get();
    }
    ConsumerRecord<String, String> read = read(written);
    assertThat(read.value()).isEqualTo("a click");
    assertThat(read.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
    assertThat(read.timestamp()).isGreaterThan(longAgo);
  }

  @Test
  void everyTopicTakesRecordsFromTheStart() throws Exception {
    try (EmbeddedBroker fresh = EmbeddedBroker.start(0, 2);
        KafkaProducer<String, String> withoutRetry =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", fresh.bootstrapServers(), "retries", 0),
                new StringSerializer(),
                new StringSerializer())) {
      for (Topic<?> topic : List.of(Topics.ITEMS, Topics.RELEASES, Topics.CLICK_EVENTS)) {
        withoutRetry.send(new ProducerRecord<>(topic.name(), 0, "key", "value")).get();
      }
    }
  }

  @Test
  void portThatIsTakenIsNamed() throws Exception {
    Set<Path> before = brokerFolders();
    int taken = Integer.parseInt(broker.bootstrapServers().replace("localhost:", ""));

    assertThatIOException()
        .isThrownBy(() -> EmbeddedBroker.start(taken, 1))
        .withMessageStartingWith("Cannot start a broker at localhost:%d: ", taken);
    assertThat(brokerFolders()).isSubsetOf(before);
  }

  @Test
  void leavesNothingBehind() throws Exception {
    Set<Path> before = brokerFolders();
    EmbeddedBroker.start(0, 1).close();
    assertThat(brokerFolders()).isSubsetOf(before);
  }

  private static ConsumerRecord<String, String> read(RecordMetadata written) {
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(client(), new StringDeserializer(), new StringDeserializer())) {
      TopicPartition partition = new TopicPartition(written.topic(), written.partition());
      consumer.assign(List.of(partition));
      consumer.seek(partition, written.offset());
      return consumer.poll(Duration.ofSeconds(30)).iterator().next();
    }
  }

  private static Map<String, Object> client() {
    return Map.of("bootstrap.servers", broker.bootstrapServers());
  }

  private static Set<Path> brokerFolders() throws Exception {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return Set.copyOf(
          files.filter(f -> f.getFileName().toString().startsWith("freshet-broker")).toList());
    }
  }
}
