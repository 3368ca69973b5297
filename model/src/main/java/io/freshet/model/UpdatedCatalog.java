package io.freshet.model;

import io.freshet.schemas.Item;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A release's items with what has changed since, without titles. What a release says too is kept
 * until the one after it, for one that is still made may have seen what was said before, and an
 * older one may be gone back to; then it is dropped, so that all of it stays small. Not
 * thread-safe.
 */
public final class UpdatedCatalog implements ItemCatalog {
  /** How many words are kept; beyond it the release is too old for its stream of items. */
  public static final int MAX_UPDATES = 200_000;

  /**
   * Of the items of a category, every fifth is a new one while there are any: or they would never
   * get a click.
   */
  private static final int KNOWN_BETWEEN_NEW = 4;

  private final ItemCatalog base;
  private final Map<String, Update> updates = new LinkedHashMap<>();
  private final Map<String, NavigableMap<Long, Item>> movedInto = new HashMap<>(); // by category
  private long taken; // updates so far
  private boolean maySaySame; // whether the base may say the same as some update

  /**
   * The newest word on an item.
   *
   * @param number the later, the higher
   * @param isOfFormer whether a base before this one said the same
   */
  private record Update(Item item, long number, boolean isOfFormer) {}

  private UpdatedCatalog(ItemCatalog base) {
    this.base = base;
  }

  /**
   * Returns the catalog with no difference yet.
   *
   * @param base null where there is no release
   */
  public static UpdatedCatalog of(ItemCatalog base) {
    return new UpdatedCatalog(base == null ? new NoItems() : base);
  }

  /**
   * Takes up the newest word on an item.
   *
   * @return whether it is taken up: only beyond {@link #MAX_UPDATES} words it is not
   */
  public boolean update(Item item) {
    Update former = updates.remove(item.itemId());
    if (former != null && movedInto.containsKey(former.item().categoryId())) {
      movedInto.get(former.item().categoryId()).remove(former.number());
    }
    Item current = new Item(item.itemId(), item.categoryId(), null, null, item.available());
    return (former == null && saysSame(current)) || keep(current, false);
  }

  private boolean saysSame(Item current) {
    return current.equals(base.item(current.itemId()));
  }

  private boolean keep(Item current, boolean isOfFormer) {
    if (updates.size() >= MAX_UPDATES && maySaySame) {
      updates.values().removeIf(update -> saysSame(update.item()));
      maySaySame = false;
    }
    if (updates.size() >= MAX_UPDATES) {
      return saysSame(current);
    }
    updates.put(current.itemId(), new Update(current, ++taken, isOfFormer));
    String category = current.categoryId();
    maySaySame |= saysSame(current);
    if (category != null && !category.equals(base.item(current.itemId()).categoryId())) {
      movedInto.computeIfAbsent(category, of -> new TreeMap<>()).put(taken, current);
    }
    return true;
  }

  /** Returns the newest words on items. */
  public List<Item> updates() {
    return updates.values().stream().map(Update::item).toList();
  }

  /**
   * Returns the catalog with words that {@link #updates} gave.
   *
   * @param base null where there is no release
   */
  public static UpdatedCatalog of(ItemCatalog base, Iterable<Item> updates) {
    UpdatedCatalog restored = of(base);
    updates.forEach(item -> restored.keep(item, false));
    return restored;
  }

  /** Returns a catalog over another release, without the words that this one has known as well. */
  public UpdatedCatalog prunedFor(ItemCatalog newBase) {
    UpdatedCatalog pruned = of(newBase);
    for (Update update : updates.values()) {
      boolean saysSame = pruned.saysSame(update.item());
      if (!saysSame || !update.isOfFormer()) {
        pruned.keep(update.item(), saysSame);
      }
    }
    return pruned;
  }

  @Override
  public Item item(String itemId) {
    Update update = updates.get(itemId);
    return update == null ? base.item(itemId) : update.item();
  }

  private Item current(Item known) {
    Update update = updates.get(known.itemId());
    return update == null ? known : update.item();
  }

  @Override
  public Iterator<Item> similarTo(List<String> itemIds) {
    return current(base.similarTo(itemIds));
  }

  @Override
  public Iterator<Item> popular() {
    return current(base.popular());
  }

  private Iterator<Item> current(Iterator<Item> known) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return known.hasNext();
      }

      @Override
      public Item next() {
        return current(known.next());
      }
    };
  }

  @Override
  public Iterator<Item> ofCategory(String categoryId) {
    return updates.isEmpty() ? base.ofCategory(categoryId) : new Mixed(categoryId);
  }

  /** The known items that still are of a category, every fifth a new one, the newest first. */
  private final class Mixed implements Iterator<Item> {
    private final String categoryId;
    private final Iterator<Item> known;
    private final Iterator<Item> moved;
    private Item nextKnown;
    private int given;

    Mixed(String categoryId) {
      this.categoryId = categoryId;
      this.known = current(base.ofCategory(categoryId));
      NavigableMap<Long, Item> all = movedInto.get(categoryId);
      this.moved =
          all == null ? Collections.emptyIterator() : all.descendingMap().values().iterator();
      this.nextKnown = findKnown();
    }

    private Item findKnown() {
      while (known.hasNext()) {
        Item item = known.next();
        if (categoryId.equals(item.categoryId())) {
          return item;
        }
      }
      return null;
    }

    @Override
    public boolean hasNext() {
      return nextKnown != null || moved.hasNext();
    }

    @Override
    public Item next() {
      boolean isTurnOfNew = given++ % (KNOWN_BETWEEN_NEW + 1) == KNOWN_BETWEEN_NEW;
      if (nextKnown == null || (isTurnOfNew && moved.hasNext())) {
        return moved.next();
      }
      Item item = nextKnown;
      nextKnown = findKnown();
      return item;
    }
  }

  /** What is known of the items without a release: nothing. */
  private static final class NoItems implements ItemCatalog {
    @Override
    public Item item(String itemId) {
      return Item.unknown(itemId);
    }

    @Override
    public Iterator<Item> similarTo(List<String> itemIds) {
      return Collections.emptyIterator();
    }

    @Override
    public Iterator<Item> ofCategory(String categoryId) {
      return Collections.emptyIterator();
    }

    @Override
    public Iterator<Item> popular() {
      return Collections.emptyIterator();
    }
  }
}
