package io.freshet.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * The bytes of one record, read by the Avro schema that they were written with to the tree of
 * fields that the same record would be as JSON.
 *
 * <p>Neither the bytes nor the schema are believed: no length is allocated that is not there, and
 * the values are counted, for a null, or a record of nulls, takes no bytes and could be claimed by
 * the billion. Text is UTF-8, or refused.
 */
final class AvroBytes {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int MAX_NESTING_DEPTH = 100;

  /** A value has a byte, or more; with a record around it, or a union before it, half of that. */
  private static final int VALUES_PER_BYTE = 2;

  /** How many values there may be besides, such as the nulls of a wide record. */
  private static final int VALUES_WITHOUT_BYTES = 1_000;

  private static final long MICROS_PER_MILLI = 1_000;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final BinaryDecoder in;
  private final long valuesMax;
  private long values;

  private AvroBytes(BinaryDecoder in) {
    this.in = in;
    this.valuesMax = VALUES_WITHOUT_BYTES + (long) VALUES_PER_BYTE * in.remainingBytes();
  }

  /**
   * Returns the record that {@code bytes} hold from {@code start} to their end.
   *
   * @throws IOException where they end too early, or a number is none
   */
  static JsonNode read(Schema schema, byte[] bytes, int start)
      throws IOException, MalformedRecordException {
    BinaryDecoder in = DecoderFactory.get().binaryDecoder(bytes, start, bytes.length - start, null);
    JsonNode record = new AvroBytes(in).value("record", schema, 1);
    if (!in.isEnd()) {
      throw new MalformedRecordException("record must be one of its schema, was followed by more");
    }
    return record;
  }

  private JsonNode value(String what, Schema schema, int depth)
      throws IOException, MalformedRecordException {
    checkBounds(depth);
    return switch (schema.getType()) {
      case RECORD -> record(schema, depth);
      case ARRAY -> array(what, schema.getElementType(), depth);
      case MAP -> map(what, schema.getValueType(), depth);
      case UNION -> value(what, one(what, schema.getTypes(), in.readIndex()), depth);
      case ENUM -> NODES.textNode(one(what, schema.getEnumSymbols(), in.readEnum()));
      case STRING -> NODES.textNode(text(what));
      case BYTES -> NODES.binaryNode(bytes(what, in.readLong()));
      case FIXED -> NODES.binaryNode(bytes(what, schema.getFixedSize()));
      case INT -> NODES.numberNode(in.readInt());
      case LONG -> number(schema, in.readLong());
      case FLOAT -> NODES.numberNode(in.readFloat());
      case DOUBLE -> NODES.numberNode(in.readDouble());
      case BOOLEAN -> NODES.booleanNode(in.readBoolean());
      case NULL -> NODES.nullNode();
    };
  }

  private void checkBounds(int depth) throws MalformedRecordException {
    if (depth > MAX_NESTING_DEPTH) {
      throw new MalformedRecordException(
          "record must be nested at most %d deep, was deeper".formatted(MAX_NESTING_DEPTH));
    }
    values++;
    if (values > valuesMax) {
      throw new MalformedRecordException(
          "record must have at most %d values for its bytes, was more".formatted(valuesMax));
    }
  }

  private ObjectNode record(Schema schema, int depth) throws IOException, MalformedRecordException {
    ObjectNode record = NODES.objectNode();
    for (Schema.Field field : schema.getFields()) {
      record.set(field.name(), value(field.name(), field.schema(), depth + 1));
    }
    return record;
  }

  private ArrayNode array(String what, Schema items, int depth)
      throws IOException, MalformedRecordException {
    ArrayNode array = NODES.arrayNode();
    for (long block = in.readArrayStart(); block > 0; block = in.arrayNext()) {
      for (long i = 0; i < block; i++) {
        array.add(value(what, items, depth + 1));
      }
    }
    return array;
  }

  private ObjectNode map(String what, Schema items, int depth)
      throws IOException, MalformedRecordException {
    ObjectNode map = NODES.objectNode();
    for (long block = in.readMapStart(); block > 0; block = in.mapNext()) {
      for (long i = 0; i < block; i++) {
        map.set(text(what), value(what, items, depth + 1));
      }
    }
    return map;
  }

  /** Returns a time in milliseconds, whatever it counts; one without a zone is no number. */
  private static JsonNode number(Schema schema, long number) {
    String counts = schema.getLogicalType() == null ? "" : schema.getLogicalType().getName();
    return switch (counts) {
      case "timestamp-micros" -> NODES.numberNode(Math.floorDiv(number, MICROS_PER_MILLI));
      case "timestamp-nanos" -> NODES.numberNode(Math.floorDiv(number, NANOS_PER_MILLI));
      case "local-timestamp-millis", "local-timestamp-micros", "local-timestamp-nanos" ->
          NODES.pojoNode("%s %d (no zone)".formatted(counts, number));
      default -> NODES.numberNode(number);
    };
  }

  private static <C> C one(String what, List<C> choices, int index)
      throws MalformedRecordException {
    if (index < 0 || index >= choices.size()) {
      throw new MalformedRecordException(
          "%s must be one of the %d that its schema allows, was number %d"
              .formatted(what, choices.size(), index));
    }
    return choices.get(index);
  }

  private String text(String what) throws IOException, MalformedRecordException {
    return Text.decode(what, bytes(what, in.readLong()));
  }

  private byte[] bytes(String what, long length) throws IOException, MalformedRecordException {
    int left = in.remainingBytes();
    if (length < 0 || length > left) {
      throw new MalformedRecordException(
          "%s must have 0 to %d bytes, what is left of the record, was %d"
              .formatted(what, left, length));
    }
    byte[] bytes = new byte[(int) length];
    in.readFixed(bytes);
    return bytes;
  }
}
