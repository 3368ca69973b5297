package io.freshet.schemas;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands on a topic, reading it gives a record or a reason. */
class HostileRecordsTest {
  private static final String USER_AND_ITEM = "{\"user_id\":\"u\",\"item_id\":\"i\"";
  private static final String TIME = ",\"event_time\":1763892000123";

  static Stream<Arguments> hostileClicks() {
    return Stream.of(
        Arguments.of("", "record must be a JSON object, was nothing"),
        Arguments.of(" \n", "record must be a JSON object, was nothing"),
        Arguments.of("null", "record must be a JSON object, was null"),
        Arguments.of("[]", "record must be a JSON object, was a list"),
        Arguments.of("\"click\"", "record must be a JSON object, was \"click\""),
        Arguments.of("user=1", "record must be JSON: Unrecognized token 'user'"),
        Arguments.of("\uFEFF{}", "record must be JSON: Unexpected character"),
        Arguments.of(USER_AND_ITEM, "record must be JSON: Unexpected end-of-input"),
        Arguments.of(click("}{}"), "record must be one JSON object, was followed by more"),
        Arguments.of(click("}x"), "record must be JSON: Unrecognized token 'x'"),
        Arguments.of(
            click(",\"user_id\":\"v\"}"), "record must be JSON: Duplicate field 'user_id'"),
        Arguments.of(
            click(",\"x\":{\"a\":1,\"a\":1}}"), "record must be JSON: Duplicate field 'a'"),
        Arguments.of(
            click(",\"x\":" + "[".repeat(500_000)), "record must be JSON: Document nesting"),
        Arguments.of(click(",\"x\":NaN}"), "record must be JSON: Non-standard token 'NaN'"),
        Arguments.of(
            click(",\"x\":" + "9".repeat(2_000) + "}"), "record must be JSON: Number value"),
        Arguments.of(
            click(",\"action\":\"\\ud800\"}"),
            "action must be whole characters, was \"\uFFFD\" with half of a surrogate pair"),
        Arguments.of(
            click(",\"action\":\"a\\tb\"}"),
            "action must be free of control characters, was \"a\uFFFDb\""),
        Arguments.of(click(",\"action\":1}"), "action must be a string, was the number 1"),
        Arguments.of(click(",\"domain\":[]}"), "domain must be a string, was a list"),
        Arguments.of(click(",\"context\":\"web\"}"), "context must be a JSON object, was \"web\""),
        Arguments.of(
            click(",\"context\":{\"p\":1}}"), "context.p must be a string, was the number 1"),
        Arguments.of(
            click(",\"context\":{\"\":\"\"}}"),
            "a name in context must be 1 to 256 characters long, was \"\" of 0"),
        Arguments.of("{\"item_id\":\"i\"" + TIME + "}", "user_id must be given, was missing"),
        Arguments.of("{\"user_id\":null" + TIME + "}", "user_id must be given, was missing"),
        Arguments.of("{\"user_id\":7" + TIME + "}", "user_id must be a string, was the number 7"),
        Arguments.of(
            "{\"user_id\":\"\"" + TIME + "}",
            "user_id must be 1 to 256 characters long, was \"\" of 0"),
        Arguments.of(
            "{\"user_id\":\"" + "u".repeat(257) + "\"}",
            "user_id must be 1 to 256 characters long, was \"" + "u".repeat(80) + "\"... of 257"));
  }

  @ParameterizedTest
  @MethodSource("hostileClicks")
  void eachIsRefusedWithItsReason(String json, String reason) {
    assertThat(refusal(Topics.CLICK_EVENTS, json.getBytes(UTF_8))).startsWith(reason);
  }

