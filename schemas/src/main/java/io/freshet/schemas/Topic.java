package io.freshet.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Serializable;
import java.util.Arrays;
import java.util.function.Function;

/**
 * A Kafka topic: its name, what it holds and how that is written.
 *
 * @param key the key of a record, as text
 * @param removed what a tombstone means, given the id in its key; null where a topic takes none,
 *     for its records are events and events do not go away
 */
public record Topic<T>(
    String name, Class<T> type, Codec<T> codec, Mapping<T, String> key, Mapping<String, T> removed)
    implements Serializable {

  /** A function that travels with a job to its cluster. */
  public interface Mapping<A, B> extends Function<A, B>, Serializable {}

  /** Returns whether the newest record of a key is kept for good, until a tombstone removes it. */
  public boolean compacted() {
    return removed != null;
  }

  /** Returns this topic with records written as Avro, and read as Avro or as they were before. */
  public Topic<T> inAvro(SchemaRegistry registry) {
    if (codec instanceof JsonCodec<T> json) {
      Codec<T> avro = new AvroCodec<>(type, json, name + "-value", registry);
      return new Topic<>(name, type, avro, key, removed);
    }
    throw new IllegalStateException("Topic %s must be JSON, is not".formatted(name));
  }

  /** Returns the bytes of the key that {@code value} is written under. */
  public byte[] encodeKey(T value) {
    return key.apply(value).getBytes(UTF_8);
  }

  /** Returns whether a record that came under {@code recordKey} should have. */
  public boolean isKeyOf(byte[] recordKey, T value) {
    return Arrays.equals(recordKey, encodeKey(value));
  }

  /**
   * Returns the record that stands in Kafka as {@code recordKey} and {@code value}. What the value
   * says decides; the key is read from a tombstone only.
   *
   * @param recordKey null where there is none
   * @param value null for a tombstone
   * @throws MalformedRecordException for anything that is not such a record; else only what {@link
   *     Codec#decode} throws
   */
  public T decode(byte[] recordKey, byte[] value) throws MalformedRecordException {
    return value == null ? tombstone(recordKey) : codec.decode(value);
  }

  private T tombstone(byte[] recordKey) throws MalformedRecordException {
    if (!compacted()) {
      throw new MalformedRecordException(
          "value must be a record on topic " + name + ", was null (a tombstone)");
    }
    if (recordKey == null) {
      throw new MalformedRecordException("key of a tombstone must be an id, was null");
    }
    return removed.apply(Text.checkId("key", Text.decode("key", recordKey)));
  }

  @Override
  public String toString() {
    return name;
  }
}
