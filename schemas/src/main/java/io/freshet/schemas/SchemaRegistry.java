package io.freshet.schemas;

import java.io.Serializable;
import java.util.Optional;

/**
 * Where the Avro schemas of a Kafka are kept under numbers. Thread-safe.
 *
 * <p>Both methods throw an {@link java.io.UncheckedIOException} when the registry cannot be asked,
 * or refuses.
 */
public interface SchemaRegistry extends Serializable {
  /**
   * Returns the schema of a number, as JSON; nothing where no schema has it.
   *
   * @throws MalformedRecordException where it refers to other schemas
   */
  Optional<String> schema(int id) throws MalformedRecordException;

  /**
   * Returns the number of a schema, which is registered where it is not yet.
   *
   * @param subject what it is registered under, such as {@code recommendations-value}
   * @param schema as JSON
   */
  int id(String subject, String schema);
}
