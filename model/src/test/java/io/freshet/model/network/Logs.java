package io.freshet.model.network;

import io.freshet.model.ClickLog;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Item;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Synthetic click logs. */
public final class Logs {
  public static final Instant START = Instant.ofEpochSecond(1_500_000_000L);

  private Logs() {}

  /** Users click items at random, some of them at the same moment; each click has a context. */
  public static ClickLog random(int users, int clicks, int items, long seed) {
    Random random = new Random(seed);
    List<ClickEvent> events = new ArrayList<>();
    for (int i = 0; i < clicks; i++) {
      String user = "u" + random.nextInt(users);
      Instant time = START.plusSeconds(60L * (i - i % 7));
      events.add(click(i, user, "i" + random.nextInt(items), time));
    }
    return new ClickLog(events, items(items));
  }

  /**
   * The older half is random. In the newer half every item is followed by one and the same other
   * item, which only the order of the clicks tells.
   */
  public static ClickLog chains(int clicks, int items, long seed) {
    Random random = new Random(seed);
    List<ClickEvent> events =
        new ArrayList<>(random(clicks / 16, clicks / 2, items, seed).clicks());
    for (int i = clicks / 2; i < clicks; i += 8) {
      int item = random.nextInt(items);
      for (int k = 0; k < 8; k++) {
        Instant time = START.plusSeconds(60L * (i + k));
        events.add(click(i + k, "chain" + i, "i" + item, time));
        item = (item * 7 + 3) % items;
      }
    }
    return new ClickLog(events, items(items));
  }

  public static ClickEvent click(int number, String user, String item, Instant time) {
    String eventId = "%05d".formatted(number);
    return new ClickEvent(eventId, user, item, time, "click", null, Map.of("after", eventId));
  }

  private static List<Item> items(int count) {
    return TinyBst.ids("i", count).stream()
        .map(id -> new Item(id, "c" + id.length(), null, null, true))
        .toList();
  }
}
