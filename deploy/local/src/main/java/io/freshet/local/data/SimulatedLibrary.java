package io.freshet.local.data;

import io.freshet.model.ClickLog;
import io.freshet.schemas.ClickEvent;
import java.time.Instant;
import java.util.SplittableRandom;

/**
 * A library beside a simulated shop, as a domain to learn from: who looks at something in the shop
 * often reads about it. The same seed and shop give the same clicks.
 *
 * <p>Its books are its own, each about three things that stand side by side in the shop. Most of
 * the shop's users read; each tenth of them has a friend of the same tastes, who only reads.
 */
public final class SimulatedLibrary {
  private static final double READS = 0.6; // about what was looked at
  private static final int FRIEND_EACH = 10;
  private static final int ITEMS_OF_BOOK = 3;
  private static final int MOST_MILLIS_AFTER = 60_000;

  private final SplittableRandom random;

  public SimulatedLibrary(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** Returns what happened in the library while the shop was open. */
  public ClickLog open(ClickLog shop) {
    LogBuilder log = LogBuilder.ofClicks();
    for (ClickEvent click : shop.clicks()) {
      int user = number(click.userId());
      read(click.userId(), click, log);
      if (user % FRIEND_EACH == 0) {
        read("reader-" + user / FRIEND_EACH, click, log);
      }
    }
    return log.clicks();
  }

  private void read(String user, ClickEvent looked, LogBuilder log) {
    if (random.nextDouble() < READS) {
      Instant time = looked.eventTime().plusMillis(1 + random.nextInt(MOST_MILLIS_AFTER));
      log.click(
          user, "book-" + SimulatedShop.stretch(number(looked.itemId()), ITEMS_OF_BOOK), time);
    }
  }

  private static int number(String id) {
    return Integer.parseInt(id.substring(id.indexOf('-') + 1));
  }
}
