package io.freshet.model;

import io.freshet.schemas.Item;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A release's items with what has changed since: only what differs from the release is kept,
 * without titles, so that it stays small and shrinks with each newer release. Not thread-safe.
 */
public final class UpdatedCatalog implements ItemCatalog {
  /** How many differences are kept; beyond it the release is too old for its stream of items. */
  public static final int MAX_UPDATES = 200_000;

  /**
   * Of the items of a category, every fifth is a new one while there are any: or they would never
   * get a click.
   */
  private static final int KNOWN_BETWEEN_NEW = 4;

  private final ItemCatalog base;
  private final Map<String, Item> updates = new LinkedHashMap<>();
  private final Map<String, Set<String>> movedInto = new HashMap<>(); // by category

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
   * @return whether it is taken up: only beyond {@link #MAX_UPDATES} differences it is not
   */
  public boolean update(Item item) {
    Item former = updates.remove(item.itemId());
    if (former != null && former.categoryId() != null) {
      movedInto.getOrDefault(former.categoryId(), Set.of()).remove(item.itemId());
    }
    if (!differs(item)) {
      return true;
    }
    if (updates.size() >= MAX_UPDATES) {
      return false;
    }
    updates.put(
        item.itemId(), new Item(item.itemId(), item.categoryId(), null, null, item.available()));
    if (item.categoryId() != null && !item.categoryId().equals(base.categoryOf(item.itemId()))) {
      movedInto
          .computeIfAbsent(item.categoryId(), category -> new LinkedHashSet<>())
          .add(item.itemId());
    }
    return true;
  }

  /** Returns what differs from the release. */
  public Collection<Item> updates() {
    return Collections.unmodifiableCollection(updates.values());
  }

  /**
   * Returns a catalog over another release, with those of the differences that differ from it as
   * well.
   */
  public UpdatedCatalog prunedFor(ItemCatalog newBase) {
    UpdatedCatalog pruned = of(newBase);
    updates.values().forEach(pruned::update);
    return pruned;
  }

  @Override
  public String categoryOf(String itemId) {
    Item update = updates.get(itemId);
    return update == null ? base.categoryOf(itemId) : update.categoryId();
  }

  @Override
  public boolean isAvailable(String itemId) {
    Item update = updates.get(itemId);
    return update == null ? base.isAvailable(itemId) : update.available();
  }

  @Override
  public List<String> similarTo(String itemId) {
    return base.similarTo(itemId);
  }

  @Override
  public List<String> ofCategory(String categoryId) {
    List<String> known = base.ofCategory(categoryId);
    Set<String> moved = movedInto.getOrDefault(categoryId, Set.of());
    if (moved.isEmpty() && updates.isEmpty()) {
      return known;
    }
    List<String> newestFirst = new ArrayList<>(moved);
    Collections.reverse(newestFirst);
    List<String> mixed = new ArrayList<>(known.size() + newestFirst.size());
    int taken = 0;
    for (String itemId : known) {
      if (Objects.equals(categoryId, categoryOf(itemId))) {
        mixed.add(itemId);
      }
      if (taken < newestFirst.size()
          && mixed.size() % (KNOWN_BETWEEN_NEW + 1) == KNOWN_BETWEEN_NEW) {
        mixed.add(newestFirst.get(taken++));
      }
    }
    mixed.addAll(newestFirst.subList(taken, newestFirst.size()));
    return mixed;
  }

  @Override
  public List<String> popular() {
    return base.popular();
  }

  private boolean differs(Item item) {
    return item.available() != base.isAvailable(item.itemId())
        || !Objects.equals(item.categoryId(), base.categoryOf(item.itemId()));
  }

  /** What is known of the items without a release: nothing. */
  private static final class NoItems implements ItemCatalog {
    @Override
    public String categoryOf(String itemId) {
      return null;
    }

    @Override
    public boolean isAvailable(String itemId) {
      return true;
    }

    @Override
    public List<String> similarTo(String itemId) {
      return List.of();
    }

    @Override
    public List<String> ofCategory(String categoryId) {
      return List.of();
    }

    @Override
    public List<String> popular() {
      return List.of();
    }
  }
}
