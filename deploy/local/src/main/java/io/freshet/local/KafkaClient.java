package io.freshet.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.freshet.schemas.MalformedRecordException;
import io.freshet.schemas.Topic;
import io.freshet.streaming.AvroTopics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes Freshet's topics as a shop would, and looks at how far a job has read them. */
public final class KafkaClient implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(10);

  private final String bootstrapServers;
  private final Map<String, Object> common;
  private final AvroTopics avro;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Admin admin;

  public KafkaClient(String bootstrapServers) {
    this(bootstrapServers, AvroTopics.NONE);
  }

  /**
   * @param avro which topics are written as Avro
   */
  KafkaClient(String bootstrapServers, AvroTopics avro) {
    this(bootstrapServers, Map.of(), avro);
  }

  /**
   * @param properties what all clients need to be let in
   */
  KafkaClient(String bootstrapServers, Map<String, String> properties) {
    this(bootstrapServers, properties, AvroTopics.NONE);
  }

  private KafkaClient(String bootstrapServers, Map<String, String> properties, AvroTopics avro) {
    this.avro = avro;
    this.bootstrapServers = bootstrapServers;
    this.common = new HashMap<>(properties);
    common.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    this.producer = producer();
    this.admin = Admin.create(common);
  }

  private KafkaProducer<byte[], byte[]> producer() {
    try {
      return new KafkaProducer<>(
          with(ProducerConfig.LINGER_MS_CONFIG, 0),
          new ByteArraySerializer(),
          new ByteArraySerializer());
    } catch (KafkaException e) {
      throw new IllegalArgumentException(
          "Cannot connect to Kafka at %s: %s".formatted(bootstrapServers, e.getMessage()), e);
    }
  }

  private Map<String, Object> with(String property, Object value) {
    Map<String, Object> properties = new HashMap<>(common);
    properties.put(property, value);
    return properties;
  }

  /** Sends a record under its key; what is returned tells where it stands and since when. */
  public <T> Future<RecordMetadata> send(Topic<T> topic, T value) {
    return producer.send(record(avro.written(topic), value));
  }

  private static <T> ProducerRecord<byte[], byte[]> record(Topic<T> topic, T value) {
    return new ProducerRecord<>(topic.name(), topic.encodeKey(value), topic.codec().encode(value));
  }

  /** Sends bytes as they are. */
  Future<RecordMetadata> send(String topic, byte[] key, byte[] value) {
    return producer.send(new ProducerRecord<>(topic, key, value));
  }

  /** Sends records under their keys; returns once they have all been appended. */
  public <T> void sendAll(Topic<T> topic, List<T> values) throws IOException {
    AtomicReference<Exception> failure = new AtomicReference<>();
    Topic<T> written = avro.written(topic);
    for (T value : values) {
      Future<RecordMetadata> unused =
          producer.send(record(written, value), (metadata, e) -> failure.compareAndSet(null, e));
    }
    producer.flush();
    if (failure.get() != null) {
      throw cannot("write to", topic, failure.get());
    }
  }

  /** Writes that what has the key is no more; returns once that has been appended. */
  void removeNow(Topic<?> topic, String key) throws IOException {
    try {
      send(topic.name(), key.getBytes(UTF_8), null).get();
    } catch (ExecutionException e) {
      throw cannot("write to", topic, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Cannot write to " + topic + ": interrupted", e);
    }
  }

  private IOException cannot(String what, Object thing, Throwable cause) {
    return new IOException(
        "Cannot %s %s at %s: %s".formatted(what, thing, bootstrapServers, cause.getMessage()),
        cause);
  }

  /** Returns once everything sent has been appended. */
  public void flush() {
    producer.flush();
  }

  /** Returns whether a group has committed all that stands on the topic now. */
  boolean hasRead(String groupId, String topic) throws IOException, InterruptedException {
    Map<TopicPartition, Long> ends = ends(topic);
    try {
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin.listConsumerGroupOffsets(groupId).partitionsToOffsetAndMetadata().get();
      return ends.entrySet().stream()
          .allMatch(end -> end.getValue() <= offset(committed.get(end.getKey())));
    } catch (ExecutionException e) {
      throw cannot("look up group", groupId, e.getCause());
    }
  }

  /**
   * Returns how many offsets of a topic are taken: its records and, where any, transactions' ends.
   */
  public long offsets(String topic) throws IOException, InterruptedException {
    return ends(topic).values().stream().mapToLong(Long::longValue).sum();
  }

  private static long offset(OffsetAndMetadata committed) {
    return committed == null ? 0 : committed.offset();
  }

  private Map<TopicPartition, Long> ends(String topic) throws IOException, InterruptedException {
    try {
      Map<TopicPartition, OffsetSpec> latest =
          admin
              .describeTopics(List.of(topic))
              .allTopicNames()
              .get()
              .get(topic)
              .partitions()
              .stream()
              .collect(
                  Collectors.toMap(
                      partition -> new TopicPartition(topic, partition.partition()),
                      partition -> OffsetSpec.latest()));
      return admin.listOffsets(latest).all().get().entrySet().stream()
          .collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue().offset()));
    } catch (ExecutionException e) {
      throw cannot("look up topic", topic, e.getCause());
    }
  }

  /** Returns a reader of a topic from its beginning, for the calling thread, who closes it. */
  public Reader read(String topic) throws IOException, InterruptedException {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            with(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions = List.copyOf(ends(topic).keySet());
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return new Reader(topic, consumer);
  }

  /** Returns all that stands on a topic now, in the order of each partition. */
  List<ConsumerRecord<byte[], byte[]>> readAll(String topic)
      throws IOException, InterruptedException {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (Reader reader = read(topic)) {
      do {
        reader.poll(LOOK).forEach(records::add);
      } while (!reader.isAtEnd());
    }
    return records;
  }

  /** Returns what a record of a topic says. */
  public <T> T decoded(Topic<T> topic, ConsumerRecord<byte[], byte[]> record) throws IOException {
    try {
      return avro.written(topic).decode(record.key(), record.value());
    } catch (MalformedRecordException e) {
      throw new IOException("Cannot read a record of " + topic + ": " + e.getMessage(), e);
    }
  }

  /** Reads what has been committed, in the order of each partition. */
  public final class Reader implements AutoCloseable {
    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;

    private Reader(String topic, KafkaConsumer<byte[], byte[]> consumer) {
      this.topic = topic;
      this.consumer = consumer;
    }

    /** Returns what has come, or comes while it waits. */
    public ConsumerRecords<byte[], byte[]> poll(Duration wait) {
      return consumer.poll(wait);
    }

    /** Returns whether all that stands on the topic now, committed or under way, has been read. */
    public boolean isAtEnd() throws IOException, InterruptedException {
      return ends(topic).entrySet().stream()
          .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    @Override
    public void close() {
      consumer.close();
    }
  }

  @Override
  public void close() {
    try {
      producer.close();
    } catch (KafkaException e) {
      throw new IllegalStateException("Cannot close the producer: " + e.getMessage(), e);
    } finally {
      admin.close();
    }
  }
}
