package io.freshet.schemas;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A record that could not be read, as it came, with where it came from and why it was refused. On
 * the dead-letter topic key and value stand as they are, and the rest in {@link #headers}.
 *
 * @param key the bad record's own, null where it had none
 * @param value the raw bytes, cut to what the dead-letter topic takes; null for a tombstone
 * @param originalSize bytes of the value before it was cut
 * @param topic where the record stood, with {@code partition} and {@code offset}
 * @param reason what is wrong, which value, and what is allowed
 */
public record DeadLetter(
    byte[] key,
    byte[] value,
    int originalSize,
    String topic,
    int partition,
    long offset,
    String reason) {

  public static final String ORIGIN_TOPIC = "origin_topic";
  public static final String ORIGIN_PARTITION = "origin_partition";
  public static final String ORIGIN_OFFSET = "origin_offset";
  public static final String REASON = "reason";
  public static final String ORIGINAL_SIZE = "original_size";

  /**
   * The most bytes of key and of value that are kept. With the headers they stay below 1 MiB, which
   * Kafka's producer and brokers take unless told otherwise. No id is longer than the key may be.
   */
  public static final int MAX_KEY_BYTES = 1_024;

  public static final int MAX_VALUE_BYTES = (1 << 20) - 8 * 1_024;

  /**
   * Returns the letter about a record, cut so that it always fits the topic.
   *
   * @param key null where the record had none
   * @param value null for a tombstone
   */
  public static DeadLetter of(
      byte[] key, byte[] value, String topic, int partition, long offset, String reason) {
    int originalSize = value == null ? 0 : value.length;
    return new DeadLetter(
        cut(key, MAX_KEY_BYTES),
        cut(value, MAX_VALUE_BYTES),
        originalSize,
        topic,
        partition,
        offset,
        Text.reason(reason));
  }

  /** Returns what stands in the Kafka headers, as text: origin, reason and original size. */
  public Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(ORIGIN_TOPIC, topic);
    headers.put(ORIGIN_PARTITION, Integer.toString(partition));
    headers.put(ORIGIN_OFFSET, Long.toString(offset));
    headers.put(REASON, reason);
    headers.put(ORIGINAL_SIZE, Integer.toString(originalSize));
    return headers;
  }

  private static byte[] cut(byte[] bytes, int max) {
    return bytes == null || bytes.length <= max ? bytes : Arrays.copyOf(bytes, max);
  }
}
