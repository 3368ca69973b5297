package io.freshet.streaming.embedding;

import io.freshet.model.ComputeDevice;
import io.freshet.model.ReleaseRule;
import io.freshet.model.embedding.EmbeddingConfig;
import io.freshet.model.embedding.EmbeddingTrainer;
import io.freshet.model.embedding.EmbeddingTrainer.Trained;
import io.freshet.model.embedding.Material;
import io.freshet.model.embedding.Preparation;
import io.freshet.model.pcrec.EmbeddingRelease;
import io.freshet.model.pcrec.Embeddings;
import io.freshet.model.pcrec.GraphEncoder;
import io.freshet.model.pcrec.GraphEncoder.Place;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Release;
import io.freshet.streaming.ReleaseFiles;
import io.freshet.streaming.ReleaseFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.apache.flink.util.FileUtils;

/**
 * A round of PCRec. Its encoder goes on from the release in use where that has the same network;
 * its embeddings are turned onto that release's, and held against them on the newest items.
 *
 * @param job whose round it is: of two on one machine neither touches what the other has learnt
 * @param releases where they are written
 */
record PcRecRound(String job, EmbeddingConfig config, ReleaseRule rule, ReleaseFolder releases)
    implements EmbeddingRound {
  /**
   * Pre-training is kept where the next one on this machine finds it, should this one be cut off.
   */
  @Override
  public Prepared prepare(
      List<ClickEvent> source,
      List<ClickEvent> target,
      Release current,
      ComputeDevice device,
      Path scratch,
      BooleanSupplier stopped)
      throws Exception {
    releases.deleteOldest(current);
    int ofJob = Objects.hash(job, releases.uri());
    Path kept = scratch.resolve("freshet-pre-training-%08x".formatted(ofJob));
    try (GraphEncoder before =
        current == null
            ? null
            : ReleaseFiles.read(current, scratch, EmbeddingRelease::readEncoder)) {
      Preparation made =
          Preparation.of(
              source,
              target,
              config,
              before,
              (done, steps, loss) -> checkGoesOn(stopped),
              new Place(device, kept));
      FileUtils.deleteDirectoryQuietly(kept.toFile());
      return new Prepared(made.encoder(), made.material().toBytes(), made.chunks(), made::networks);
    }
  }

  @Override
  public Outcome finish(
      byte[] material, float[] vectors, Release current, Path scratch, BooleanSupplier stopped)
      throws Exception {
    Material read = Material.ofBytes(material);
    EmbeddingTrainer trainer = new EmbeddingTrainer(read, vectors, config);
    Embeddings before =
        current == null ? null : ReleaseFiles.read(current, scratch, EmbeddingRelease::load);
    Trained trained = trainer.train(before, progress -> checkGoesOn(stopped));
    double recall = trained.validationRecall();
    double recallBefore = before == null ? Double.NaN : trainer.validationRecall(before);
    boolean allowed = before == null ? rule.allowsFirst(recall) : rule.allows(recall, recallBefore);
    return new Outcome(
        allowed ? release(read.encoder(), trained, scratch) : null, recall, recallBefore);
  }

  private Release release(byte[] weights, Trained trained, Path scratch) throws IOException {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS); // as records on Kafka have it
    Path work = Files.createTempDirectory(scratch, "freshet-embedding-");
    try (GraphEncoder encoder = GraphEncoder.ofBytes(config.encoder(), weights)) {
      Path local =
          EmbeddingRelease.write(encoder, trained.embeddings(), trained.metrics(), now, work);
      return EmbeddingRelease.describe(local, releases.add(local));
    } finally {
      FileUtils.deleteDirectoryQuietly(work.toFile());
    }
  }

  private static void checkGoesOn(BooleanSupplier stopped) {
    if (stopped.getAsBoolean()) {
      throw new CancellationException("Nobody waits for this round any more");
    }
  }
}
