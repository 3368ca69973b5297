package io.freshet.local.evaluation;

import io.freshet.local.WorkFolder;
import io.freshet.model.ClickLog;
import io.freshet.model.ComputeDevice;
import io.freshet.model.EmbeddingHistory;
import io.freshet.model.EmbeddingSpace;
import io.freshet.model.embedding.EmbeddingConfig;
import io.freshet.model.embedding.EmbeddingTrainer;
import io.freshet.model.embedding.EmbeddingTrainer.Trained;
import io.freshet.model.embedding.Preparation;
import io.freshet.model.pcrec.EmbeddingIndex;
import io.freshet.model.pcrec.Embeddings;
import io.freshet.model.pcrec.GraphEncoder.Place;
import io.freshet.schemas.ClickEvent;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/** Learns PCRec vectors as the embedding job does, of what was known at the time alone. */
final class LearntVectors {
  private static final int SOURCE_CORE = 5;

  private LearntVectors() {}

  /** Returns how wide they are. */
  static int width() {
    return EmbeddingConfig.standard(SOURCE_CORE, 0).encoder().vectorWidth();
  }

  /**
   * Learns vectors several times, as rounds would have: each time of what had been clicked before a
   * moment, and turned onto those of the time before.
   *
   * @param source what is pre-trained on; null for what is fine-tuned on
   * @param clicks what is fine-tuned on
   * @param ends the moments
   * @param steps of pre-training, each time
   * @param device where it pre-trains
   */
  static EmbeddingHistory of(
      ClickLog source,
      ClickLog clicks,
      SortedSet<Instant> ends,
      int steps,
      ComputeDevice device,
      PrintStream progress)
      throws IOException {
    EmbeddingConfig config = EmbeddingConfig.standard(SOURCE_CORE, steps);
    Map<Instant, EmbeddingSpace> byEnd = new HashMap<>();
    Embeddings before = null;
    for (Instant end : ends) {
      ClickLog known = clicks.before(end);
      ClickLog preTrainedOn = source == null ? known : source.before(end);
      before = learnt(preTrainedOn.clicks(), known.clicks(), config, before, device, progress);
      byEnd.put(end, new EmbeddingIndex(before));
    }
    return new EmbeddingHistory(byEnd);
  }

  private static Embeddings learnt(
      List<ClickEvent> source,
      List<ClickEvent> target,
      EmbeddingConfig config,
      Embeddings before,
      ComputeDevice device,
      PrintStream progress)
      throws IOException {
    try (WorkFolder work = WorkFolder.createUntilExit()) {
      Preparation prepared = prepared(source, target, config, new Place(device, work.path()));
      Trained trained =
          new EmbeddingTrainer(prepared.material(), prepared.vectors(), config)
              .train(before, epoch -> {});
      progress.printf("vectors: %s%n", trained.metrics());
      return trained.embeddings();
    }
  }

  private static Preparation prepared(
      List<ClickEvent> source, List<ClickEvent> target, EmbeddingConfig config, Place place)
      throws IOException {
    try (PreTrainingDisplay display = new PreTrainingDisplay(config.encoder())) {
      return Preparation.of(source, target, config, null, display, place);
    }
  }
}
