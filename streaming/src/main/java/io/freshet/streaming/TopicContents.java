package io.freshet.streaming;

import io.freshet.schemas.MalformedRecordException;
import io.freshet.schemas.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What stood on a topic when a job was made, in the order of its partitions, and where that ended.
 *
 * @param <T> the records
 */
public record TopicContents<T>(List<T> values, Position end) {
  private static final Duration LOOK_UP_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(100);

  /** Where all that stood on a topic has been read. */
  public record Position(Map<TopicPartition, Long> offsets) {}

  static <T> TopicContents<T> of(Topic<T> topic, KafkaConfig config) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            properties(config), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<PartitionInfo> partitions = consumer.partitionsFor(topic.name(), LOOK_UP_TIMEOUT);
      List<TopicPartition> all =
          partitions.stream().map(p -> new TopicPartition(p.topic(), p.partition())).toList();
      Map<TopicPartition, Long> ends = consumer.endOffsets(all, LOOK_UP_TIMEOUT);
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Topic<T> written = config.avro().written(topic);
      List<T> values = new ArrayList<>();
      readUntil(ends, consumer, LOOK_UP_TIMEOUT)
          .forEach(record -> addReadable(written, record, values));
      return new TopicContents<>(values, new Position(ends));
    } catch (KafkaException e) {
      throw new IllegalStateException(
          "Cannot look up topic %s at %s: %s"
              .formatted(topic, config.bootstrapServers(), e.getMessage()),
          e);
    }
  }

  private static Properties properties(KafkaConfig config) {
    Properties properties = new Properties();
    properties.putAll(config.properties());
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, config.groupId() + "-look-up");
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    return properties;
  }

  /**
   * Returns all from where the consumer is to {@code ends}.
   *
   * @throws TimeoutException when nothing comes for as long as {@code patience}
   */
  static List<ConsumerRecord<byte[], byte[]>> readUntil(
      Map<TopicPartition, Long> ends, Consumer<byte[], byte[]> consumer, Duration patience) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    long silentSince = System.nanoTime();
    for (long left = left(ends, consumer, patience); left > 0; ) {
      consumer.poll(POLL_TIMEOUT).forEach(records::add);
      long before = left;
      left = left(ends, consumer, patience);
      if (left < before) {
        silentSince = System.nanoTime();
      } else if (System.nanoTime() - silentSince >= patience.toNanos()) {
        throw new TimeoutException(
            "nothing came for %s, with %d records still to be read".formatted(patience, left));
      }
    }
    return records;
  }

  /** Returns how many offsets stand before the ends. */
  private static long left(
      Map<TopicPartition, Long> ends, Consumer<?, ?> consumer, Duration patience) {
    return ends.entrySet().stream()
        .mapToLong(end -> Math.max(0, end.getValue() - consumer.position(end.getKey(), patience)))
        .sum();
  }

  private static <T> void addReadable(
      Topic<T> topic, ConsumerRecord<byte[], byte[]> record, List<T> values) {
    try {
      values.add(topic.decode(record.key(), record.value()));
    } catch (MalformedRecordException e) {
      return; // the job's own source makes a dead letter of it
    }
  }
}
