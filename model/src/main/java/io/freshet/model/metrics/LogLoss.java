package io.freshet.model.metrics;

/**
 * The binary cross entropy of scores that are click probabilities: unlike {@link Auc} it also says
 * whether they are as high as clicks are frequent.
 */
public final class LogLoss {
  /**
   * How near to 0 and 1 a score may come: about the distance of 1 from the next float, so that a
   * wrong one that was rounded to a certainty costs 16, not infinity.
   */
  public static final double CLIP = 1e-7;

  private LogLoss() {}

  /**
   * Returns the mean of {@code -ln p} over what was clicked and {@code -ln (1 - p)} over the
   * others, where p is the score, clipped to [{@value #CLIP}, 1 - {@value #CLIP}].
   *
   * @return at least 0, in nats; not a number where there are no scores
   * @throws IllegalArgumentException also when a score is not in [0, 1]
   */
  public static double of(float[] scores, boolean[] clicked) {
    Scores.check(scores, clicked);
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      float score = scores[i];
      if (score < 0 || score > 1) {
        throw new IllegalArgumentException(
            "scores must be in [0, 1], was %s at %d".formatted(score, i));
      }
      double happened = clicked[i] ? score : 1.0 - score;
      sum -= Math.log(Math.min(Math.max(happened, CLIP), 1 - CLIP));
    }
    return sum / scores.length;
  }
}
