package io.freshet.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.avro.AvroMapper;
import com.fasterxml.jackson.dataformat.avro.AvroSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/**
 * A record as Avro, framed as Confluent's serializers do: a zero, the number of its schema in a
 * registry (4 bytes, the highest first), the record.
 *
 * <p>What is read may have any schema with the fields that the record must have: they are checked
 * as those of JSON are. What does not begin with a zero is JSON, for a topic may have held that
 * before. What is written has the published schema.
 */
final class AvroCodec<T> implements Codec<T> {
  private static final long serialVersionUID = 1;
  private static final byte FRAMED = 0;
  private static final int FRAME_BYTES = Byte.BYTES + Integer.BYTES;
  private static final int EXPECTED_BYTES = 256;
  private static final AvroMapper MAPPER = new AvroMapper();

  private final Class<T> type;
  private final JsonCodec<T> json;
  private final String subject;
  private final SchemaRegistry registry;
  private transient volatile Map<Integer, Schema> ofOthers;
  private transient volatile Own own;

  /** The published schema, and the frame that it has in the registry. */
  private record Own(AvroSchema schema, byte[] frame) {}

  /**
   * @param subject what the schema of what is written is registered under
   */
  AvroCodec(Class<T> type, JsonCodec<T> json, String subject, SchemaRegistry registry) {
    this.type = type;
    this.json = json;
    this.subject = subject;
    this.registry = registry;
  }

  @Override
  public byte[] encode(T value) {
    Own known = own();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(EXPECTED_BYTES);
    bytes.writeBytes(known.frame());
    try (JsonGenerator out = MAPPER.getFactory().createGenerator(bytes)) {
      out.setSchema(known.schema());
      json.writeAll(value, out);
    } catch (IOException e) {
      throw new UncheckedIOException("Memory cannot fail to be written", e);
    }
    return bytes.toByteArray();
  }

  private Own own() {
    if (own == null) {
      String schema = published();
      int id = registry.id(subject, schema);
      byte[] frame = ByteBuffer.allocate(FRAME_BYTES).put(FRAMED).putInt(id).array();
      own = new Own(new AvroSchema(parsed(schema)), frame);
    }
    return own;
  }

  /** Returns the published schema of the record, as JSON. */
  private String published() {
    String name = type.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-");
    try (InputStream in =
        AvroCodec.class.getResourceAsStream(name.toLowerCase(Locale.ROOT) + ".avsc")) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the schema of " + type.getSimpleName(), e);
    }
  }

  private static Schema parsed(String schema) {
    return new Schema.Parser().parse(schema);
  }

  @Override
  public T decode(byte[] bytes) throws MalformedRecordException {
    return bytes.length > 0 && bytes[0] == FRAMED
        ? json.read(JsonFields.of(tree(bytes)))
        : json.decode(bytes);
  }

  private JsonNode tree(byte[] bytes) throws MalformedRecordException {
    if (bytes.length < FRAME_BYTES) {
      throw new MalformedRecordException(
          "record must begin with a zero and the 4 bytes of its schema's number, was %d bytes"
              .formatted(bytes.length));
    }
    int id = ByteBuffer.wrap(bytes).getInt(Byte.BYTES);
    Schema schema = schema(id);
    try {
      return AvroBytes.read(schema, bytes, FRAME_BYTES);
    } catch (IOException | RuntimeException e) {
      throw new MalformedRecordException(
          "record must be Avro of schema %d, cannot be read: %s".formatted(id, e));
    }
  }

  private Schema schema(int id) throws MalformedRecordException {
    if (ofOthers == null) {
      ofOthers = new ConcurrentHashMap<>();
    }
    Schema known = ofOthers.get(id);
    if (known == null) {
      String found =
          registry
              .schema(id)
              .orElseThrow(
                  () ->
                      new MalformedRecordException(
                          "schema of the record must be in the registry, number %d is not"
                              .formatted(id)));
      try {
        known = parsed(found);
      } catch (RuntimeException e) {
        throw new MalformedRecordException(
            "schema %d of the record must be one of Avro, is not: %s"
                .formatted(id, e.getMessage()));
      }
      ofOthers.put(id, known);
    }
    return known;
  }
}
