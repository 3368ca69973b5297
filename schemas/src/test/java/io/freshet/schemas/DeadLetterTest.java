package io.freshet.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;

class DeadLetterTest {
  /** What a Kafka producer sends at most in one record, and a broker takes, by default. */
  private static final int KAFKA_LIMIT_BYTES = 1 << 20;

  /** More than Kafka's framing of a batch, a record and five headers takes. */
  private static final int FRAMING_BYTES = 256;

  @Test
  void keepsTheRecordAsItCame() {
    byte[] key = {1};
    byte[] value = {(byte) 0xFF, 0};
    DeadLetter letter = DeadLetter.of(key, value, "click-events", 3, 42, "record must be UTF-8");

    assertThat(letter.key()).isSameAs(key);
    assertThat(letter.value()).isSameAs(value);
    assertThat(letter.headers())
        .containsExactly(
            entry("origin_topic", "click-events"),
            entry("origin_partition", "3"),
            entry("origin_offset", "42"),
            entry("reason", "record must be UTF-8"),
            entry("original_size", "2"));
  }

  @Test
  void tombstoneWithoutKeyStaysOne() {
    DeadLetter letter = DeadLetter.of(null, null, "click-events", 0, 0, "value must be a record");

    assertThat(letter.key()).isNull();
    assertThat(letter.value()).isNull();
    assertThat(letter.originalSize()).isZero();
  }

  @Test
  void largestRecordIsCutToFitAndSaysHowLargeItWas() {
    byte[] huge = new byte[5_000_000];
    DeadLetter letter =
        DeadLetter.of(
            huge, huge, "t".repeat(249), Integer.MAX_VALUE, Long.MAX_VALUE, "\u4E2D".repeat(9_999));

    assertThat(letter.headers()).containsEntry("original_size", "5000000");
    assertThat(letter.value()).hasSize(DeadLetter.MAX_VALUE_BYTES);
    assertThat(letter.key()).hasSize(DeadLetter.MAX_KEY_BYTES);
    assertThat(letter.key().length + letter.value().length + headerBytes(letter) + FRAMING_BYTES)
        .isLessThan(KAFKA_LIMIT_BYTES);
  }

  private static int headerBytes(DeadLetter letter) {
    return letter.headers().entrySet().stream()
        .mapToInt(header -> (header.getKey() + header.getValue()).getBytes(UTF_8).length)
        .sum();
  }
}
