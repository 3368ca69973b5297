package io.freshet.streaming.recommendation;

import io.freshet.model.Behavior;
import io.freshet.model.BehaviorSequence;
import io.freshet.model.SeenItems;
import io.freshet.model.SeenItems.SeenItem;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Users with a past, and what they click next, for {@link StateBenchmark}. A user's past is always
 * the same.
 *
 * @param count of users
 */
record SimulatedUsers(int count) {
  private static final long START_MILLIS = 1_600_000_000_000L;
  private static final long NOW_MILLIS = 1_700_000_000_000L;
  private static final int MILLIS_BETWEEN = 180_000;
  private static final int ITEMS = 1_000_000;
  private static final int CARTS = 10; // one in so many

  /** What a user did last, oldest first, and the items of that, each once with its action. */
  record Past(BehaviorSequence sequence, SeenItems seen) {
    static Past of(List<Behavior> behaviors) {
      Map<List<String>, SeenItem> seen = new LinkedHashMap<>();
      for (Behavior b : behaviors) {
        List<String> key = List.of(b.itemId(), b.action());
        seen.remove(key);
        seen.put(key, new SeenItem(b.itemId(), b.action(), b.timeMillis()));
      }
      return new Past(
          new BehaviorSequence(behaviors.size(), behaviors),
          new SeenItems(behaviors.size(), List.copyOf(seen.values())));
    }
  }

  String id(int user) {
    return "user-" + user;
  }

  Past past(int user, int behaviors) {
    SplittableRandom random = new SplittableRandom(user);
    List<Behavior> all = new ArrayList<>(behaviors);
    long time = START_MILLIS;
    for (int i = 0; i < behaviors; i++) {
      time += 1 + random.nextInt(2 * MILLIS_BETWEEN);
      all.add(behavior(random, time));
    }
    return Past.of(all);
  }

  /** Returns the i-th click of all, later than any past and than those before it. */
  Behavior click(int i) {
    return behavior(new SplittableRandom(-1L - i), NOW_MILLIS + i);
  }

  /** Returns whose the i-th click is. */
  int clicker(int i) {
    return new SplittableRandom(-1L - i).split().nextInt(count);
  }

  private static Behavior behavior(SplittableRandom random, long time) {
    HexFormat hex = HexFormat.of();
    String eventId = hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
    String action = random.nextInt(CARTS) == 0 ? "cart" : "click";
    return new Behavior(eventId, "i" + random.nextInt(ITEMS), time, action);
  }
}
