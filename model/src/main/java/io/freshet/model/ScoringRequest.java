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
 */
public record ScoringRequest(
    List<PastItem> sequence, long nowMillis, List<Target> candidates, Map<String, String> context) {

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
   */
  public record Target(String itemId, String categoryId, int rank) {
    /** An item that was not retrieved but brought along. */
    public Target(String itemId, String categoryId) {
      this(itemId, categoryId, Candidate.NOT_RETRIEVED);
    }
  }
}
