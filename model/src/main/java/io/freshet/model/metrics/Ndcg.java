package io.freshet.model.metrics;

import java.util.List;

/**
 * The normalized discounted cumulative gain of held-out items: as {@link HitRate} and {@link
 * Recall}, but an item counts less the further down it stands. The mean over held-out items, or
 * over users with several of them.
 */
public final class Ndcg {
  private Ndcg() {}

  /**
   * Returns 1 / log2(rank + 1) where the item is among the first k and 0 where it is not; the mean
   * over the ranks that it may have where it ties, see {@link HeldOutRank}. With one item to find
   * the best possible gain is 1, so this is normalized already.
   */
  public static double at(int k, HeldOutRank rank) {
    Scores.checkFirst(k);
    double gain = 0;
    for (int at = rank.best(); at <= Math.min(rank.worst(), k); at++) {
      gain += Math.log(2) / Math.log(at + 1);
    }
    return gain / rank.tied();
  }

  /**
   * Returns the sum of the items' gains, divided by the largest that there can be: that of as many
   * items at the first ranks. Expected over the order of ties, see {@link HeldOutRank}.
   *
   * @param ranks of all of the user's held-out items, each among all items, the other held-out ones
   *     included
   * @return in [0, 1]; not a number where nothing is held out
   */
  public static double at(int k, List<HeldOutRank> ranks) {
    Scores.checkFirst(k);
    double gain = 0;
    double ideal = 0;
    for (int i = 0; i < ranks.size(); i++) {
      gain += at(k, ranks.get(i));
      ideal += at(k, new HeldOutRank(i + 1, i + 1));
    }
    return gain / ideal;
  }
}
