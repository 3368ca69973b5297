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
  public record PastItem(String itemId, String categoryId, long timeMillis, String action) {}

  /**
   * An item to score, with the category that it has now.
   *
   * @param categoryId null for none
   * @param rank its place, from 1, among the candidates that {@link CandidateRetriever} found;
   *     {@link #NOT_RETRIEVED} where it was brought along
   */
  public record Target(String itemId, String categoryId, int rank) {
    /** The rank of an item that was not retrieved. */
    public static final int NOT_RETRIEVED = 0;

    /** An item that was not retrieved but brought along. */
    public Target(String itemId, String categoryId) {
      this(itemId, categoryId, NOT_RETRIEVED);
    }
  }
}
