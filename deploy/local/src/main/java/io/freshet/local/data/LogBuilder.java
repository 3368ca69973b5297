package io.freshet.local.data;

import io.freshet.model.ClickLog;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Item;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects clicks and items; ids that come again and again are kept once. */
final class LogBuilder {
  private final Map<String, String> ids = new HashMap<>();
  private final List<ClickEvent> clicks = new ArrayList<>();
  private final Map<String, Item> items = new LinkedHashMap<>();

  /**
   * Adds a click.
   *
   * @param eventId unique in the log; clicks of one time stand in its order
   */
  void click(
      String eventId,
      String userId,
      String itemId,
      Instant time,
      String action,
      Map<String, String> context) {
    clicks.add(
        new ClickEvent(eventId, once(userId), once(itemId), time, once(action), null, context));
  }

  void click(String eventId, String userId, String itemId, Instant time) {
    click(eventId, userId, itemId, time, ClickEvent.DEFAULT_ACTION, Map.of());
  }

  /** Adds an item; the last word on one counts. Category and title may be null. */
  void item(String itemId, String categoryId, String title) {
    String category = categoryId == null ? null : once(categoryId);
    items.put(itemId, new Item(once(itemId), category, title, null, true));
  }

  ClickLog build() {
    return new ClickLog(clicks, List.copyOf(items.values()));
  }

  private String once(String id) {
    return ids.computeIfAbsent(id, same -> same);
  }
}
