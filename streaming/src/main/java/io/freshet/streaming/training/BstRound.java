package io.freshet.streaming.training;

import io.freshet.model.EmbeddingSpace;
import io.freshet.model.TrainingLog;
import io.freshet.model.bst.BstConfig;
import io.freshet.model.bst.BstRelease;
import io.freshet.model.bst.BstTrainer;
import io.freshet.model.bst.TrainedBst;
import io.freshet.model.network.ClickSampling;
import io.freshet.model.network.TrainingConfig;
import io.freshet.model.network.TrainingListener;
import io.freshet.schemas.Release;
import io.freshet.streaming.ReleaseFiles;
import io.freshet.streaming.training.TrainingJobConfig.Learning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.apache.flink.util.FileUtils;

/**
 * A round of BST. It goes on from the release in use where that has the same form, and is held
 * against it, whatever its form, on the newest clicks.
 */
record BstRound(Learning learning) implements TrainingRound {
  private static final ClickSampling SAMPLING = ClickSampling.standard();

  @Override
  public Outcome run(TrainingLog log, Release current, Path scratch, BooleanSupplier stopped)
      throws Exception {
    Path work = Files.createTempDirectory(scratch, "freshet-training-");
    try (TrainedBst before =
            current == null ? null : ReleaseFiles.read(current, work, BstRelease::read);
        TrainedBst trained = train(log, before, stopped, work)) {
      double auc = trained.metrics().get("validation_auc");
      double aucBefore = before == null ? Double.NaN : validationAuc(before, log);
      boolean allowed =
          before == null
              ? learning.rule().allowsFirst(auc)
              : learning.rule().allows(auc, aucBefore);
      return new Outcome(allowed ? release(trained, work) : null, auc, aucBefore);
    } finally {
      FileUtils.deleteDirectoryQuietly(work.toFile());
    }
  }

  private TrainedBst train(TrainingLog log, TrainedBst before, BooleanSupplier stopped, Path work)
      throws IOException {
    boolean goesOn = before != null && before.config().equals(form());
    return new BstTrainer(form(), SAMPLING, EmbeddingSpace.NONE)
        .train(log, training(), goesOn ? before : null, unless(stopped), work);
  }

  private double validationAuc(TrainedBst before, TrainingLog log) {
    return new BstTrainer(form(), SAMPLING, EmbeddingSpace.NONE)
        .validationAuc(before, log, training().seed());
  }

  private Release release(TrainedBst trained, Path work) throws IOException {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS); // as records on Kafka have it
    Path local = BstRelease.write(trained, now, work.resolve("release"));
    return BstRelease.describe(local, ReleaseFiles.write(local, learning.releaseDirectory()));
  }

  private BstConfig form() {
    return switch (learning.network()) {
      case SMALL -> BstConfig.small();
      case STANDARD -> BstConfig.standard();
    };
  }

  private TrainingConfig training() {
    return TrainingConfig.standard().withTimeLimit(learning.timeLimit());
  }

  private static TrainingListener unless(BooleanSupplier stopped) {
    return progress -> {
      if (stopped.getAsBoolean()) {
        throw new CancellationException("Nobody waits for this round any more");
      }
    };
  }
}
