package io.freshet.local.pipeline;

import io.freshet.model.ClickLog;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Item;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The clicks of a shop in which some users click far more than others, and on some items far more.
 * The same arguments give the same clicks, but for the times of those that are made live.
 */
public final class Traffic {
  private static final double SKEW_OF_USERS = .5;
  private static final double SKEW_OF_ITEMS = .9;
  private static final int ITEMS_OF_A_CATEGORY = 50;
  private static final Duration AGO = Duration.ofDays(2); // the backlog is never ahead of the clock

  private final int users;
  private final int items;
  private final int historyLength;
  private final Instant historyEnds;
  private final Zipf userRanks;
  private final Zipf itemRanks;

  /**
   * @param historyLength clicks of each user before anything is answered
   */
  public Traffic(int users, int items, int historyLength) {
    check(users, 1, "--users");
    check(items, 200, "--items"); // more than are retrieved
    this.users = users;
    this.items = items;
    this.historyLength = historyLength;
    this.historyEnds = Instant.ofEpochMilli(System.currentTimeMillis()).minus(AGO);
    this.userRanks = new Zipf(users, SKEW_OF_USERS);
    this.itemRanks = new Zipf(items, SKEW_OF_ITEMS);
  }

  private static void check(int count, int least, String option) {
    if (count < least || count > 10_000_000) {
      throw new IllegalArgumentException(
          "%s must be %d to 10000000, was %d".formatted(option, least, count));
    }
  }

  int users() {
    return users;
  }

  int items() {
    return items;
  }

  int historyLength() {
    return historyLength;
  }

  /** Returns the moment that parts history from what is answered. */
  Instant historyEnds() {
    return historyEnds;
  }

  /** Returns all items, and as many clicks of every user as are remembered. */
  public ClickLog history() {
    SplittableRandom random = new SplittableRandom(1);
    long count = (long) users * historyLength;
    List<ClickEvent> clicks = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      clicks.add(
          click("history-" + i, (int) (i % users), historyEnds.minusSeconds(count - i), random));
    }
    return new ClickLog(clicks, IntStream.range(0, items).mapToObj(Traffic::item).toList());
  }

  private static Item item(int rank) {
    return new Item(id(rank), "category-" + rank / ITEMS_OF_A_CATEGORY, null, null, true);
  }

  private static String id(int rank) {
    return "item-" + rank;
  }

  /** Returns clicks of the backlog, a millisecond apart, beginning with number {@code from}. */
  List<ClickEvent> backlog(int from, int count) {
    SplittableRandom random = new SplittableRandom(from);
    return IntStream.range(from, from + count)
        .mapToObj(i -> live("backlog-" + i, historyEnds.plusMillis(i), random))
        .toList();
  }

  /** Returns a click of somebody on something. */
  ClickEvent live(String eventId, Instant time, SplittableRandom random) {
    return click(eventId, userRanks.draw(random), time, random);
  }

  private ClickEvent click(String eventId, int user, Instant time, SplittableRandom random) {
    return new ClickEvent(
        eventId,
        "user-" + user,
        id(itemRanks.draw(random)),
        time,
        ClickEvent.DEFAULT_ACTION,
        null,
        Map.of());
  }
}
