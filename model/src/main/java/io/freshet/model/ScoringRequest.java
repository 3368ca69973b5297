package io.freshet.model;

import java.util.List;
import java.util.Map;

/**
 * One user, one moment, and the items to score.
 *
 * @param sequence the user's past items, oldest first
 * @param nowMillis the time of recommendation in epoch milliseconds
 * @param candidates at least one
 * @param context what is known of the user and the moment, by name
 * @param userVector the user's, of an {@link EmbeddingSpace}; null for none
 */
public record ScoringRequest(
    List<PastItem> sequence,
    long nowMillis,
    List<Target> candidates,
    Map<String, String> context,
    float[] userVector) {
  /** A request of a user without a vector. */
  public ScoringRequest(
      List<PastItem> sequence,
      long nowMillis,
      List<Target> candidates,
      Map<String, String> context) {
    this(sequence, nowMillis, candidates, context, null);
  }

  /** Returns the same request, with no vector of anybody. */
  public ScoringRequest withoutVectors() {
    List<Target> bare =
        candidates.stream()
            .map(target -> new Target(target.itemId(), target.categoryId(), target.rank(), null))
            .toList();
    return new ScoringRequest(sequence, nowMillis, bare, context);
  }

  /**
   * A behavior with the category that its item has now.
   *
   * @param categoryId null for none
   * @param timeMillis epoch milliseconds, or {@link Behavior#UNKNOWN_TIME}
   */
  public record PastItem(String itemId, String categoryId, long timeMillis, String action) {
    /** Returns the behavior with the category of its item. */
    public static PastItem of(Behavior behavior, String categoryId) {
      return new PastItem(behavior.itemId(), categoryId, behavior.timeMillis(), behavior.action());
    }
  }

  /**
   * An item to score, with the category that it has now.
   *
   * @param categoryId null for none
   * @param rank see {@link Candidate#rank}: what retrieval thought of it is a feature
   * @param vector the item's, of the same {@link EmbeddingSpace} as the user's; null for none
   */
  public record Target(String itemId, String categoryId, int rank, float[] vector) {
    /** An item that was not retrieved but brought along, and has no vector. */
    public Target(String itemId, String categoryId) {
      this(itemId, categoryId, Candidate.NOT_RETRIEVED, null);
    }
  }
}
