package io.freshet.streaming;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.freshet.schemas.DeadLetter;
import io.freshet.schemas.Topic;
import io.freshet.schemas.Topics;
import java.util.List;
import java.util.Optional;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Writes to one topic and says which: pooled transactions are looked up by it. */
interface RecordWriter<T> extends KafkaRecordSerializationSchema<T>, KafkaDatasetFacetProvider {
  String topicName();

  @Override
  default Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
    return Optional.of(
        new DefaultKafkaDatasetFacet(DefaultKafkaDatasetIdentifier.ofTopics(List.of(topicName()))));
  }

  /** Each record under its key. */
  record OfTopic<T>(Topic<T> topic) implements RecordWriter<T> {
    @Override
    public String topicName() {
      return topic.name();
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        T value, KafkaSinkContext context, Long timestamp) {
      return new ProducerRecord<>(
          topic.name(), topic.encodeKey(value), topic.codec().encode(value));
    }
  }

  /** Each dead letter as it came, with what is known of it in headers. */
  record OfDeadLetters() implements RecordWriter<DeadLetter> {
    @Override
    public String topicName() {
      return Topics.DEAD_LETTERS;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        DeadLetter letter, KafkaSinkContext context, Long timestamp) {
      Headers headers = new RecordHeaders();
      letter.headers().forEach((name, text) -> headers.add(name, text.getBytes(UTF_8)));
      return new ProducerRecord<>(
          Topics.DEAD_LETTERS, null, null, letter.key(), letter.value(), headers);
    }
  }
}
