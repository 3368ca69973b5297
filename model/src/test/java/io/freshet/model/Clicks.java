package io.freshet.model;

import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Item;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Small click logs for tests: {@code of("u1: a b c", "u2: b c")}, a click a second, user by user.
 */
final class Clicks {
  private Clicks() {}

  static List<ClickEvent> of(String... users) {
    List<ClickEvent> clicks = new ArrayList<>();
    for (String user : users) {
      String[] words = user.split(":? ", -1);
      for (String itemId : Arrays.copyOfRange(words, 1, words.length)) {
        Instant time = Instant.ofEpochSecond(1_000_000_000L + clicks.size());
        String eventId = "%05d".formatted(clicks.size());
        clicks.add(new ClickEvent(eventId, words[0], itemId, time, "click", null, Map.of()));
      }
    }
    return clicks;
  }

  static Item item(String itemId, String categoryId) {
    return new Item(itemId, categoryId, null, null, true);
  }

  static Item unavailable(String itemId, String categoryId) {
    return new Item(itemId, categoryId, null, null, false);
  }

  static BehaviorSequence sequence(String... itemIds) {
    BehaviorSequence sequence = BehaviorSequence.empty(50);
    for (ClickEvent click : of("u: " + String.join(" ", itemIds))) {
      sequence = sequence.with(Behavior.of(click));
    }
    return sequence;
  }
}
