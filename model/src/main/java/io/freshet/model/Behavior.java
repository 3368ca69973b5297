package io.freshet.model;

import io.freshet.schemas.ClickEvent;

/**
 * A click event as remembered: ids, time and action, nothing derived.
 *
 * @param timeMillis event time in epoch milliseconds, or {@link #UNKNOWN_TIME}
 */
public record Behavior(String eventId, String itemId, long timeMillis, String action) {
  /** The time of a behavior from a history that was recorded without times. */
  public static final long UNKNOWN_TIME = Long.MIN_VALUE;

  /** Returns what is remembered of {@code click}. */
  public static Behavior of(ClickEvent click) {
    return new Behavior(
        click.eventId(), click.itemId(), click.eventTime().toEpochMilli(), click.action());
  }

  /** Writes this with the milliseconds since {@code before}. */
  void write(long before, PackedBytes.Writer out) {
    out.id(eventId).text(itemId).number(timeMillis - before).word(action);
  }

  static Behavior read(long before, PackedBytes.Reader in) {
    return new Behavior(in.id(), in.text(), before + in.number(), in.word());
  }
}
