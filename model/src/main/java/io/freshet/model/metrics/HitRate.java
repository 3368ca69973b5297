package io.freshet.model.metrics;

/** How often a held-out item is among the first k: the mean of {@link #at} over held-out items. */
public final class HitRate {
  private HitRate() {}

  /**
   * Returns the chance that the item is among the first k: 0 or 1, and between them where it ties
   * across k, see {@link HeldOutRank}.
   */
  public static double at(int k, HeldOutRank rank) {
    Scores.checkFirst(k);
    int within = Math.min(rank.worst(), k) - rank.best() + 1;
    return (double) Math.max(within, 0) / rank.tied();
  }
}
