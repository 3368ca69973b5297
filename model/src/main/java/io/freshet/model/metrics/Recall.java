package io.freshet.model.metrics;

import java.util.List;

/** The share of a user's held-out items that are found: the mean of {@link #at} over users. */
public final class Recall {
  private Recall() {}

  /**
   * Returns the share of the items that are among the first k, expected over the order of ties, see
   * {@link HeldOutRank}. With more than k items it stays below 1.
   *
   * @param ranks of all of the user's held-out items, each among all items, the other held-out ones
   *     included
   * @return in [0, 1]; not a number where nothing is held out
   */
  public static double at(int k, List<HeldOutRank> ranks) {
    Scores.checkFirst(k);
    return ranks.stream().mapToDouble(rank -> HitRate.at(k, rank)).average().orElse(Double.NaN);
  }
}
