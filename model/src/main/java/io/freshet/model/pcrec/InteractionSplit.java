package io.freshet.model.pcrec;

import io.freshet.model.ClickLog;
import io.freshet.schemas.ClickEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Clicks of which some are held out, to see whether the vectors learnt from the others find them
 * again.
 *
 * <p>Users are cut, not time: each user's last tenth of items is for the test, the tenth before it
 * for validation, at least one item each. A user with fewer than {@value #ITEMS_MIN} items is only
 * learnt from. An item that a user has clicked again counts once, at the first time: what is held
 * out is new to its user.
 *
 * @param train what vectors may be learnt from
 * @param validation what epochs and settings are chosen by: item ids by user id, oldest first; no
 *     user has none
 * @param test what is to be found again, likewise. Items of either may be missing in {@code train}
 */
public record InteractionSplit(
    InteractionGraph train, Map<String, List<String>> validation, Map<String, List<String>> test) {
  /** How many items a user must have for two to be held out: some remain to learn from. */
  public static final int ITEMS_MIN = 3;

  private static final double HELD_OUT_SHARE = .1;

  public InteractionSplit {
    validation = Collections.unmodifiableMap(new LinkedHashMap<>(validation));
    test = Collections.unmodifiableMap(new LinkedHashMap<>(test));
  }

  /** Returns the log, cut. */
  public static InteractionSplit of(ClickLog log) {
    List<ClickEvent> train = new ArrayList<>();
    Map<String, List<String>> validation = new LinkedHashMap<>();
    Map<String, List<String>> test = new LinkedHashMap<>();
    firstClicks(log)
        .forEach(
            (user, clicks) -> {
              int heldOut = heldOut(clicks.size());
              int testFrom = clicks.size() - heldOut;
              int validationFrom = testFrom - heldOut;
              train.addAll(clicks.subList(0, validationFrom));
              if (heldOut > 0) {
                validation.put(user, itemIds(clicks.subList(validationFrom, testFrom)));
                test.put(user, itemIds(clicks.subList(testFrom, clicks.size())));
              }
            });
    return new InteractionSplit(InteractionGraph.of(train), validation, test);
  }

  /** Returns the number of items that are held out for the test, and as many for validation. */
  private static int heldOut(int items) {
    return items < ITEMS_MIN ? 0 : (int) Math.max(1, Math.round(items * HELD_OUT_SHARE));
  }

  /** Returns each user's first click of each item, oldest first. */
  private static Map<String, List<ClickEvent>> firstClicks(ClickLog log) {
    Map<String, Map<String, ClickEvent>> byUserAndItem = new LinkedHashMap<>();
    for (ClickEvent click : log.clicks()) {
      byUserAndItem
          .computeIfAbsent(click.userId(), user -> new LinkedHashMap<>())
          .putIfAbsent(click.itemId(), click);
    }
    Map<String, List<ClickEvent>> clicks = new LinkedHashMap<>();
    byUserAndItem.forEach((user, byItem) -> clicks.put(user, List.copyOf(byItem.values())));
    return clicks;
  }

  private static List<String> itemIds(List<ClickEvent> clicks) {
    return clicks.stream().map(ClickEvent::itemId).toList();
  }
}
