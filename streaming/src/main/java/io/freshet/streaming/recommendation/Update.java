package io.freshet.streaming.recommendation;

import io.freshet.schemas.Item;
import io.freshet.schemas.Release;

/**
 * News for every scoring subtask: of an item, or of a release.
 *
 * @param item null where there is a release
 * @param release null where there is an item
 */
public record Update(Item item, Release release) {
  /** Returns news of {@code item}, without what only people read. */
  static Update of(Item item) {
    return new Update(
        new Item(item.itemId(), item.categoryId(), null, null, item.available()), null);
  }

  static Update of(Release release) {
    return new Update(null, release);
  }
}
