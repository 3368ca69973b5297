package io.freshet.model;

import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Item;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What users did over some time, and the items they did it to.
 *
 * @param clicks by event time, then by event id, in whatever order they are given
 */
public record ClickLog(List<ClickEvent> clicks, List<Item> items) {
  static final Comparator<ClickEvent> OLDEST_FIRST =
      Comparator.comparing(ClickEvent::eventTime).thenComparing(ClickEvent::eventId);
  private static final TimeOrder<ClickEvent> BY_TIME =
      new TimeOrder<>("click", ClickEvent::eventTime);

  public ClickLog {
    clicks = clicks.stream().sorted(OLDEST_FIRST).toList();
    items = List.copyOf(items);
  }

  /**
   * Returns the event time of the click before which the given share, in [0, 1), of all clicks
   * stands.
   */
  public Instant timeAt(double share) {
    return BY_TIME.timeAt(share, clicks);
  }

  /** Returns the clicks before {@code time}, and all items. */
  public ClickLog before(Instant time) {
    return new ClickLog(BY_TIME.before(time, clicks), items);
  }

  /** Returns the clicks at or after {@code time}, and all items. */
  public ClickLog from(Instant time) {
    return new ClickLog(BY_TIME.from(time, clicks), items);
  }

  /** Returns the category of each item that has one. */
  public Map<String, String> categories() {
    Map<String, String> categories = new HashMap<>();
    for (Item item : items) {
      if (item.categoryId() != null) {
        categories.put(item.itemId(), item.categoryId());
      }
    }
    return categories;
  }
}
