package io.freshet.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The fields of a JSON object, each read as what it must be. A null field counts as absent. What is
 * wrong is refused with the field's name, its value and what is allowed.
 */
final class JsonFields {
  static final int MAX_CONTEXT_CHARACTERS = 1_024;

  private static final int MAX_ENTRIES = 64;
  private static final int MAX_URI_CHARACTERS = 2_048;

  /** A mean of shares that were computed in floats passes 1 by its last bits. */
  private static final double ROUNDING = 1e-5;

  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

  private final String path;
  private final ObjectNode fields;

  private JsonFields(String path, ObjectNode fields) {
    this.path = path;
    this.fields = fields;
  }

  static JsonFields of(JsonNode record) throws MalformedRecordException {
    return new JsonFields("", object("record", record));
  }

  /** One value read as what it must be. */
  private interface Reader<T> {
    T read(String what, JsonNode value) throws MalformedRecordException;
  }

  /** Returns a required id: 1 to 256 characters, none of them a control character. */
  String id(String name) throws MalformedRecordException {
    return required(name, JsonFields::id);
  }

  String id(String name, String otherwise) throws MalformedRecordException {
    return optional(name, JsonFields::id, otherwise);
  }

  /** Returns a text of at most {@code max} characters; null where there is none. */
  String text(String name, int max) throws MalformedRecordException {
    return optional(name, (what, value) -> Text.check(what, string(what, value), 0, max), null);
  }

  /** Returns a required text of 1 to 2,048 characters. */
  String uri(String name) throws MalformedRecordException {
    return required(
        name, (what, value) -> Text.check(what, string(what, value), 1, MAX_URI_CHARACTERS));
  }

  /** Returns a required SHA-256: 64 hex digits in lower case. */
  String sha256(String name) throws MalformedRecordException {
    return required(name, JsonFields::sha256);
  }

  Instant time(String name) throws MalformedRecordException {
    return required(name, JsonFields::time);
  }

  boolean flag(String name, boolean otherwise) throws MalformedRecordException {
    return optional(name, JsonFields::flag, otherwise);
  }

  /** Returns a required whole number in [0, max]. */
  long count(String name, long max) throws MalformedRecordException {
    return required(name, (what, value) -> count(what, value, max));
  }

  /** Returns a required number in [0, 1]. */
  float share(String name) throws MalformedRecordException {
    return required(name, JsonFields::share);
  }

  /** Returns a number in [0, 1]; null where there is none. */
  Float optionalShare(String name) throws MalformedRecordException {
    return optional(name, JsonFields::share, null);
  }

  JsonFields object(String name) throws MalformedRecordException {
    return required(name, (what, value) -> new JsonFields(what + ".", object(what, value)));
  }

  /** Returns a list of at most {@code max} ids, empty where there is none. */
  List<String> ids(String name, int max) throws MalformedRecordException {
    return list(name, max, JsonFields::id);
  }

  /** Returns a list of at most {@code max} objects, empty where there is none. */
  List<JsonFields> objects(String name, int max) throws MalformedRecordException {
    return list(name, max, (what, value) -> new JsonFields(what + ".", object(what, value)));
  }

  /** Returns a map of at most 64 texts of at most {@code max} characters, in the order given. */
  Map<String, String> texts(String name, int max) throws MalformedRecordException {
    return map(name, (what, value) -> Text.check(what, string(what, value), 0, max));
  }

  /** Returns a map of at most 64 numbers, in the order given. */
  Map<String, Double> numbers(String name) throws MalformedRecordException {
    return map(name, JsonFields::number);
  }

  private <V> V required(String name, Reader<V> reader) throws MalformedRecordException {
    V value = optional(name, reader, null);
    if (value == null) {
      throw new MalformedRecordException(path + name + " must be given, was missing");
    }
    return value;
  }

  private <V> V optional(String name, Reader<V> reader, V otherwise)
      throws MalformedRecordException {
    JsonNode value = fields.path(name);
    return isAbsent(value) ? otherwise : reader.read(path + name, value);
  }

