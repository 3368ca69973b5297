package io.freshet.model;

import io.freshet.schemas.Item;
import java.util.Iterator;
import java.util.List;

/**
 * What is known of the items: a release's own table, or that table with what has changed since.
 *
 * <p>Items come without titles and domains. Those of a list are found as they are asked for.
 */
public interface ItemCatalog {
  /** Returns the item; as {@link Item#unknown} has it where nothing is known of it. */
  Item item(String itemId);

  /**
   * Returns the items that users click around those given, the most alike first: the more of these
   * an item is a neighbor of, the earlier they stand and the closer it is to them.
   */
  Iterator<Item> similarTo(List<String> itemIds);

  /**
   * Returns the items of the category, most clicked first, new ones among them; not all of a large
   * one.
   */
  Iterator<Item> ofCategory(String categoryId);

  /** Returns the most clicked items, most first; not all of them. */
  Iterator<Item> popular();
}
