package io.freshet.local.pipeline;

import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Recommendation.RankedItem;
import io.freshet.schemas.Recommendation.Trigger;
import java.time.Instant;
import java.util.List;

/** Answers as a job writes them. */
final class Answers {
  private Answers() {}

  /**
   * @param fallback null where it was scored
   */
  static Recommendation to(String eventId, String fallback) {
    return new Recommendation(
        "r",
        "u",
        null,
        List.of(new RankedItem("tea", .5f, "similar", List.of())),
        "bst",
        fallback,
        "v1",
        null,
        1,
        "hash",
        new Trigger("click-events", 0, 0, eventId),
        Instant.EPOCH,
        Instant.EPOCH);
  }
}
