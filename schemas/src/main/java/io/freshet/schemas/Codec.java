package io.freshet.schemas;

/**
 * How a record is written in a Kafka value. Thread-safe.
 *
 * @param <T> the record
 */
public interface Codec<T> {
  /** Returns the bytes of {@code value}. */
  byte[] encode(T value);

  /**
   * Returns the record in {@code bytes}, checked and with its defaults filled in.
   *
   * @throws MalformedRecordException for anything that is not such a record; nothing else is ever
   *     thrown
   */
  T decode(byte[] bytes) throws MalformedRecordException;
}
