package io.freshet.model.bst;

import static io.freshet.model.Check.check;

import io.freshet.model.CandidateScorer;
import io.freshet.model.ClickLog;
import io.freshet.model.EmbeddingHistory;
import io.freshet.model.EmbeddingSpace;
import io.freshet.model.ItemTable;
import io.freshet.model.TrainingLog;
import io.freshet.model.TrainingLog.Answered;
import io.freshet.model.network.ClickExamples;
import io.freshet.model.network.ClickExamples.LaterMoment;
import io.freshet.model.network.ClickSampling;
import io.freshet.model.network.Examples;
import io.freshet.model.network.LabelledRequest;
import io.freshet.model.network.Measure;
import io.freshet.model.network.NegativeSampler;
import io.freshet.model.network.NetworkTrainer;
import io.freshet.model.network.NetworkTrainer.Material;
import io.freshet.model.network.TrainingConfig;
import io.freshet.model.network.TrainingListener;
import io.freshet.model.network.Vocabularies;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Trains a BST on clicks, and on what was clicked of the lists that were shown (Chen et al. 2019,
 * section 2.3: cross entropy of clicked and other items).
 *
 * <p>The log is cut by time. What is older than half of it only feeds retrieval; the clicks after
 * that are learnt from; the newest are measured with. No example knows anything later than its own
 * moment, but for the vectors of a form that has any: embeddings may have been learnt from the same
 * clicks.
 *
 * @param sampling how examples are made of clicks
 * @param embeddings of the width that the form has vectors of
 */
public record BstTrainer(BstConfig config, ClickSampling sampling, EmbeddingSpace embeddings) {
  private static final double ONLY_RETRIEVAL = .5; // share of the log
  private static final int MEASURED = 2_000;
  private static final int MEASURED_NEGATIVES = 20;

  public BstTrainer {
    check(
        config.vectorWidth() == 0 || config.vectorWidth() == embeddings.width(),
        "vectorWidth",
        "that of the embeddings, " + embeddings.width() + ", or 0",
        config.vectorWidth());
  }

  /**
   * Trains as {@link NetworkTrainer} does.
   *
   * @param start what to go on from; null to start from nothing
   * @param directory where the training is kept, so that it can go on
   * @return to be closed by the caller
   */
  public TrainedBst train(
      TrainingLog log,
      TrainingConfig training,
      TrainedBst start,
      TrainingListener listener,
      Path directory)
      throws IOException {
    Material material = material(log, training.seed(), start);
    return new TrainedBst(
        NetworkTrainer.train(config, material, training, listener, directory),
        ItemTable.of(log.clicks()));
  }

  /**
   * Returns the area under the curve of a release, whatever it has learnt from, on the very
   * requests that a training of this with the same log and seed measures with, and on its device.
   */
  public double validationAuc(TrainedBst trained, TrainingLog log, TrainingConfig training) {
    Material material = material(log, training.seed(), null);
    try (CandidateScorer scorer = trained.network().newScorer(training.device())) {
      return material.measure().of(scorer, material.measured());
    }
  }

  private Material material(TrainingLog log, long seed, TrainedBst start) {
    ClickLog clicks = log.clicks();
    Instant labelsFrom = clicks.timeAt(ONLY_RETRIEVAL);
    Instant measuredFrom = clicks.timeAt(1 - sampling.validationShare());
    ItemTable retrieval = ItemTable.of(clicks.before(labelsFrom));
    TrainingLog past = log.before(measuredFrom);
    NegativeSampler negatives =
        new NegativeSampler(past.clicks(), sampling.retrieved(), sampling.popular());
    ClickExamples ofPast = examples(past.clicks(), retrieval, negatives);
    Examples learnt =
        ofPast
            .from(labelsFrom, sampling.negatives(), LaterMoment.BETWEEN)
            .and(ofPast.of(answered(past, labelsFrom), sampling.negatives()));
    ClickExamples ofAll = examples(clicks, retrieval, negatives);
    Examples newest =
        ofAll
            .from(measuredFrom, MEASURED_NEGATIVES, LaterMoment.BETWEEN)
            .and(ofAll.of(answered(log, measuredFrom), MEASURED_NEGATIVES));
    if (learnt.size() == 0 || newest.size() == 0) {
      throw new IllegalArgumentException(
          "the log must have clicks to learn from and to measure with, was %d and %d of %d"
              .formatted(learnt.size(), newest.size(), clicks.clicks().size()));
    }
    return new Material(
        nameOf(log, start),
        Vocabularies.of(past.clicks(), sampling.minimumClicks()),
        learnt,
        measured(newest, seed),
        Measure.AUC,
        start == null ? null : start.network());
  }

  private ClickExamples examples(ClickLog log, ItemTable retrieval, NegativeSampler negatives) {
    return new ClickExamples(
        log, retrieval, negatives, config.sequenceLength(), EmbeddingHistory.always(embeddings));
  }

  private static List<Answered> answered(TrainingLog log, Instant from) {
    return log.answered().stream().filter(list -> !list.shown().time().isBefore(from)).toList();
  }

  private String nameOf(TrainingLog log, TrainedBst start) {
    return "%d clicks and %d lists %08x, %s, vectors %s, from %s"
        .formatted(
            log.clicks().clicks().size(),
            log.shown().size(),
            log.hashCode(),
            sampling,
            embeddings.version(),
            start == null ? "nothing" : start.metrics());
  }

  private static List<LabelledRequest> measured(Examples newest, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int count = Math.min(newest.size(), MEASURED);
    List<LabelledRequest> measured = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      measured.add(newest.get((int) ((long) i * newest.size() / count), random));
    }
    return measured;
  }
}