  @Test
  void whatIsNotUtf8IsRefusedRatherThanRepaired() {
    byte[] latin1 = {'{', '"', 'u', '"', ':', '"', (byte) 0xE4, '"', '}'};
    byte[] overlong = {'{', (byte) 0xC0, (byte) 0xA2, '}'};
    byte[] halfOfPair = {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'};

    assertThat(refusal(Topics.CLICK_EVENTS, latin1))
        .isEqualTo("record must be UTF-8, was 9 bytes that are not");
    assertThat(refusal(Topics.CLICK_EVENTS, overlong)).startsWith("record must be UTF-8");
    assertThat(refusal(Topics.CLICK_EVENTS, halfOfPair)).startsWith("record must be UTF-8");
    assertThat(refusal(Topics.CLICK_EVENTS, click("}").getBytes(UTF_16)))
        .startsWith("record must be UTF-8");
  }

  @Test
  void reasonsStayShortHoweverLargeTheRecord() {
    String million = "\u0001".repeat(1_000_000).replace("\u0001", "\\u0001");
    List<String> hostile =
        List.of(
            "{\"user_id\":\"" + million + "\"}",
            "{\"" + million + "\":1}",
            "{\"user_id\":" + "[1,".repeat(60) + "2" + "]".repeat(60) + "}",
            "x".repeat(1_000_000),
            click(",\"context\":{\"" + "k".repeat(256) + "\":\"" + "v".repeat(1_000_000) + "\"}}"));

    assertThat(hostile)
        .allSatisfy(
            json ->
                assertThat(refusal(Topics.CLICK_EVENTS, json.getBytes(UTF_8)))
                    .hasSizeLessThanOrEqualTo(500)
                    .doesNotContainPattern("\\p{Cntrl}"));
  }

  @Test
  void mutatedRecordsAreReadOrRefusedAndUntouchedOnesComeBackEqual() {
    RandomRecords records = new RandomRecords(7);
    fuzz(Topics.CLICK_EVENTS, records::click);
    fuzz(Topics.RECOMMENDATION_REQUESTS, records::request);
    fuzz(Topics.ITEMS, records::item);
    fuzz(Topics.RELEASES, records::release);
    fuzz(Topics.RECOMMENDATIONS, records::recommendation);
  }

  private static <T> void fuzz(Topic<T> topic, Supplier<T> records) {
    Random random = new Random(topic.name().hashCode());
    int refused = 0;
    for (int i = 0; i < 4_000; i++) {
      T value = records.get();
      byte[] bytes = topic.codec().encode(value);
      assertThat(decoded(topic, bytes)).isEqualTo(value);
      refused += isReadOrRefused(topic, mutated(bytes, random)) ? 0 : 1;
    }
    assertThat(refused).as("refused of 4,000 on %s", topic).isBetween(1_000, 3_990);
  }

  /** Returns whether the record was read; if it was, it must survive being written again. */
  private static <T> boolean isReadOrRefused(Topic<T> topic, byte[] bytes) {
    T value;
    try {
      value = topic.decode(null, bytes);
    } catch (MalformedRecordException e) {
      assertThat(e.getMessage()).isNotBlank().hasSizeLessThanOrEqualTo(500);
      return false;
    }
    assertThat(decoded(topic, topic.codec().encode(value))).isEqualTo(value);
    return true;
  }

  private static byte[] mutated(byte[] bytes, Random random) {
    byte[] hostile = bytes;
    for (int i = 0; i <= random.nextInt(4); i++) {
      hostile = mutatedOnce(hostile, random);
    }
    return hostile;
  }

  private static byte[] mutatedOnce(byte[] bytes, Random random) {
    if (bytes.length == 0) {
      return bytes;
    }
    int at = random.nextInt(bytes.length);
    return switch (random.nextInt(6)) {
      case 0 -> replaced(bytes, at, new byte[] {(byte) random.nextInt(256)}, 1);
      case 1 -> Arrays.copyOf(bytes, at);
      case 2 -> replaced(bytes, at, Arrays.copyOfRange(bytes, at / 2, at), 0);
      case 3 -> replaced(bytes, at, new byte[0], random.nextInt(8));
      case 4 -> replaced(bytes, at, HOSTILE.get(random.nextInt(HOSTILE.size())).getBytes(UTF_8), 0);
      default -> valueReplaced(bytes, random);
    };
  }

  private static final List<String> HOSTILE =
      List.of(
          "NaN",
          "-0",
          "1e999",
          "null",
          "true",
          "{}",
          "[]",
          "\"\"",
          "[[[[[[[[",
          "\\ud800",
          "\\u0000",
          "9".repeat(400),
          "1.5",
          "\"2026-11-23T10:00:00\"",
          "\"1763892000123\"",
          "\u0000",
          "]}",
          ",");

  /** Puts something else in the place of one of the record's values. */
  private static byte[] valueReplaced(byte[] bytes, Random random) {
    String json = new String(bytes, UTF_8);
    int colon = json.indexOf("\":", random.nextInt(json.length()));
    int end = json.indexOf(",\"", colon);
    if (colon < 0 || end < 0) {
      return bytes;
    }
    String other = HOSTILE.get(random.nextInt(HOSTILE.size()));
    return (json.substring(0, colon + 2) + other + json.substring(end)).getBytes(UTF_8);
  }

  private static byte[] replaced(byte[] bytes, int at, byte[] by, int length) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, at);
    out.writeBytes(by);
    int rest = Math.min(bytes.length, at + length);
    out.write(bytes, rest, bytes.length - rest);
    return out.toByteArray();
  }

  private static <T> T decoded(Topic<T> topic, byte[] bytes) {
    try {
      return topic.decode(null, bytes);
    } catch (MalformedRecordException e) {
      throw new AssertionError(new String(bytes, UTF_8), e);
    }
  }

  private static String refusal(Topic<?> topic, byte[] bytes) {
    return catchThrowableOfType(MalformedRecordException.class, () -> topic.decode(null, bytes))
        .getMessage();
  }

  private static String click(String rest) {
    return USER_AND_ITEM + TIME + rest;
  }
}
