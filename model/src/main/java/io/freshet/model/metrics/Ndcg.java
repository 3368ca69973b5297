package io.freshet.model.metrics;

/**
 * The normalized discounted cumulative gain of a held-out item: as {@link HitRate}, but an item
 * counts less the further down it stands. The mean of {@link #at} over held-out items.
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
}
