package io.freshet.model;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * The items that a user acted on last, by action: longer than a sequence and without its repeats,
 * to keep what is known already out of the recommendations.
 *
 * <p>Immutable, and like {@link BehaviorSequence} the same for the same events in whatever order
 * they arrive. There are many of them, of which a behavior changes one. So one version shares with
 * the next what is settled, and only the few recent ones are copied.
 */
public final class SeenItems {
  private static final int MOST_RECENT = 32;
  private static final Comparator<SeenItem> OLDEST_FIRST =
      Comparator.comparingLong(SeenItem::lastMillis)
          .thenComparing(SeenItem::itemId)
          .thenComparing(SeenItem::action);

  private final int capacity;
  private final Settled settled;
  private final BitSet replaced; // which of the settled ones are recent too; never changed
  private final List<SeenItem> recent; // no pair twice; with them there may be too many

  /** An item, what was done to it, and when that was done last, in epoch milliseconds. */
  public record SeenItem(String itemId, String action, long lastMillis) {
    private boolean isOf(SeenItem other) {
      return itemId.equals(other.itemId) && action.equals(other.action);
    }
  }

  private SeenItems(int capacity, Settled settled, BitSet replaced, List<SeenItem> recent) {
    this.capacity = capacity;
    this.settled = settled;
    this.replaced = replaced;
    this.recent = recent;
  }

  /**
   * Returns these items, or the newest of them.
   *
   * @param capacity how many pairs of item and action are kept
   * @param items oldest first, no pair twice
   */
  public static SeenItems of(int capacity, List<SeenItem> items) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1, was " + capacity);
    }
    return new SeenItems(capacity, Settled.of(newest(capacity, items)), new BitSet(), List.of());
  }

  public static SeenItems empty(int capacity) {
    return of(capacity, List.of());
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
    return of(capacity, items);
  }

  /** Writes the items, without the capacity: their count, and each with the time since the last. */
  void write(PackedBytes.Writer out) {
    out.number(size());
    long before = 0;
    for (SeenItem seen : items()) {
      out.text(seen.itemId()).word(seen.action()).number(seen.lastMillis() - before);
      before = seen.lastMillis();
    }
  }

  /** Returns these with the behavior's item; this very instance when nothing changes. */
  public SeenItems with(Behavior behavior) {
    SeenItem seen = new SeenItem(behavior.itemId(), behavior.action(), behavior.timeMillis());
    int inRecent = indexOf(seen, recent);
    int inSettled = inRecent < 0 ? settled.indexOf(seen) : -1;
    boolean isNews =
        inRecent >= 0
            ? isAfter(seen, recent.get(inRecent))
            : inSettled >= 0
                ? isAfter(seen, settled.items.get(inSettled))
                : size() < capacity || isNewest(seen) || isOlder(items().get(0), seen);
    if (!isNews) {
      return this;
    }
    List<SeenItem> changed = new ArrayList<>(recent.size() + 1);
    changed.addAll(recent);
    if (inRecent >= 0) {
      changed.remove(inRecent);
    }
    changed.add(seen);
    SeenItems now = new SeenItems(capacity, settled, replacedWith(inSettled), changed);
    return changed.size() > MOST_RECENT ? of(capacity, now.items()) : now;
  }

  private static boolean isAfter(SeenItem seen, SeenItem known) {
    return seen.lastMillis() > known.lastMillis();
  }

  private static boolean isOlder(SeenItem one, SeenItem other) {
    return OLDEST_FIRST.compare(one, other) < 0;
  }

  /** As most are: so not all have to be put in order to tell whether this one is kept. */
  private boolean isNewest(SeenItem seen) {
    int size = settled.items.size();
    return (size == 0 || isOlder(settled.items.get(size - 1), seen))
        && recent.stream().allMatch(other -> isOlder(other, seen));
  }

  private BitSet replacedWith(int inSettled) {
    if (inSettled < 0) {
      return replaced;
    }
    BitSet more = (BitSet) replaced.clone();
    more.set(inSettled);
    return more;
  }

  /** Returns these bounded by another capacity; what no longer fits is forgotten. */
  public SeenItems withCapacity(int newCapacity) {
    return newCapacity == capacity ? this : of(newCapacity, items());
  }

  public int capacity() {
    return capacity;
  }

  /** Returns how many there are: an item counts once for each action. */
  public int size() {
    return Math.min(capacity, settled.items.size() - replaced.cardinality() + recent.size());
  }

  /** Returns the items, oldest first. */
  public List<SeenItem> items() {
    List<SeenItem> items = new ArrayList<>(settled.items.size() + recent.size());
    int size = settled.items.size();
    for (int i = replaced.nextClearBit(0); i < size; i = replaced.nextClearBit(i + 1)) {
      items.add(settled.items.get(i));
    }
    items.addAll(recent);
    items.sort(OLDEST_FIRST);
    return newest(capacity, items);
  }

  /** Returns the items that any of the actions was done to, once for each of them. */
  public List<String> by(Set<String> actions) {
    return items().stream()
        .filter(seen -> actions.contains(seen.action()))
        .map(SeenItem::itemId)
        .toList();
  }

  /** Returns the items that anything was done to, once for each action. */
  public List<String> all() {
    return items().stream().map(SeenItem::itemId).toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SeenItems seen
        && seen.capacity == capacity
        && seen.items().equals(items());
  }

  @Override
  public int hashCode() {
    return 31 * capacity + items().hashCode();
  }

  @Override
  public String toString() {
    return "SeenItems[capacity=%d, items=%s]".formatted(capacity, items());
  }

  private static List<SeenItem> newest(int count, List<SeenItem> items) {
    return items.subList(Math.max(0, items.size() - count), items.size());
  }

  private static int indexOf(SeenItem pair, List<SeenItem> items) {
    for (int i = items.size() - 1; i >= 0; i--) {
      if (items.get(i).isOf(pair)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Many items, oldest first.
   *
   * @param hashes of their pairs, so that most that are not looked for are not looked at
   */
  private record Settled(List<SeenItem> items, int[] hashes) {
    static Settled of(List<SeenItem> items) {
      return new Settled(List.copyOf(items), items.stream().mapToInt(Settled::hash).toArray());
    }

    private static int hash(SeenItem pair) {
      return 31 * pair.itemId().hashCode() + pair.action().hashCode();
    }

    int indexOf(SeenItem pair) {
      int hash = hash(pair);
      for (int i = 0; i < hashes.length; i++) {
        if (hashes[i] == hash && items.get(i).isOf(pair)) {
          return i;
        }
      }
      return -1;
    }
  }
}
