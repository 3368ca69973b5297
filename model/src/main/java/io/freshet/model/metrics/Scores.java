package io.freshet.model.metrics;

/** What no metric is computed from: whatever gave such scores is broken. */
final class Scores {
  private Scores() {}

  static void check(float[] scores) {
    for (int i = 0; i < scores.length; i++) {
      if (Float.isNaN(scores[i])) {
        throw new IllegalArgumentException("scores must be numbers, was NaN at " + i);
      }
    }
  }

  static void check(float[] scores, boolean[] clicked) {
    if (scores.length != clicked.length) {
      throw new IllegalArgumentException(
          "scores and clicked must be of one length, was %d and %d"
              .formatted(scores.length, clicked.length));
    }
    check(scores);
  }

  /** Checks how many items of a ranking count as shown. */
  static void checkFirst(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, was " + k);
    }
  }
}
