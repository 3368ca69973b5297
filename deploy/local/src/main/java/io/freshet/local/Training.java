package io.freshet.local;

import io.freshet.model.ClickLog;
import io.freshet.model.ComputeDevice;
import io.freshet.model.EmbeddingSpace;
import io.freshet.model.TrainingLog;
import io.freshet.model.bst.BstConfig;
import io.freshet.model.bst.BstRelease;
import io.freshet.model.bst.BstTrainer;
import io.freshet.model.bst.TrainedBst;
import io.freshet.model.network.ClickSampling;
import io.freshet.model.network.TrainingConfig;
import io.freshet.model.network.TrainingProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Trains a BST before one's eyes. */
final class Training {
  private Training() {}

  /**
   * Trains for at most {@code limit} and writes the release.
   *
   * @param device where it computes
   * @param work where the training is kept between epochs, so that it can go on
   * @param out below which the release gets a directory of its own
   * @param interrupted whether to give up
   * @return that directory
   * @throws CancellationException when it has given up
   */
  static Path release(
      ClickLog past,
      Duration limit,
      ComputeDevice device,
      Path work,
      Path out,
      BooleanSupplier interrupted)
      throws IOException {
    TrainingConfig training = TrainingConfig.standard().withTimeLimit(limit).on(device);
    try (ProgressDisplay display = ProgressDisplay.of("train", limit.toSeconds(), "s");
        TrainedBst trained =
            new BstTrainer(BstConfig.small(), ClickSampling.standard(), EmbeddingSpace.NONE)
                .train(
                    TrainingLog.of(past),
                    training,
                    null,
                    showOn(display, limit, interrupted),
                    work)) {
      return BstRelease.write(trained, Instant.now(), out);
    }
  }

  private static Consumer<TrainingProgress> showOn(
      ProgressDisplay display, Duration limit, BooleanSupplier interrupted) {
    return progress -> {
      if (interrupted.getAsBoolean()) {
        throw new CancellationException("Cannot finish the training: interrupted");
      }
      display.at(Math.min(progress.elapsed().toSeconds(), limit.toSeconds()), text(progress));
    };
  }

  private static String text(TrainingProgress progress) {
    String learnt =
        String.format(Locale.ROOT, "epoch %d, loss %.4f", progress.epoch(), progress.loss());
    return Double.isNaN(progress.validation())
        ? learnt
        : String.format(Locale.ROOT, "%s, auc %.3f", learnt, progress.validation());
  }
}
