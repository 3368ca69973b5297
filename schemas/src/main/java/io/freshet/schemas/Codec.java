package io.freshet.schemas;

import java.io.Serializable;

/**
 * How a record is written in a Kafka value. Thread-safe, and serializable as jobs carry it to their
 * cluster.
 *
 * @param <T> the record
 */
public interface Codec<T> extends Serializable {
  /** Returns the bytes of {@code value}. */
  byte[] encode(T value);

  /**
   * Returns the record in {@code bytes}, checked and with its defaults filled in.
   *
   * @throws MalformedRecordException for anything that is not such a record
   * @throws java.io.UncheckedIOException when what tells how to read it is out of reach; nothing
   *     else is ever thrown
   */
  T decode(byte[] bytes) throws MalformedRecordException;
}
