package io.freshet.streaming;

import io.freshet.schemas.DeadLetter;
import io.freshet.schemas.MalformedRecordException;
import io.freshet.schemas.TimedRecord;
import io.freshet.schemas.Topic;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;

/**
 * Reads a topic's records. A bad one becomes a dead letter: nothing that stands in Kafka can stop
 * the job. That a schema cannot be asked for does, and Flink then begins again.
 */
final class RecordDecoder<T> implements KafkaRecordDeserializationSchema<Decoded<T>> {
  private static final long serialVersionUID = 1;

  private final Topic<T> topic;
  private final Duration maxAhead;
  private transient Counter misKeyed = new SimpleCounter();

  RecordDecoder(Topic<T> topic, Duration maxAhead) {
    this.topic = topic;
    this.maxAhead = maxAhead;
  }

  @Override
  public void open(DeserializationSchema.InitializationContext context) {
    misKeyed = context.getMetricGroup().counter(Metrics.MIS_KEYED);
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Decoded<T>> out) {
    out.collect(decode(record));
  }

  private Decoded<T> decode(ConsumerRecord<byte[], byte[]> record) {
    try {
      T value = topic.decode(record.key(), record.value());
      if (value instanceof TimedRecord event) {
        event.checkNotAhead(brokerTime(record), maxAhead);
      }
      if (!topic.isKeyOf(record.key(), value)) {
        misKeyed.inc();
      }
      return new Decoded<>(
          new Received<>(value, record.topic(), record.partition(), record.offset()), null);
    } catch (MalformedRecordException e) {
      return deadLetter(record, e.getMessage());
    } catch (UncheckedIOException e) {
      throw e; // not the record's fault: it is read again after a restart
    } catch (RuntimeException e) {
      return deadLetter(record, "record must be readable, reading it failed with " + e);
    }
  }

  /** A topic without LogAppendTime shows no broker's clock; this machine's then stands in. */
  private static Instant brokerTime(ConsumerRecord<byte[], byte[]> record) {
    return record.timestampType() == TimestampType.LOG_APPEND_TIME
        ? Instant.ofEpochMilli(record.timestamp())
        : Instant.now();
  }

  private Decoded<T> deadLetter(ConsumerRecord<byte[], byte[]> record, String reason) {
    return new Decoded<>(
        null,
        DeadLetter.of(
            record.key(),
            record.value(),
            record.topic(),
            record.partition(),
            record.offset(),
            reason));
  }

  @Override
  public TypeInformation<Decoded<T>> getProducedType() {
    return Decoded.type(topic.type());
  }
}
