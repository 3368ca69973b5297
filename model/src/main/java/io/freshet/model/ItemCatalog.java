package io.freshet.model;

import java.util.Iterator;
import java.util.List;

/** What is known of the items: a release's own table, or that table with what has changed since. */
public interface ItemCatalog {
  /** Returns the category of the item, or null where it has none or is not known. */
  String categoryOf(String itemId);

  /** Returns whether the item may be recommended now; an item that nobody described may. */
  boolean isAvailable(String itemId);

  /** Returns the items most often clicked next to {@code itemId}, most first. */
  List<String> similarTo(String itemId);

  /**
   * Returns the items of the category, most clicked first, new ones among them; not all of a large
   * one. They are found as they are asked for.
   */
  Iterator<String> ofCategory(String categoryId);

  /** Returns the most clicked items, most first; not all of them. */
  List<String> popular();
}
