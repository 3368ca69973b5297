package io.freshet.model.baseline;

/**
 * How vectors are learnt so that each user's items score higher than others (Bayesian Personalized
 * Ranking, Rendle et al. 2009).
 *
 * @param width D, of the vectors
 * @param learningRate of Adam
 * @param regularization half of it, times the squared length of the three vectors of a pair, is
 *     added to the pair's loss
 * @param batchSize pairs of a user and an item that are learnt from in one step
 * @param epochs at most
 * @param patience epochs without a better one before training stops
 * @param seed of everything drawn
 */
public record BprConfig(
    int width,
    float learningRate,
    float regularization,
    int batchSize,
    int epochs,
    int patience,
    long seed) {
  public BprConfig {
    check(width >= 1, "width must be at least 1, was %s", width);
    check(learningRate > 0, "learningRate must be positive, was %s", learningRate);
    check(regularization >= 0, "regularization must not be negative, was %s", regularization);
    check(batchSize >= 1, "batchSize must be at least 1, was %s", batchSize);
    check(epochs >= 1, "epochs must be at least 1, was %s", epochs);
    check(patience >= 1, "patience must be at least 1, was %s", patience);
  }

  private static void check(boolean holds, String rule, Object was) {
    if (!holds) {
      throw new IllegalArgumentException(rule.formatted(was));
    }
  }

  /** Returns the same with another seed. */
  public BprConfig withSeed(long another) {
    return new BprConfig(width, learningRate, regularization, batchSize, epochs, patience, another);
  }
}
