package io.freshet.schemas;

/**
 * What is known of an item; the newest record of an id wins, a tombstone removes it.
 *
 * @param categoryId null where the item has no category
 * @param title for people to read; null where there is none
 * @param domain null where there is one domain only
 * @param available whether it may be recommended now
 */
public record Item(
    String itemId, String categoryId, String title, String domain, boolean available) {
  /** Returns an item that nobody described: it may be recommended. */
  public static Item unknown(String itemId) {
    return new Item(itemId, null, null, null, true);
  }

  /** Returns what a tombstone on the topic means: {@code itemId} is not to be recommended. */
  public static Item removed(String itemId) {
    return new Item(itemId, null, null, null, false);
  }
}
