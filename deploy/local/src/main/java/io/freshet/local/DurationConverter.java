package io.freshet.local;

import java.time.Duration;
import org.apache.flink.util.TimeUtils;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads lengths of time such as {@code 60s} or {@code 5 min}, which must be positive. */
final class DurationConverter implements ITypeConverter<Duration> {
  @Override
  public Duration convert(String text) {
    try {
      Duration duration = TimeUtils.parseDuration(text);
      boolean hasUnit = !Character.isDigit(text.charAt(text.length() - 1)); // Flink takes it for ms
      if (hasUnit && !duration.isZero()) {
        return duration;
      }
    } catch (IllegalArgumentException e) {
      // falls through to the one message
    }
    throw new TypeConversionException(
        "must be a positive length of time such as 60s or 5min, was '" + text + "'");
  }
}
