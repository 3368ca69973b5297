package io.freshet.model;

import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Item;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What users were shown over some time and whether they clicked it, and the items that were shown.
 *
 * @param impressions by time, those of one time as they are given
 * @param earlierItems by user, the items clicked before the log began, oldest first, at times that
 *     are not known
 */
public record ImpressionLog(
    List<Impression> impressions, List<Item> items, Map<String, List<String>> earlierItems) {
  private static final TimeOrder<Impression> BY_TIME =
      new TimeOrder<>("impression", Impression::time);

  /**
   * An item as shown to a user.
   *
   * @param time when it was shown, in milliseconds
   * @param context what is known of the user and the moment, by name; never null
   */
  public record Impression(
      String userId, String itemId, Instant time, boolean clicked, Map<String, String> context) {}

  public ImpressionLog {
    impressions = impressions.stream().sorted(Comparator.comparing(Impression::time)).toList();
    items = List.copyOf(items);
    Map<String, List<String>> copy = new LinkedHashMap<>(); // keeps the order of its users
    earlierItems.forEach((userId, itemIds) -> copy.put(userId, List.copyOf(itemIds)));
    earlierItems = Collections.unmodifiableMap(copy);
  }

  /**
   * Returns the time of the impression before which the given share, in [0, 1), of all impressions
   * stands.
   */
  public Instant timeAt(double share) {
    return BY_TIME.timeAt(share, impressions);
  }

  /** Returns the impressions before {@code time}, all items and all that was clicked earlier. */
  public ImpressionLog before(Instant time) {
    return new ImpressionLog(BY_TIME.before(time, impressions), items, earlierItems);
  }

  /**
   * Returns the impressions at or after {@code time}, all items and what was clicked before this
   * log began; what was clicked between then and {@code time} is in {@link #before}.
   */
  public ImpressionLog from(Instant time) {
    return new ImpressionLog(BY_TIME.from(time, impressions), items, earlierItems);
  }

  /**
   * Returns the impressions that were clicked, in the same order, and all items. A click has the
   * time of its impression, for lack of a better one, and the same event id however the log was cut
   * before.
   */
  public ClickLog clicks() {
    List<ClickEvent> clicks = new ArrayList<>();
    long ofMillis = Long.MIN_VALUE;
    int sameMillis = 0;
    for (Impression impression : impressions) {
      long millis = impression.time().toEpochMilli();
      sameMillis = millis == ofMillis ? sameMillis + 1 : 0;
      ofMillis = millis;
      if (impression.clicked()) {
        clicks.add(click(impression, "%d#%09d".formatted(millis, sameMillis)));
      }
    }
    return new ClickLog(clicks, items);
  }

  private static ClickEvent click(Impression impression, String eventId) {
    return new ClickEvent(
        eventId,
        impression.userId(),
        impression.itemId(),
        impression.time(),
        ClickEvent.DEFAULT_ACTION,
        null,
        impression.context());
  }
}
