package io.freshet.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {
  private static final String RULE =
      "event_time must be ISO-8601 with Z or an offset (2026-11-23T10:00:00.123Z)"
          + " or integer epoch milliseconds, was ";

  @ParameterizedTest
  @CsvSource({
    "2026-11-23T10:00:00.123Z,          2026-11-23T10:00:00.123Z",
    "2026-11-23T10:00:00Z,              2026-11-23T10:00:00.000Z",
    "2026-11-23T10:00Z,                 2026-11-23T10:00:00.000Z",
    "2026-11-23T11:00:00.1+01:00,       2026-11-23T10:00:00.100Z",
    "2026-11-23T04:30:00.123-0530,      2026-11-23T10:00:00.123Z",
    "2026-11-23T12:00:00+02,            2026-11-23T10:00:00.000Z",
    "2026-11-23T10:00:00.123999999Z,    2026-11-23T10:00:00.123Z",
    "2026-12-31T23:00:00.000-01:00,     2027-01-01T00:00:00.000Z",
    "2024-02-29T00:00:00.000Z,          2024-02-29T00:00:00.000Z",
    "1970-01-01T00:00:00.000Z,          1970-01-01T00:00:00.000Z",
    "9999-12-31T23:59:59.999Z,          9999-12-31T23:59:59.999Z",
  })
  void isoTimesWithAnOffsetAreReadAndWrittenInUtc(String input, String output)
      throws MalformedRecordException {
    assertThat(Times.format(Times.parse("event_time", input))).isEqualTo(output);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-23T10:00:00.123,        (no zone)",
    "1763892000123,                  (a number in quotes)",
    "2026,                           (a number in quotes)",
  })
  void whatCouldMeanTwoMomentsIsRefusedWithTheDoubt(String input, String doubt) {
    assertThatThrownBy(() -> Times.parse("event_time", input))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessage(RULE + '"' + input + "\" " + doubt);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "now",
        "2026-11-23",
        "2026-11-23 10:00:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T10:00:60Z",
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-11-23T10:00:00+19:00",
        "2026-11-23T10:00:00Z[UTC]",
        "2026-11-23T10:00:00ZZ",
        "2026-11-23T10:00:00+01:00+0100",
        "2026-11-23T10:00:00+01:00:30",
        "2026-11-23T10:00:00Z ",
        "-1763892000123",
        "1.5e12",
        "\u0662\u0660\u0662\u0666-11-23T10:00:00Z"
      })
  void whatIsNoTimeIsRefused(String input) {
    assertThatThrownBy(() -> Times.parse("event_time", input))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessage(RULE + '"' + input + '"');
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1969-12-31T23:59:59.999Z",
        "+10000-01-01T00:00:00Z",
        "+999999999-12-31T23:59:59Z"
      })
  void timesOutsideOfTheCalendarPeopleUseAreRefused(String input) {
    assertThatThrownBy(() -> Times.parse("event_time", input))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageStartingWith(
            "event_time must be between 1970-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z, was ");
  }

  @Test
  void epochMillisecondsAreReadFrom1e11On() throws MalformedRecordException {
    assertThat(Times.ofMillis("event_time", 100_000_000_000L)).isEqualTo("1973-03-03T09:46:40Z");
    assertThatThrownBy(() -> Times.ofMillis("event_time", 99_999_999_999L))
        .hasMessage(RULE + "99999999999 (below 1e11: seconds?)");
    assertThatThrownBy(() -> Times.ofMillis("event_time", Long.MAX_VALUE))
        .hasMessageStartingWith("event_time must be between ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.763892000123e12", "1763892000123.0", "99999999999999999999", "true"})
  void onlyWholeNumbersAreEpochMilliseconds(String json) {
    String record = "{\"user_id\":\"u\",\"item_id\":\"i\",\"event_time\":%s}".formatted(json);

    assertThatThrownBy(
            () -> Topics.CLICK_EVENTS.codec().decode(record.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageStartingWith(RULE);
  }

  @Test
  void eventsFartherAheadOfTheBrokersClockThanAllowedAreRefused() {
    Instant brokerTime = Instant.parse("2026-11-23T10:00:00Z");
    Instant latest = brokerTime.plusSeconds(300);
    Duration maxAhead = Duration.ofMinutes(5);

    assertThatCode(() -> click(latest).checkNotAhead(brokerTime, maxAhead))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> click(latest.plusMillis(1)).checkNotAhead(brokerTime, maxAhead))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessage(
            "event_time must be at most PT5M ahead of the broker's clock"
                + " (2026-11-23T10:00:00.000Z), was 2026-11-23T10:05:00.001Z");
    assertThatThrownBy(
            () ->
                new RecommendationRequest("r", "u", latest.plusMillis(1), List.of(), null, Map.of())
                    .checkNotAhead(brokerTime, maxAhead))
        .hasMessageStartingWith("requested_at must be at most PT5M ahead");
  }

  private static ClickEvent click(Instant time) {
    return new ClickEvent("e", "u", "i", time, "click", null, Map.of());
  }
}
