package io.freshet.model.bst;

import static io.freshet.model.Check.check;

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
  private static final int MEASURED = 4_000;
  private static final int CHOOSING = 0; // of MEASURED, what the epoch is chosen by
  private static final int HELD_OUT = 1;
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
   * Returns what to hold networks against each other on, whatever they have learnt from: of the
   * newest of the log, none of what a training with the same log and seed chooses its epoch by, for
   * the best of several looks flatters.
   */
  public List<LabelledRequest> heldOut(TrainingLog log, long seed) {
    return measured(parts(log).newest(), seed, HELD_OUT);
  }

  /** Examples of a log: those to learn from, and the newest. */
  private record Parts(ClickLog past, Examples learnt, Examples newest) {}

  private Parts parts(TrainingLog log) {
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
    return new Parts(past.clicks(), learnt, newest);
  }

  private Material material(TrainingLog log, long seed, TrainedBst start) {
    Parts parts = parts(log);
    return new Material(
        nameOf(log, start),
        Vocabularies.of(parts.past(), sampling.minimumClicks()),
        parts.learnt(),
        measured(parts.newest(), seed, CHOOSING),
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

  /**
   * Returns every other of some requests, or the only one there is.
   *
   * @param half {@link #CHOOSING} or {@link #HELD_OUT}
   */
  private static List<LabelledRequest> measured(Examples newest, long seed, int half) {
    SplittableRandom random = new SplittableRandom(seed);
    int count = Math.min(newest.size(), MEASURED);
    List<LabelledRequest> measured = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      LabelledRequest next = newest.get((int) ((long) i * newest.size() / count), random);
      if (count == 1 || i % 2 == half) {
        measured.add(next);
      }
    }
    return measured;
  }
}