  private <V> List<V> list(String name, int max, Reader<V> reader) throws MalformedRecordException {
    ArrayNode array = optional(name, (what, value) -> array(what, value, max), null);
    List<V> values = new ArrayList<>();
    for (int i = 0; array != null && i < array.size(); i++) {
      values.add(reader.read(path + name + "[" + i + "]", array.get(i)));
    }
    return Collections.unmodifiableList(values);
  }

  private <V> Map<String, V> map(String name, Reader<V> reader) throws MalformedRecordException {
    Map<String, V> values = new LinkedHashMap<>();
    ObjectNode object = optional(name, JsonFields::object, null);
    if (object != null) {
      checkSize(path + name, object.size(), MAX_ENTRIES);
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        String key = Text.checkId("a name in " + path + name, entry.getKey());
        if (!isAbsent(entry.getValue())) {
          values.put(key, reader.read(path + name + "." + key, entry.getValue()));
        }
      }
    }
    return Collections.unmodifiableMap(values);
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private static String id(String what, JsonNode value) throws MalformedRecordException {
    return Text.checkId(what, string(what, value));
  }

  private static String sha256(String what, JsonNode value) throws MalformedRecordException {
    String text = string(what, value);
    if (!SHA_256.matcher(text).matches()) {
      throw wrong(what, "64 hex digits in lower case", value);
    }
    return text;
  }

  private static String string(String what, JsonNode value) throws MalformedRecordException {
    if (!value.isTextual()) {
      throw wrong(what, "a string", value);
    }
    return value.textValue();
  }

  private static Instant time(String what, JsonNode value) throws MalformedRecordException {
    if (value.isTextual()) {
      return Times.parse(what, value.textValue());
    }
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      return Times.ofMillis(what, value.longValue());
    }
    throw Times.refused(what, described(value));
  }

  private static Boolean flag(String what, JsonNode value) throws MalformedRecordException {
    if (!value.isBoolean()) {
      throw wrong(what, "true or false", value);
    }
    return value.booleanValue();
  }

  private static Long count(String what, JsonNode value, long max) throws MalformedRecordException {
    boolean whole = value.isIntegralNumber() && value.canConvertToLong();
    if (!whole || value.longValue() < 0 || value.longValue() > max) {
      throw wrong(what, "a whole number from 0 to " + max, value);
    }
    return value.longValue();
  }

  private static Float share(String what, JsonNode value) throws MalformedRecordException {
    if (!value.isNumber() || !(value.doubleValue() >= 0 && value.doubleValue() <= 1 + ROUNDING)) {
      throw wrong(what, "a number from 0 to 1", value);
    }
    return value.floatValue();
  }

  private static Double number(String what, JsonNode value) throws MalformedRecordException {
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw wrong(what, "a finite number", value);
    }
    return value.doubleValue();
  }

  private static ObjectNode object(String what, JsonNode value) throws MalformedRecordException {
    if (value instanceof ObjectNode object) {
      return object;
    }
    throw wrong(what, "a JSON object", value);
  }

  private static ArrayNode array(String what, JsonNode value, int max)
      throws MalformedRecordException {
    if (value instanceof ArrayNode array) {
      checkSize(what, array.size(), max);
      return array;
    }
    throw wrong(what, "a list", value);
  }

  private static void checkSize(String what, int size, int max) throws MalformedRecordException {
    if (size > max) {
      throw new MalformedRecordException(
          "%s must have at most %d entries, was %d".formatted(what, max, size));
    }
  }

  private static MalformedRecordException wrong(String what, String rule, JsonNode value) {
    return new MalformedRecordException(
        "%s must be %s, was %s".formatted(what, rule, described(value)));
  }

  private static String described(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> Text.quoted(value.textValue());
      case NUMBER -> "the number " + Text.shown(value.asText());
      case OBJECT -> "an object";
      case ARRAY -> "a list";
      case MISSING -> "nothing";
      default -> value.asText();
    };
  }
}
