package io.freshet.model.metrics;

/**
 * Where a held-out item stands among the items that it is ranked with, from 1 for the first.
 *
 * <p>Scores do not order items that tie. So the item stands at every rank from {@code best} to
 * {@code worst} with the same chance, and a metric is what it is expected to be over that chance
 * (McSherry and Najork 2008, Computing Information Retrieval Performance Measures Efficiently in
 * the Presence of Tied Scores). Ties neither favor a model nor punish it: one that scores 100 items
 * alike finds the held-out one among the first k in k of 100 cases, as one that guesses does.
 *
 * @param best 1 + the number of items that score higher
 * @param worst {@code best} + the number of other items that score the same
 */
public record HeldOutRank(int best, int worst) {
  public HeldOutRank {
    if (best < 1 || worst < best) {
      throw new IllegalArgumentException(
          "best must be at least 1 and worst at least that, was %d and %d".formatted(best, worst));
    }
  }

  /**
   * Returns the rank of one item among all that are scored.
   *
   * @param heldOut the index of the item's own score
   * @throws IllegalArgumentException when a score is not a number
   */
  public static HeldOutRank of(float[] scores, int heldOut) {
    Scores.check(scores);
    int higher = 0;
    int same = 0;
    for (float score : scores) {
      if (score > scores[heldOut]) {
        higher++;
      } else if (score == scores[heldOut]) {
        same++; // the item itself is one of them
      }
    }
    return new HeldOutRank(higher + 1, higher + same);
  }

  /** Returns how many ranks the item may have. */
  int tied() {
    return worst - best + 1;
  }
}
