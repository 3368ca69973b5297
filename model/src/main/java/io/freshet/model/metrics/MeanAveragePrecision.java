package io.freshet.model.metrics;

import java.util.Comparator;
import java.util.List;

/**
 * How early a user's held-out items come: the mean over users of {@link #at}, the average
 * precision.
 */
public final class MeanAveragePrecision {
  private MeanAveragePrecision() {}

  /**
   * Returns the sum, over the ranks up to k at which a held-out item stands, of the share of
   * held-out items among the items down to that rank, divided by the number of held-out items or k,
   * whichever is less: the best possible ranking is worth 1. Expected over the order of ties, see
   * {@link HeldOutRank}.
   *
   * @param ranks of all of the user's held-out items, each among all items, the other held-out ones
   *     included
   * @return in [0, 1]; not a number where nothing is held out
   */
  public static double at(int k, List<HeldOutRank> ranks) {
    Scores.checkFirst(k);
    List<HeldOutRank> bestFirst =
        ranks.stream().sorted(Comparator.comparingInt(HeldOutRank::best)).toList();
    double sum = 0;
    for (int before = 0, end; before < bestFirst.size(); before = end) {
      HeldOutRank tie = bestFirst.get(before);
      end = before;
      while (end < bestFirst.size() && bestFirst.get(end).equals(tie)) {
        end++;
      }
      sum += precisions(k, tie, before, end - before);
    }
    return sum / Math.min(ranks.size(), k);
  }

  /**
   * Returns the expected sum of the precisions at the ranks of one tie.
   *
   * @param before how many held-out items stand above the tie
   * @param heldOut how many are in it
   */
  private static double precisions(int k, HeldOutRank tie, int before, int heldOut) {
    if (heldOut > tie.tied()) {
      throw new IllegalArgumentException(
          "ranks must be among all items, the other held-out ones included, was %d items at %s"
              .formatted(heldOut, tie));
    }
    double sum = 0;
    for (int rank = tie.best(); rank <= Math.min(tie.worst(), k); rank++) {
      // Given that one of them stands here, the others are spread evenly over the rest of the tie.
      double above = (heldOut - 1.0) * (rank - tie.best()) / Math.max(tie.tied() - 1, 1);
      sum += (before + 1 + above) / rank;
    }
    return sum * heldOut / tie.tied();
  }
}
