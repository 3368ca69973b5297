package io.freshet.schemas;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * How moments are written: ISO-8601 with Z or an offset, or integer epoch milliseconds. What could
 * mean two moments, for want of a zone or a unit, is refused rather than guessed.
 */
final class Times {
  /** Below this an epoch number is taken for seconds; in milliseconds it is March 1973. */
  static final long MIN_EPOCH_MILLIS = 100_000_000_000L;

  private static final int MILLISECOND_DIGITS = 3;
  private static final Instant EARLIEST = Instant.EPOCH;
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");
  private static final String RULE =
      "ISO-8601 with Z or an offset (2026-11-23T10:00:00.123Z) or integer epoch milliseconds";

  private static final DateTimeFormatter OUTPUT =
      new DateTimeFormatterBuilder().appendInstant(MILLISECOND_DIGITS).toFormatter(Locale.ROOT);
  private static final DateTimeFormatter INPUT =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
          .appendPattern("[XXX][XX][X]") // one of them, see hasOneOffset
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private Times() {}

  /** Returns {@code time} as ISO-8601 in UTC with milliseconds. */
  static String format(Instant time) {
    return OUTPUT.format(time);
  }

  /** Returns the moment that {@code text} names; what is finer than a millisecond is dropped. */
  static Instant parse(String what, String text) throws MalformedRecordException {
    if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw refused(what, Text.quoted(text) + " (a number in quotes)");
    }
    try {
      Object time = INPUT.parseBest(text, OffsetDateTime::from, LocalDateTime::from);
      if (time instanceof OffsetDateTime moment && hasOneOffset(text)) {
        return inRange(what, moment.toInstant().truncatedTo(ChronoUnit.MILLIS));
      }
    } catch (DateTimeException e) {
      throw refused(what, Text.quoted(text));
    }
    throw refused(what, Text.quoted(text) + (hasOneOffset(text) ? " (no zone)" : ""));
  }

  /** Returns whether at most one offset stands behind the time; the formatter takes several. */
  private static boolean hasOneOffset(String text) {
    int offsets = 0;
    for (int i = Math.max(text.indexOf('T'), text.indexOf('t')); i < text.length(); i++) {
      char next = text.charAt(i);
      offsets += next == 'Z' || next == 'z' || next == '+' || next == '-' ? 1 : 0;
    }
    return offsets <= 1;
  }

  /** Returns the moment {@code epochMillis} after 1970. */
  static Instant ofMillis(String what, long epochMillis) throws MalformedRecordException {
    if (epochMillis < MIN_EPOCH_MILLIS) {
      throw refused(what, epochMillis + " (below 1e11: seconds?)");
    }
    return inRange(what, Instant.ofEpochMilli(epochMillis));
  }

  static MalformedRecordException refused(String what, String was) {
    return new MalformedRecordException("%s must be %s, was %s".formatted(what, RULE, was));
  }

  static void checkNotAhead(String what, Instant time, Instant brokerTime, Duration maxAhead)
      throws MalformedRecordException {
    if (time.isAfter(brokerTime.plus(maxAhead))) {
      throw new MalformedRecordException(
          "%s must be at most %s ahead of the broker's clock (%s), was %s"
              .formatted(what, maxAhead, format(brokerTime), format(time)));
    }
  }

  private static Instant inRange(String what, Instant time) throws MalformedRecordException {
    if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
      throw new MalformedRecordException(
          "%s must be between %s and %s, was %s"
              .formatted(what, format(EARLIEST), format(LATEST), time));
    }
    return time;
  }
}
