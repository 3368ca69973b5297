package io.freshet.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * The items that a user acted on last, by action: longer than a sequence and without its repeats,
 * to keep what is known already out of the recommendations.
 *
 * <p>Immutable, and like {@link BehaviorSequence} the same for the same events in whatever order
 * they arrive.
 *
 * @param capacity how many pairs of item and action are kept, the newest ones
 * @param items oldest first
 */
public record SeenItems(int capacity, List<SeenItem> items) {
  private static final Comparator<SeenItem> OLDEST_FIRST =
      Comparator.comparingLong(SeenItem::lastMillis)
          .thenComparing(SeenItem::itemId)
          .thenComparing(SeenItem::action);

  /** An item, what was done to it, and when that was done last, in epoch milliseconds. */
  public record SeenItem(String itemId, String action, long lastMillis) {}

  public SeenItems {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1, was " + capacity);
    }
  }

  public static SeenItems empty(int capacity) {
    return new SeenItems(capacity, List.of());
  }

  /** Reads the items that {@link #write} wrote, bounded by {@code capacity}. */
  static SeenItems read(int capacity, PackedBytes.Reader in) {
    int size = in.count();
    List<SeenItem> items = new ArrayList<>(size);
    long time = 0;
    for (int i = 0; i < size; i++) {
      String itemId = in.text();
      String action = in.word();
      time += in.number();
      items.add(new SeenItem(itemId, action, time));
    }
    return new SeenItems(capacity, newest(capacity, items));
  }

  /** Writes the items, without the capacity: their count, and each with the time since the last. */
  void write(PackedBytes.Writer out) {
    out.number(items.size());
    long before = 0;
    for (SeenItem seen : items) {
      out.text(seen.itemId()).word(seen.action()).number(seen.lastMillis() - before);
      before = seen.lastMillis();
    }
  }

  /** Returns these with the behavior's item; this very instance when nothing changes. */
  public SeenItems with(Behavior behavior) {
    SeenItem seen = new SeenItem(behavior.itemId(), behavior.action(), behavior.timeMillis());
    int known = indexOf(seen.itemId(), seen.action());
    boolean full = known < 0 && items.size() >= capacity;
    boolean isOld = known >= 0 && items.get(known).lastMillis() >= seen.lastMillis();
    if (isOld || (full && OLDEST_FIRST.compare(seen, items.get(0)) < 0)) {
      return this;
    }
    List<SeenItem> changed = new ArrayList<>(items.size() + 1);
    changed.addAll(items);
    if (known >= 0) {
      changed.remove(known);
    }
    changed.add(-Collections.binarySearch(changed, seen, OLDEST_FIRST) - 1, seen);
    return new SeenItems(capacity, newest(capacity, changed));
  }

  /** Returns these bounded by another capacity; what no longer fits is forgotten. */
  public SeenItems withCapacity(int newCapacity) {
    return newCapacity == capacity ? this : new SeenItems(newCapacity, newest(newCapacity, items));
  }

  /** Returns the items that any of the actions was done to, once for each of them. */
  public List<String> by(Set<String> actions) {
    return items.stream()
        .filter(seen -> actions.contains(seen.action()))
        .map(SeenItem::itemId)
        .toList();
  }

  /** Returns the items that anything was done to, once for each action. */
  public List<String> all() {
    return items.stream().map(SeenItem::itemId).toList();
  }

  private int indexOf(String itemId, String action) {
    for (int i = items.size() - 1; i >= 0; i--) {
      if (items.get(i).itemId().equals(itemId) && items.get(i).action().equals(action)) {
        return i;
      }
    }
    return -1;
  }

  private static List<SeenItem> newest(int count, List<SeenItem> items) {
    int surplus = Math.max(0, items.size() - count);
    return Collections.unmodifiableList(items.subList(surplus, items.size()));
  }
}
