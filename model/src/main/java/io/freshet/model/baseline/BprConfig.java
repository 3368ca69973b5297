package io.freshet.model.baseline;

import static io.freshet.model.Check.check;

import java.io.Serializable;

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
    long seed)
    implements Serializable {
  public BprConfig {
    check(width >= 1, "width", "at least 1", width);
    check(learningRate > 0, "learningRate", "positive", learningRate);
    check(regularization >= 0, "regularization", "at least 0", regularization);
    check(batchSize >= 1, "batchSize", "at least 1", batchSize);
    check(epochs >= 1, "epochs", "at least 1", epochs);
    check(patience >= 1, "patience", "at least 1", patience);
  }

  /** Returns the same with another seed. */
  public BprConfig withSeed(long another) {
    return new BprConfig(width, learningRate, regularization, batchSize, epochs, patience, another);
  }
}
