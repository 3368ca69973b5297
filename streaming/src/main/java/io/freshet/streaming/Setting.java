package io.freshet.streaming;

import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.flink.util.TimeUtils;

/**
 * One thing that a job's user may set: its name, what it means, what is allowed, and how it is
 * read.
 *
 * @param defaultValue as a user would write it; null where one must be given
 * @param allowed for people to read, with the unit
 * @param parser throws {@link IllegalArgumentException} for what is not allowed
 */
public record Setting<T>(
    String name, String defaultValue, String allowed, String meaning, Function<String, T> parser) {

  private static final String NONE = "none";

  /** Returns a setting that counts {@code unit}. */
  public static Setting<Integer> number(
      String name, int defaultValue, int min, int max, String unit, String meaning) {
    String allowed = String.format(Locale.ROOT, "%d to %d %s", min, max, unit);
    return new Setting<>(
        name,
        Integer.toString(defaultValue),
        allowed,
        meaning,
        text -> {
          int number = Integer.parseInt(text);
          return require(number, number >= min && number <= max);
        });
  }

  /** Returns a setting of a number that need not be whole. */
  public static Setting<Double> decimal(
      String name, String defaultValue, double min, double max, String meaning) {
    return new Setting<>(
        name,
        defaultValue,
        String.format(Locale.ROOT, "%s to %s", min, max),
        meaning,
        text -> {
          double number = Double.parseDouble(text);
          return require(number, number >= min && number <= max);
        });
  }

  /** Returns a setting that is on or off. */
  public static Setting<Boolean> flag(String name, boolean defaultValue, String meaning) {
    return new Setting<>(
        name,
        Boolean.toString(defaultValue),
        "`true`, `false`",
        meaning,
        text -> require(text.equals("true"), List.of("true", "false").contains(text)));
  }

  /** Returns this setting with another default, as a user would write it. */
  public Setting<T> withDefault(String otherDefault) {
    return new Setting<>(name, otherDefault, allowed, meaning, parser);
  }

  /** Returns a setting of a length of time, such as {@code 5 min}, {@code 200 ms} or PT5M. */
  public static Setting<Duration> duration(
      String name, String defaultValue, String min, String max, String meaning) {
    return new Setting<>(
        name,
        defaultValue,
        "%s to %s".formatted(min, max),
        meaning,
        text -> within(duration(text), duration(min), duration(max)));
  }

  /** Returns this setting with {@code none} allowed too, and read as {@code meaningOfNone}. */
  public Setting<T> orNone(T meaningOfNone) {
    return new Setting<>(
        name,
        defaultValue,
        allowed + ", or `none`",
        meaning,
        text -> text.equals(NONE) ? meaningOfNone : parser.apply(text));
  }

  /** Returns a setting of a moment, such as {@code 2026-11-23T10:00:00Z}. */
  public static Setting<Instant> moment(String name, String defaultValue, String meaning) {
    return new Setting<>(name, defaultValue, "ISO-8601 with Z", meaning, Instant::parse);
  }

  /** Returns a setting that picks one of an enum's values, written in lower case with dashes. */
  public static <E extends Enum<E>> Setting<E> choice(
      String name, E defaultValue, Class<E> choices, String meaning) {
    String allowed =
        Arrays.stream(choices.getEnumConstants())
            .map(choice -> "`" + written(choice) + "`")
            .collect(Collectors.joining(", "));
    return new Setting<>(
        name,
        written(defaultValue),
        allowed,
        meaning,
        text ->
            Arrays.stream(choices.getEnumConstants())
                .filter(choice -> written(choice).equals(text))
                .findFirst()
                .orElseThrow(IllegalArgumentException::new));
  }

  /** Returns a setting that takes any text that is not blank. */
  public static Setting<String> text(
      String name, String defaultValue, String allowed, String meaning) {
    return new Setting<>(
        name, defaultValue, allowed, meaning, text -> require(text, !text.isBlank()));
  }

  /** Returns a setting that must be given: a uri, such as {@code s3://bucket/folder}. */
  public static Setting<String> uri(String name, String meaning) {
    return new Setting<>(
        name,
        null,
        "a uri with its scheme, such as `s3://bucket/folder`",
        meaning,
        text -> require(text, URI.create(text).getScheme() != null));
  }

  /** Returns a setting of names separated by commas; nothing at all is none of them. */
  public static Setting<Set<String>> names(
      String name, String defaultValue, String allowed, String meaning) {
    return new Setting<>(
        name,
        defaultValue,
        allowed,
        meaning,
        text ->
            Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .collect(Collectors.toUnmodifiableSet()));
  }

  /** Returns what {@code text} sets. */
  T parse(String text) {
    try {
      return parser.apply(text.strip());
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new IllegalArgumentException(
          "%s must be %s, was '%s'".formatted(name, allowed.replace("`", "'"), shown(text)), e);
    }
  }

  /** Returns {@code text} without what stands before an @, where addresses have their passwords. */
  private static String shown(String text) {
    int at = text.lastIndexOf('@');
    return at < 0 ? text : "..." + text.substring(at);
  }

  private static Duration duration(String text) {
    return text.startsWith("P") ? Duration.parse(text) : TimeUtils.parseDuration(text);
  }

  private static Duration within(Duration duration, Duration min, Duration max) {
    return require(duration, duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0);
  }

  private static <T> T require(T value, boolean allowed) {
    if (!allowed) {
      throw new IllegalArgumentException();
    }
    return value;
  }

  private static String written(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
