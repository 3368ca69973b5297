package io.freshet.model.network;

import static io.freshet.model.Check.check;

import io.freshet.model.ComputeDevice;
import io.freshet.model.ComputeDevice.Precision;
import java.time.Duration;

/**
 * How a network is trained.
 *
 * @param seed of all that is drawn; with one PyTorch thread trainings of the same seed and examples
 *     give the same weights, to the last bit
 * @param epochs how many at most
 * @param patience after how many epochs without a better one to stop
 * @param examplesPerEpoch how many an epoch learns from at most; where there are more, each epoch
 *     draws its own
 * @param batchSize examples per step
 * @param rule of the optimizer
 * @param learningRate of the optimizer
 * @param timeLimit when to stop, even within an epoch, but not before its first step
 * @param device where; a training that is taken up elsewhere goes on
 */
public record TrainingConfig(
    long seed,
    int epochs,
    int patience,
    int examplesPerEpoch,
    int batchSize,
    OptimizerRule rule,
    float learningRate,
    Duration timeLimit,
    ComputeDevice device) {

  public TrainingConfig {
    check(epochs >= 1, "epochs", "at least 1", epochs);
    check(patience >= 1, "patience", "at least 1", patience);
    check(examplesPerEpoch >= 1, "examplesPerEpoch", "at least 1", examplesPerEpoch);
    check(batchSize >= 1, "batchSize", "at least 1", batchSize);
    check(learningRate > 0, "learningRate", "positive", learningRate);
    check(
        device.precision() == Precision.FLOAT32,
        "precision",
        "float32 to learn with",
        device.precision());
    check(!timeLimit.isNegative() && !timeLimit.isZero(), "timeLimit", "positive", timeLimit);
  }

  /** For up to some hundred thousand clicks, or seconds of training. */
  public static TrainingConfig standard() {
    return new TrainingConfig(
        1, 12, 3, 65_536, 256, OptimizerRule.ADAM, .003f, Duration.ofDays(1), ComputeDevice.CPU);
  }

  public TrainingConfig withSeed(long other) {
    return with(other, timeLimit, device);
  }

  public TrainingConfig withTimeLimit(Duration limit) {
    return with(seed, limit, device);
  }

  public TrainingConfig on(ComputeDevice other) {
    return with(seed, timeLimit, other);
  }

  private TrainingConfig with(long otherSeed, Duration limit, ComputeDevice where) {
    return new TrainingConfig(
        otherSeed, epochs, patience, examplesPerEpoch, batchSize, rule, learningRate, limit, where);
  }
}
