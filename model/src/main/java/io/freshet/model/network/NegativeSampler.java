package io.freshet.model.network;

import io.freshet.model.ClickLog;
import io.freshet.schemas.ClickEvent;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Draws items that a user has not clicked: retrieved ones, popular ones, any. */
public final class NegativeSampler {
  private static final int TRIES = 20;

  private final String[] clicked; // the item of every click
  private final String[] items; // every item once
  private final double retrievedShare;
  private final double popularShare;

  public NegativeSampler(ClickLog log, double retrievedShare, double popularShare) {
    this.clicked = log.clicks().stream().map(ClickEvent::itemId).toArray(String[]::new);
    this.items = log.clicks().stream().map(ClickEvent::itemId).distinct().toArray(String[]::new);
    this.retrievedShare = retrievedShare;
    this.popularShare = popularShare;
  }

  /**
   * Returns an item that is not among {@code clickedByUser}; any item where the user has clicked
   * nearly all of them.
   *
   * @param retrieved what retrieval found for the user at that moment
   */
  public String draw(List<String> retrieved, Set<String> clickedByUser, SplittableRandom random) {
    String item = any(retrieved, random);
    for (int i = 1; i < TRIES && clickedByUser.contains(item); i++) {
      item = any(retrieved, random);
    }
    return item;
  }

  private String any(List<String> retrieved, SplittableRandom random) {
    double which = random.nextDouble();
    if (which < retrievedShare && !retrieved.isEmpty()) {
      return retrieved.get(random.nextInt(retrieved.size()));
    }
    String[] from = which < retrievedShare + popularShare ? clicked : items;
    return from[random.nextInt(from.length)];
  }
}
