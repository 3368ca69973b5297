package io.freshet.model.metrics;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The area under the ROC curve: how often a clicked item scores higher than one that was not
 * clicked.
 */
public final class Auc {
  private Auc() {}

  /**
   * Returns the share of pairs of a clicked and another item in which the clicked one scores
   * higher; a tie counts half.
   *
   * @return in [0, 1]; not a number where all items are clicked, or none
   * @throws IllegalArgumentException also when a score is not a number: what gave it is broken
   */
  public static double of(float[] scores, boolean[] clicked) {
    Scores.check(scores, clicked);
    int[] ascending =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparing(i -> scores[i]))
            .mapToInt(i -> i)
            .toArray();
    double pairsWon = 0;
    long others = 0;
    long clicks = 0;
    for (int start = 0, end; start < ascending.length; start = end) {
      long othersTied = 0;
      long clicksTied = 0;
      for (end = start;
          end < ascending.length && scores[ascending[end]] == scores[ascending[start]];
          end++) {
        if (clicked[ascending[end]]) {
          clicksTied++;
        } else {
          othersTied++;
        }
      }
      pairsWon += clicksTied * (others + othersTied / 2.0);
      others += othersTied;
      clicks += clicksTied;
    }
    return pairsWon / ((double) clicks * others);
  }
}
