package io.freshet.model;

import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

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
  private final SettledItems settled;
  private final BitSet replaced; // which of the settled ones are recent too; never changed
  private final List<SeenItem> recent; // no pair twice; with them there may be too many

  /** An item, what was done to it, and when that was done last, in epoch milliseconds. */
  public record SeenItem(String itemId, String action, long lastMillis) {
    private boolean isOf(SeenItem other) {
      return itemId.equals(other.itemId) && action.equals(other.action);
    }
  }

  private SeenItems(int capacity, SettledItems settled, BitSet replaced, List<SeenItem> recent) {
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
    return new SeenItems(
        capacity, new SettledItems(newest(capacity, items)), new BitSet(), List.of());
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
    int inSettled = inRecent < 0 ? settled.find(seen.itemId(), at -> isOf(seen, at)) : -1;
    boolean isNews =
        inRecent >= 0
            ? isAfter(seen, recent.get(inRecent))
            : inSettled < 0 || isAfter(seen, settled.items().get(inSettled));
    if (!isNews || !isKept(seen)) {
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

  /** Returns whether that news is among the newest; a known pair may be one that is not kept. */
  private boolean isKept(SeenItem seen) {
    return size() < capacity || isOlder(oldest(), seen);
  }

  private static boolean isAfter(SeenItem seen, SeenItem known) {
    return seen.lastMillis() > known.lastMillis();
  }

  private static boolean isOlder(SeenItem one, SeenItem other) {
    return OLDEST_FIRST.compare(one, other) < 0;
  }

  private boolean isOf(SeenItem seen, int inSettled) {
    return settled.items().get(inSettled).isOf(seen);
  }

  /** Returns the oldest that is kept; there must be one. */
  private SeenItem oldest() {
    int surplus = Math.max(0, count() - capacity);
    List<SeenItem> oldest = new ArrayList<>(recent);
    for (int at = nextSettled(0); at >= 0 && oldest.size() <= recent.size() + surplus; ) {
      oldest.add(settled.items().get(at));
      at = nextSettled(at + 1);
    }
    oldest.sort(OLDEST_FIRST);
    return oldest.get(surplus);
  }

  /** Returns where the next of the settled items stands that is not recent too; -1 for nowhere. */
  private int nextSettled(int from) {
    int at = replaced.nextClearBit(from);
    return at < settled.items().size() ? at : -1;
  }

  /** Returns how many there are, those that are not kept included. */
  private int count() {
    return settled.items().size() - replaced.cardinality() + recent.size();
  }

  private BitSet replacedWith(int inSettled) {
    if (inSettled < 0) {
      return replaced;
    }
    BitSet more = (BitSet) replaced.clone();
    more.set(inSettled);
    return more;
  }

  public int capacity() {
    return capacity;
  }

  /** Returns how many there are: an item counts once for each action. */
  public int size() {
    return Math.min(capacity, count());
  }

  /** Returns the items, oldest first. */
  public List<SeenItem> items() {
    List<SeenItem> items = new ArrayList<>(count());
    for (int at = nextSettled(0); at >= 0; at = nextSettled(at + 1)) {
      items.add(settled.items().get(at));
    }
    items.addAll(recent);
    items.sort(OLDEST_FIRST);
    return newest(capacity, items);
  }

  /**
   * Returns the items that any of some actions was done to: a view, which looks an item up among
   * these.
   *
   * @param isMeant whether an action is one of them
   */
  public Set<String> by(Predicate<String> isMeant) {
    return new ItemIds(isMeant);
  }

  private final class ItemIds extends AbstractSet<String> {
    private final Predicate<String> isMeant;
    private final Set<String> ofRecent = new HashSet<>();
    private final SeenItem oldest;

    ItemIds(Predicate<String> isMeant) {
      this.isMeant = isMeant;
      this.oldest = count() == 0 ? null : oldest();
      recent.stream().filter(this::has).map(SeenItem::itemId).forEach(ofRecent::add);
    }

    private boolean has(SeenItem seen) {
      return isMeant.test(seen.action()) && !isOlder(seen, oldest);
    }

    @Override
    public boolean contains(Object item) {
      return item instanceof String itemId
          && (ofRecent.contains(itemId)
              || settled.find(itemId, at -> has(settled.items().get(at))) >= 0);
    }

    @Override
    public Iterator<String> iterator() {
      return itemIds().iterator();
    }

    @Override
    public int size() {
      return (int) itemIds().count();
    }

    private Stream<String> itemIds() {
      return items().stream().filter(this::has).map(SeenItem::itemId).distinct();
    }
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
}
