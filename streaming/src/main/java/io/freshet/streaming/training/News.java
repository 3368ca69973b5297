package io.freshet.streaming.training;

import io.freshet.model.ShownList;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Item;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Recommendation.RankedItem;
import io.freshet.schemas.Release;

/**
 * What the training hears of: one of these, the others null.
 *
 * @param item without what only people read
 */
public record News(ClickEvent click, ShownList shown, Item item, Release release) {
  static News of(ClickEvent click) {
    return new News(click, null, null, null);
  }

  static News of(Recommendation recommendation) {
    ShownList shown =
        new ShownList(
            recommendation.recommendationId(),
            recommendation.userId(),
            recommendation.eventTime(),
            recommendation.items().stream().map(RankedItem::itemId).toList());
    return new News(null, shown, null, null);
  }

  static News of(Item item) {
    return new News(
        null, null, new Item(item.itemId(), item.categoryId(), null, null, item.available()), null);
  }

  static News of(Release release) {
    return new News(null, null, null, release);
  }
}
