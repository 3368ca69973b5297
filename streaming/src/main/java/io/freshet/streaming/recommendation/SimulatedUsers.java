package io.freshet.streaming.recommendation;

import io.freshet.model.Behavior;
import io.freshet.model.BehaviorSequence;
import io.freshet.model.KnownUser;
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

  String id(int user) {
    return "user-" + user;
  }

  /** Returns what the user did last: as many behaviors and seen items as are kept, or few less. */
  KnownUser known(int user, int behaviors, int seenItems) {
    SplittableRandom random = new SplittableRandom(user);
    List<Behavior> all = new ArrayList<>();
    Map<List<String>, SeenItem> seen = new LinkedHashMap<>();
    long time = START_MILLIS;
    for (int i = Math.max(behaviors, seenItems); i > 0; i--) {
      time += 1 + random.nextInt(2 * MILLIS_BETWEEN);
      Behavior behavior = behavior(random, time);
      if (i <= behaviors) {
        all.add(behavior);
      }
      if (i <= seenItems) {
        List<String> key = List.of(behavior.itemId(), behavior.action());
        seen.remove(key);
        seen.put(key, new SeenItem(behavior.itemId(), behavior.action(), time));
      }
    }
    return new KnownUser(
        new BehaviorSequence(behaviors, all), SeenItems.of(seenItems, List.copyOf(seen.values())));
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
