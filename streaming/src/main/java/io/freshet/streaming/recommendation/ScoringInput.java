package io.freshet.streaming.recommendation;

import io.freshet.schemas.Item;
import io.freshet.schemas.Release;

/**
 * What the scoring operator takes in: a task, or news.
 *
 * @param task null where there is something else
 * @param item null where there is something else
 * @param release null where there is something else
 */
public record ScoringInput(ScoringTask task, Item item, Release release) {
  static ScoringInput of(ScoringTask task) {
    return new ScoringInput(task, null, null);
  }

  /** Returns news of {@code item}, without what only people read. */
  static ScoringInput of(Item item) {
    return new ScoringInput(
        null, new Item(item.itemId(), item.categoryId(), null, null, item.available()), null);
  }

  static ScoringInput of(Release release) {
    return new ScoringInput(null, null, release);
  }
}
