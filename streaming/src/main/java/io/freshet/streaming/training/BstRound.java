package io.freshet.streaming.training;

import io.freshet.model.CandidateScorer;
import io.freshet.model.ComputeDevice;
import io.freshet.model.EmbeddingSpace;
import io.freshet.model.TrainingLog;
import io.freshet.model.bst.BstConfig;
import io.freshet.model.bst.BstRelease;
import io.freshet.model.bst.BstTrainer;
import io.freshet.model.bst.TrainedBst;
import io.freshet.model.network.ClickSampling;
import io.freshet.model.network.LabelledRequest;
import io.freshet.model.network.Measure;
import io.freshet.model.network.TrainingConfig;
import io.freshet.model.network.TrainingProgress;
import io.freshet.model.pcrec.EmbeddingIndex;
import io.freshet.model.pcrec.EmbeddingRelease;
import io.freshet.schemas.Release;
import io.freshet.streaming.ReleaseFiles;
import io.freshet.streaming.training.TrainingJobConfig.Learning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.flink.util.FileUtils;

/**
 * A round of BST, which where that is wanted is given the vectors of the embeddings announced last.
 * It goes on from the release in use where that has the same form, with whatever vectors, and is
 * held against it, whatever its form, on those of the newest clicks that did not choose its epoch.
 */
record BstRound(Learning learning) implements TrainingRound {
  private static final ClickSampling SAMPLING = ClickSampling.standard();

  @Override
  public Outcome run(
      TrainingLog log,
      Announced announced,
      ComputeDevice device,
      Path scratch,
      BooleanSupplier stopped)
      throws Exception {
    learning.releases().deleteOldest(announced.model());
    Path work = Files.createTempDirectory(scratch, "freshet-training-");
    try {
      return run(log, announced, training(device), stopped, work);
    } finally {
      FileUtils.deleteDirectoryQuietly(work.toFile());
    }
  }

  private Outcome run(
      TrainingLog log,
      Announced announced,
      TrainingConfig training,
      BooleanSupplier stopped,
      Path work)
      throws Exception {
    BstTrainer trainer = trainer(announced.embeddings(), work);
    try (TrainedBst before =
            announced.model() == null
                ? null
                : ReleaseFiles.read(announced.model(), work, BstRelease::read);
        TrainedBst trained = train(trainer, log, training, before, stopped, work)) {
      List<LabelledRequest> heldOut = trainer.heldOut(log, training.seed());
      double auc = auc(trained, heldOut, training.device());
      double aucBefore = before == null ? Double.NaN : auc(before, heldOut, training.device());
      boolean allowed =
          before == null
              ? learning.rule().allowsFirst(auc)
              : learning.rule().allows(auc, aucBefore);
      return new Outcome(allowed ? release(trained, work) : null, auc, aucBefore);
    }
  }

  private static double auc(
      TrainedBst trained, List<LabelledRequest> heldOut, ComputeDevice device) {
    try (CandidateScorer scorer = trained.network().newScorer(device)) {
      return Measure.GROUPED_AUC.of(scorer, heldOut);
    }
  }

  private BstTrainer trainer(Release embeddings, Path work) throws Exception {
    EmbeddingSpace space =
        learning.vectors() && embeddings != null
            ? new EmbeddingIndex(ReleaseFiles.read(embeddings, work, EmbeddingRelease::load))
            : EmbeddingSpace.NONE;
    return new BstTrainer(form().withVectors(space.width()), SAMPLING, space);
  }

  private TrainedBst train(
      BstTrainer trainer,
      TrainingLog log,
      TrainingConfig training,
      TrainedBst before,
      BooleanSupplier stopped,
      Path work)
      throws IOException {
    boolean goesOn = before != null && trainer.config().canGoOnFrom(before.config());
    return trainer.train(log, training, goesOn ? before : null, unless(stopped), work);
  }

  private Release release(TrainedBst trained, Path work) throws IOException {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS); // as records on Kafka have it
    Path local = BstRelease.write(trained, now, work.resolve("release"));
    return BstRelease.describe(local, learning.releases().add(local));
  }

  private BstConfig form() {
    return switch (learning.network()) {
      case SMALL -> BstConfig.small();
      case STANDARD -> BstConfig.standard();
    };
  }

  private TrainingConfig training(ComputeDevice device) {
    return TrainingConfig.standard().withTimeLimit(learning.timeLimit()).on(device);
  }

  private static Consumer<TrainingProgress> unless(BooleanSupplier stopped) {
    return progress -> {
      if (stopped.getAsBoolean()) {
        throw new CancellationException("Nobody waits for this round any more");
      }
    };
  }
}
