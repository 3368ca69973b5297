package io.freshet.local.data;

import io.freshet.model.ClickLog;
import io.freshet.model.ImpressionLog;
import io.freshet.model.ImpressionLog.Impression;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Item;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects what a data set tells, as clicks or as impressions. Texts and contexts that come again
 * and again are kept once.
 */
final class LogBuilder {
  private record UserAndMoment(String userId, Map<String, String> moment) {}

  private final boolean keepsImpressions;
  private final Map<String, String> texts = new HashMap<>();
  private final List<ClickEvent> clicks = new ArrayList<>();
  private final List<Impression> impressions = new ArrayList<>();
  private final Map<String, Item> items = new LinkedHashMap<>();
  private final Map<String, List<String>> earlierItems = new LinkedHashMap<>();
  private final Map<String, Map<String, String>> users = new HashMap<>();
  private final Map<UserAndMoment, Map<String, String>> contexts = new HashMap<>();

  private LogBuilder(boolean keepsImpressions) {
    this.keepsImpressions = keepsImpressions;
  }

  static LogBuilder ofClicks() {
    return new LogBuilder(false);
  }

  static LogBuilder ofImpressions() {
    return new LogBuilder(true);
  }

  /** Adds and returns a click that stands, among those of one time, where it is added. */
  ClickEvent click(
      String userId, String itemId, Instant time, String action, Map<String, String> context) {
    return click(userId, itemId, time, action, null, context);
  }

  ClickEvent click(String userId, String itemId, Instant time) {
    return click(userId, itemId, time, ClickEvent.DEFAULT_ACTION, Map.of());
  }

  /** Adds a click likewise, in a data set of several domains. */
  void clickIn(String domain, String userId, String itemId, Instant time) {
    click(userId, itemId, time, ClickEvent.DEFAULT_ACTION, domain, Map.of());
  }

  private ClickEvent click(
      String userId,
      String itemId,
      Instant time,
      String action,
      String domain,
      Map<String, String> context) {
    String eventId = "%09d".formatted(clicks.size() + 1);
    ClickEvent click =
        new ClickEvent(eventId, once(userId), once(itemId), time, once(action), domain, context);
    clicks.add(click);
    return click;
  }

  /**
   * Adds what was shown; of it a log of clicks keeps only what was clicked.
   *
   * @param moment what is known of the moment; the context of an impression also holds what is
   *     known of the user, that of a click does not
   */
  void impression(
      String userId, String itemId, Instant time, boolean clicked, Map<String, String> moment) {
    if (keepsImpressions) {
      String user = once(userId);
      impressions.add(new Impression(user, once(itemId), time, clicked, context(user, moment)));
    } else if (clicked) {
      click(userId, itemId, time, ClickEvent.DEFAULT_ACTION, moment);
    }
  }

  /** Adds what is known of a user, before the user's impressions. */
  void user(String userId, Map<String, String> features) {
    Map<String, String> kept = new LinkedHashMap<>();
    features.forEach((name, value) -> kept.put(once(name), once(value)));
    users.put(once(userId), Collections.unmodifiableMap(kept));
  }

  /** Adds items that a user clicked before the log began, oldest first. */
  void earlierItems(String userId, List<String> itemIds) {
    for (String itemId : itemIds) {
      earlierItems.computeIfAbsent(once(userId), u -> new ArrayList<>()).add(once(itemId));
    }
  }

  /** Adds an item; the last word on one counts. Category and title may be null. */
  void item(String itemId, String categoryId, String title) {
    String category = categoryId == null ? null : once(categoryId);
    items.put(itemId, new Item(once(itemId), category, title, null, true));
  }

  /** Returns the clicks so far. */
  ClickLog clicks() {
    return new ClickLog(clicks, List.copyOf(items.values()));
  }

  ImpressionLog impressions() {
    return new ImpressionLog(impressions, List.copyOf(items.values()), earlierItems);
  }

  /** Returns the one copy of a text. */
  String once(String text) {
    return texts.computeIfAbsent(text, same -> same);
  }

  /** Joins in one order always: sums over a context's features depend on it. */
  private Map<String, String> context(String userId, Map<String, String> moment) {
    Map<String, String> features = users.get(userId);
    if (features == null) {
      return moment;
    }
    return contexts.computeIfAbsent(
        new UserAndMoment(userId, moment),
        key -> {
          Map<String, String> context = new LinkedHashMap<>(moment);
          context.putAll(features);
          return Collections.unmodifiableMap(context);
        });
  }
}
