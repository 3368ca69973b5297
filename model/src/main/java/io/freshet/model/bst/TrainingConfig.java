package io.freshet.model.bst;

import java.time.Duration;

/**
 * How a network is trained.
 *
 * @param seed the same seed, log and single PyTorch thread give the same weights, bit for bit
 * @param epochs how many at most
 * @param examplesPerEpoch how many clicks an epoch learns from at most; where the log has more,
 *     each epoch draws its own
 * @param batchSize clicks per step
 * @param negatives K, the number of items shown next to each clicked one
 * @param retrievedNegatives the share of them drawn from what retrieval would have found for the
 *     user at that moment: the items that the network will have to tell apart
 * @param popularNegatives the share of them drawn as often as they are clicked; the rest are drawn
 *     evenly from all items
 * @param learningRate of Adam
 * @param validationShare the share of clicks, the newest, that is not trained on but measured with
 * @param minimumClicks an item with fewer is learnt as an unknown one
 * @param timeLimit when to stop, even within an epoch
 */
public record TrainingConfig(
    long seed,
    int epochs,
    int examplesPerEpoch,
    int batchSize,
    int negatives,
    double retrievedNegatives,
    double popularNegatives,
    float learningRate,
    double validationShare,
    int minimumClicks,
    Duration timeLimit) {

  public TrainingConfig {
    check(epochs >= 1, "epochs", "at least 1", epochs);
    check(examplesPerEpoch >= 1, "examplesPerEpoch", "at least 1", examplesPerEpoch);
    check(batchSize >= 1, "batchSize", "at least 1", batchSize);
    check(negatives >= 1, "negatives", "at least 1", negatives);
    check(
        retrievedNegatives >= 0
            && popularNegatives >= 0
            && retrievedNegatives + popularNegatives <= 1,
        "retrievedNegatives and popularNegatives",
        "shares of at most 1 together",
        retrievedNegatives + " and " + popularNegatives);
    check(learningRate > 0, "learningRate", "positive", learningRate);
    check(
        validationShare > 0 && validationShare < .5,
        "validationShare",
        "in (0, 0.5)",
        validationShare);
    check(minimumClicks >= 1, "minimumClicks", "at least 1", minimumClicks);
    check(!timeLimit.isNegative() && !timeLimit.isZero(), "timeLimit", "positive", timeLimit);
  }

  /** What did best on the newest clicks before those that were held out; see the changelog. */
  public static TrainingConfig standard() {
    return new TrainingConfig(1, 12, 65_536, 256, 8, .5, .25, .003f, .05, 2, Duration.ofDays(1));
  }

  public TrainingConfig withTimeLimit(Duration limit) {
    return new TrainingConfig(
        seed,
        epochs,
        examplesPerEpoch,
        batchSize,
        negatives,
        retrievedNegatives,
        popularNegatives,
        learningRate,
        validationShare,
        minimumClicks,
        limit);
  }

  private static void check(boolean holds, String what, String rule, Object was) {
    if (!holds) {
      throw new IllegalArgumentException("%s must be %s, was %s".formatted(what, rule, was));
    }
  }
}
