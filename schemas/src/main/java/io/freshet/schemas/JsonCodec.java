package io.freshet.schemas;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;

/**
 * A record as one JSON object in UTF-8, names in snake_case, as one would write it by hand. Unknown
 * fields are ignored, a null field counts as absent, and on the way out absent fields are left out.
 */
abstract class JsonCodec<T> implements Codec<T> {
  private static final int MAX_NESTING_DEPTH = 64;
  private static final int EXPECTED_BYTES = 256;

  // Names are neither interned nor pooled: hostile ones would fill tables that outlive the record.
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING_DEPTH).build())
                  .build())
          .build();

  /** Returns the record that {@code fields} describe, checked and with its defaults. */
  abstract T read(JsonFields fields) throws MalformedRecordException;

  /** Writes the fields of {@code value} so that {@link #read} returns its equal. */
  abstract void write(T value, JsonGenerator out) throws IOException;

  @Override
  public final byte[] encode(T value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(EXPECTED_BYTES);
    try (JsonGenerator out = MAPPER.createGenerator(bytes)) {
      writeAll(value, out);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Cannot write %s: %s".formatted(value, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Memory cannot fail to be written", e);
    }
    return bytes.toByteArray();
  }

  @Override
  public final T decode(byte[] bytes) throws MalformedRecordException {
    return read(JsonFields.of(parse(Text.decode("record", bytes))));
  }

  final void writeAll(T value, JsonGenerator out) throws IOException {
    out.writeStartObject();
    write(value, out);
    out.writeEndObject();
  }

  /** Writes a moment: as text, or as a number where a schema tells what it counts. */
  static void writeTime(JsonGenerator out, String name, Instant time) throws IOException {
    if (out.getSchema() == null) {
      out.writeStringField(name, Times.format(time));
    } else {
      out.writeNumberField(name, time.toEpochMilli());
    }
  }

  /** Writes {@code text} unless it is null. */
  static void writeGiven(JsonGenerator out, String name, String text) throws IOException {
    if (text != null) {
      out.writeStringField(name, text);
    }
  }

  /** Returns whether a list or a map is written: where a schema has it, even when it is empty. */
  static boolean isWritten(boolean isEmpty, JsonGenerator out) {
    return !isEmpty || out.getSchema() != null;
  }

  /** Writes {@code texts}, unless there are none and it may be left out. */
  static void writeGiven(JsonGenerator out, String name, Map<String, String> texts)
      throws IOException {
    if (isWritten(texts.isEmpty(), out)) {
      out.writeObjectFieldStart(name);
      for (Map.Entry<String, String> text : texts.entrySet()) {
        out.writeStringField(text.getKey(), text.getValue());
      }
      out.writeEndObject();
    }
  }

  private static JsonNode parse(String json) throws MalformedRecordException {
    try (JsonParser parser = MAPPER.createParser(json)) {
      JsonNode record = MAPPER.reader().readTree(parser);
      if (parser.nextToken() != null) {
        throw new MalformedRecordException("record must be one JSON object, was followed by more");
      }
      return record == null ? MAPPER.missingNode() : record;
    } catch (JsonProcessingException e) {
      throw new MalformedRecordException("record must be JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException("Text in memory cannot fail to be read", e);
    }
  }
}
