package io.freshet.model.bst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.model.ClickLog;
import io.freshet.schemas.ClickEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BstTrainerTest {
  private static final TrainingListener NOBODY = progress -> {};
  private static final BstConfig CONFIG =
      new BstConfig(6, 8, 4, 4, 4, 2, 16, 1, BstConfig.Readout.TARGET, List.of(16, 8), .2f);

  private final ClickLog log = Logs.chains(640, 40, 1);
  @TempDir private Path directory;

  @Test
  void learnsWhatFollowsWhat() throws IOException {
    try (TrainedBst trained =
        BstTrainer.train(
            Logs.chains(4_000, 40, 1), CONFIG, training(1, 12, 32), NOBODY, directory)) {
      assertThat(trained.metrics().get("validation_auc")).isGreaterThan(.8);
      assertThat(trained.metrics()).containsEntry("epochs", 12.0);
    }
  }

  @Test
  void sameSeedGivesTheSameWeightsToTheLastBit() throws IOException {
    Map<String, float[]> weights = train(training(1, 2, 16), "one");
    assertSame(train(training(1, 2, 16), "another"), weights);
    assertThat(train(training(2, 2, 16), "different").get("item"))
        .isNotEqualTo(weights.get("item"));
  }

  @Test
  void interruptedTrainingGoesOnToTheSameWeights() throws IOException {
    Map<String, float[]> unbroken = train(training(1, 3, 16), "unbroken");
    assertThatThrownBy(
            () ->
                BstTrainer.train(
                    log,
                    CONFIG,
                    training(1, 3, 16),
                    progress -> {
                      if (progress.epoch() == 2) {
                        throw new IllegalStateException("interrupted");
                      }
                    },
                    directory.resolve("broken")))
        .hasMessage("interrupted");
    List<Integer> epochs = new ArrayList<>();
    try (TrainedBst trained =
        BstTrainer.train(
            log,
            CONFIG,
            training(1, 3, 16),
            progress -> epochs.add(progress.epoch()),
            directory.resolve("broken"))) {
      assertSame(values(trained), unbroken);
    }
    assertThat(epochs).contains(2, 3).doesNotContain(1);
  }

  @Test
  void otherTrainingInTheSameDirectoryStartsAnew() throws IOException {
    train(training(1, 2, 16), "shared");
    assertSame(train(training(2, 2, 16), "shared"), train(training(2, 2, 16), "own"));
  }

  @Test
  void weightsThatDidBestAreKept() throws IOException {
    List<Double> aucs = new ArrayList<>();
    Map<String, float[]> kept;
    try (TrainedBst trained =
        BstTrainer.train(
            log,
            CONFIG,
            restless(3),
            progress -> {
              if (progress.examples() == progress.examplesInEpoch()) {
                aucs.add(progress.validationAuc());
              }
            },
            directory.resolve("all"))) {
      kept = values(trained);
      assertThat(aucs).hasSize(3);
      double best = aucs.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
      assertThat(trained.metrics()).containsEntry("validation_auc", best);
      int epochs = 1 + aucs.indexOf(best);
      assertThat(epochs).as("the best epoch of %s", aucs).isLessThan(3);
      assertSame(kept, train(restless(epochs), "best"));
    }
  }

  @Test
  void timeLimitEndsItWithinAnEpoch() throws IOException {
    Duration limit = Duration.ofSeconds(1);
    try (TrainedBst trained =
        BstTrainer.train(
            log,
            CONFIG,
            training(1, 1_000, 4).withTimeLimit(limit),
            progress -> {
              long started = System.nanoTime();
              while (System.nanoTime() - started < limit.toNanos()) {
                Thread.onSpinWait();
              }
            },
            directory)) {
      assertThat(trained.metrics().get("examples")).isLessThanOrEqualTo(10 * 4);
      assertThat(trained.metrics().get("epochs")).isLessThanOrEqualTo(1);
    }
    assertThat(directory).as("where an epoch cut short is not kept").isEmptyDirectory();
  }

  @Test
  void trainingThatDivergesSaysSo() {
    TrainingConfig wild =
        new TrainingConfig(1, 2, 10_000, 16, 4, .5, .25, 1e30f, .1, 1, Duration.ofDays(1));
    assertThatThrownBy(() -> BstTrainer.train(log, CONFIG, wild, NOBODY, directory))
        .hasMessageContaining("NaN");
  }

  @Test
  void logTooSmallIsRefused() {
    List<ClickEvent> clicks = log.clicks();
    for (int count : new int[] {1, 2}) {
      ClickLog few = new ClickLog(clicks.subList(0, count), log.items());
      assertThatThrownBy(() -> BstTrainer.train(few, CONFIG, training(1, 1, 16), NOBODY, directory))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching(
              "the log must have clicks to learn from and to measure with, was \\d and \\d of "
                  + count);
    }
    ClickLog none = new ClickLog(List.of(), log.items());
    assertThatThrownBy(() -> BstTrainer.train(none, CONFIG, training(1, 1, 16), NOBODY, directory))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("of 0");
  }

  private Map<String, float[]> train(TrainingConfig training, String name) throws IOException {
    try (TrainedBst trained =
        BstTrainer.train(log, CONFIG, training, NOBODY, directory.resolve(name))) {
      return values(trained);
    }
  }

  private static Map<String, float[]> values(TrainedBst trained) {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (String name : trained.weights().names()) {
      values.put(name, trained.weights().get(name).toFloatArray());
    }
    return values;
  }

  private static void assertSame(Map<String, float[]> actual, Map<String, float[]> expected) {
    assertThat(actual).containsOnlyKeys(expected.keySet());
    expected.forEach((name, values) -> assertThat(actual.get(name)).as(name).isEqualTo(values));
  }

  private static TrainingConfig training(long seed, int epochs, int batchSize) {
    return new TrainingConfig(
        seed, epochs, 10_000, batchSize, 4, .5, .25, .003f, .1, 1, Duration.ofDays(1));
  }

  /** Learns in steps so large that an epoch may undo what the one before has learnt. */
  private static TrainingConfig restless(int epochs) {
    return new TrainingConfig(1, epochs, 10_000, 16, 4, .5, .25, .3f, .1, 1, Duration.ofDays(1));
  }
}
