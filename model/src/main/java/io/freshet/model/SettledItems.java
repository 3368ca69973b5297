package io.freshet.model;

import io.freshet.model.SeenItems.SeenItem;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Many items, oldest first, that are found by their ids. A user has up to thousands, so that a
 * map's entry for each would take half as much again.
 */
final class SettledItems {
  private static final int GOLDEN_RATIO = 0x9E3779B9; // of all ints: spreads what is close

  private final List<SeenItem> items;
  private final int[] table; // an id's item stands at its slot or behind: its place, from 1

  SettledItems(List<SeenItem> items) {
    this.items = List.copyOf(items);
    this.table = new int[4 * Integer.highestOneBit(Math.max(1, items.size()))];
    for (int place = 0; place < items.size(); place++) {
      int slot = slot(items.get(place).itemId());
      while (table[slot] != 0) {
        slot = next(slot);
      }
      table[slot] = place + 1;
    }
  }

  List<SeenItem> items() {
    return items;
  }

  private int slot(String itemId) {
    int bits = Integer.numberOfTrailingZeros(table.length);
    return (itemId.hashCode() * GOLDEN_RATIO) >>> (Integer.SIZE - bits);
  }

  private int next(int slot) {
    return (slot + 1) & (table.length - 1);
  }

  /** Returns where an item with the id stands whose place is meant; -1 for nowhere. */
  int find(String itemId, IntPredicate isMeant) {
    for (int slot = slot(itemId); table[slot] != 0; slot = next(slot)) {
      int place = table[slot] - 1;
      if (items.get(place).itemId().equals(itemId) && isMeant.test(place)) {
        return place;
      }
    }
    return -1;
  }
}
