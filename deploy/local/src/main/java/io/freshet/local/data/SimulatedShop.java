package io.freshet.local.data;

import io.freshet.model.ClickLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A shop with users whose tastes drift, to try things out on without data. The same seed gives the
 * same clicks.
 *
 * <p>Users come in sessions. Within one, the next click mostly stays in the category or goes to the
 * one that goes with it, and within a category to an item near the last one, as if the shelf were
 * walked along; now and then it is what everyone clicks. Between sessions a user's favorite
 * category may change. Items arrive all through the time, so that some are new in the end.
 */
public final class SimulatedShop {
  private static final Instant OPENS = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration OPEN_FOR = Duration.ofDays(30);
  private static final List<String> CATEGORIES =
      List.of(
          "Tea",
          "Cup",
          "Kettle",
          "Cookie",
          "Book",
          "Lamp",
          "Chair",
          "Blanket",
          "Boot",
          "Tent",
          "Stove",
          "Map",
          "Guitar",
          "String",
          "Pick",
          "Songbook",
          "Seed",
          "Pot",
          "Spade",
          "Hose");
  private static final List<String> KINDS =
      List.of(
          "Amber", "Birch", "Cedar", "Dune", "Elder", "Fern", "Glen", "Heath", "Iris", "Juniper",
          "Kelp", "Linden", "Maple", "Nettle", "Oak", "Pine", "Quartz", "Reed", "Sage", "Thyme");

  private static final double STAYS = 0.7; // in the category of the last click
  private static final double GOES_ON = 0.15; // to the category that goes with it
  private static final double DRIFTS = 0.2; // to another favorite, from one session to the next
  private static final int NEAR = 4; // items to either side of the last one on its shelf
  private static final double CLICKS_A_SESSION = 8;
  private static final double NEW_ITEMS = 0.2; // of all, which arrive while the shop is open

  private final SplittableRandom random;
  private final int users;
  private final int items;
  private final int clicks;

  /** A shop of 2,000 users, 1,500 items and 60,000 clicks in 30 days. */
  public SimulatedShop(long seed) {
    this(seed, 2_000, 1_500, 60_000);
  }

  public SimulatedShop(long seed, int users, int items, int clicks) {
    if (users < 1 || items < CATEGORIES.size() || clicks < 1) {
      throw new IllegalArgumentException(
          "a shop must have users, clicks and at least %d items, was %d, %d and %d"
              .formatted(CATEGORIES.size(), users, clicks, items));
    }
    this.random = new SplittableRandom(seed);
    this.users = users;
    this.items = items;
    this.clicks = clicks;
  }

  /** Returns all that happened in the shop; each call opens it anew, with other users. */
  public ClickLog open() {
    LogBuilder log = LogBuilder.ofClicks();
    IntStream.range(0, items).forEach(i -> log.item(id(i), CATEGORIES.get(category(i)), title(i)));
    double clicksOfAUser = (double) clicks / users;
    for (int user = 0; user < users; user++) {
      // A few users click a lot, most a little.
      int count = (int) Math.ceil(clicksOfAUser * (0.3 + exponential() * 0.7));
      visit("user-" + user, count, log);
    }
    return log.clicks();
  }

  private void visit(String user, int count, LogBuilder log) {
    int sessions = (int) Math.ceil(count / CLICKS_A_SESSION);
    List<Long> starts = new ArrayList<>();
    for (int i = 0; i < sessions; i++) {
      starts.add(random.nextLong(OPEN_FOR.toMillis()));
    }
    starts.sort(null);
    int favorite = random.nextInt(CATEGORIES.size());
    int left = count;
    for (long start : starts) {
      favorite = random.nextDouble() < DRIFTS ? random.nextInt(CATEGORIES.size()) : favorite;
      int here = Math.min(left, (int) CLICKS_A_SESSION);
      session(user, favorite, start, here, log);
      left -= here;
    }
  }

  private void session(String user, int favorite, long startMillis, int count, LogBuilder log) {
    long millis = startMillis;
    int item = popularIn(favorite, millis);
    for (int i = 0; i < count; i++) {
      log.click(user, id(item), OPENS.plusMillis(millis));
      millis += 1_000 + (long) (exponential() * 40_000);
      item = next(item, millis);
    }
  }

  private int next(int item, long millis) {
    double choice = random.nextDouble();
    if (choice < STAYS) {
      return nearby(item, millis);
    }
    int category = category(item);
    return choice < STAYS + GOES_ON
        ? popularIn(goesWith(category), millis)
        : popularIn(random.nextInt(CATEGORIES.size()), millis);
  }

  /** Categories stand in groups of four, whose members go with each other in a circle. */
  private static int goesWith(int category) {
    return category / 4 * 4 + (category + 1) % 4;
  }

  private int nearby(int item, long millis) {
    int step = (1 + random.nextInt(NEAR)) * (random.nextBoolean() ? 1 : -1);
    int near = Math.floorMod(item + step * CATEGORIES.size(), items);
    return category(near) == category(item) && isThere(near, millis)
        ? near
        : popularIn(category(item), millis);
  }

  /** The first items of a shelf are clicked most. */
  private int popularIn(int category, long millis) {
    int shelf = (items - category - 1) / CATEGORIES.size() + 1;
    int item;
    do {
      int place = (int) (shelf * Math.pow(random.nextDouble(), 2.5));
      item = place * CATEGORIES.size() + category;
    } while (!isThere(item, millis));
    return item;
  }

  /** Of each five items past the first of each shelf, one arrives while the shop is open. */
  private boolean isThere(int item, long millis) {
    boolean isNew = item >= CATEGORIES.size() && item % (int) (1 / NEW_ITEMS) == 0;
    return !isNew || millis >= OPEN_FOR.toMillis() * ((item * 31L) % items) / items;
  }

  private double exponential() {
    return -Math.log(1 - random.nextDouble());
  }

  private static int category(int item) {
    return item % CATEGORIES.size();
  }

  /** Returns which stretch of its shelf, so many items long, the item with a number stands in. */
  static int stretch(int item, int length) {
    int place = item / CATEGORIES.size();
    return place / length * CATEGORIES.size() + category(item);
  }

  private static String id(int item) {
    return "item-" + item;
  }

  private static String title(int item) {
    int place = item / CATEGORIES.size();
    String kind = KINDS.get(place % KINDS.size());
    return kind + " " + CATEGORIES.get(category(item)) + " " + (1 + place / KINDS.size());
  }
}
