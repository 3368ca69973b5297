package io.freshet.model.bst;

import static io.freshet.model.Check.check;

import io.freshet.model.Candidate;
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
import io.freshet.model.network.TrainingProgress;
import io.freshet.model.network.Vocabularies;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Trains a BST on clicks, and on what was clicked of the lists that were shown (Chen et al. 2019,
 * section 2.3: cross entropy of clicked and other items).
 *
 * <p>The log is cut by time. What is older than half of it only feeds retrieval; the clicks after
 * that are learnt from; the newest are measured with. No example knows anything later than its own
 * moment, with two exceptions: negatives are drawn from all items of what is learnt from, but not
 * from those that the user clicks later; and vectors, where the form has any, may have been learnt
 * from the same clicks.
 *
 * <p>Measured is what a release is for, to order what retrieval finds for one user at one moment: a
 * clicked item that it found among others that it found, and what was clicked of a list among what
 * was shown beside it ({@link Measure#GROUPED_AUC}). Clicked items that it did not find say nothing
 * of that. Only where it found too few to tell, clicked items stand among any, and no rank is told.
 *
 * @param sampling how examples are made of clicks
 * @param embeddings of the width that the form has vectors of
 */
public record BstTrainer(BstConfig config, ClickSampling sampling, EmbeddingSpace embeddings) {
  private static final double ONLY_RETRIEVAL = .5; // share of the log
  private static final ClickLog NOTHING = new ClickLog(List.of(), List.of());
  private static final int MEASURED_MAX = 8_000;
  private static final int MEASURED_NEGATIVES = 20;
  private static final int FOUND_MIN = 100;
  private static final int CHOOSING = 0; // of what is measured, what the epoch is chosen by
  private static final int HELD_OUT = 1;

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
      Consumer<TrainingProgress> listener,
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
    return half(measured(log, seed), HELD_OUT);
  }

  private Material material(TrainingLog log, long seed, TrainedBst start) {
    TrainingLog past = log.before(measuredFrom(log));
    Examples learnt = learnt(past, log.clicks().timeAt(ONLY_RETRIEVAL));
    int clicks = log.clicks().clicks().size();
    int newest = clicks - past.clicks().clicks().size();
    if (learnt.size() == 0 || newest == 0) {
      throw new IllegalArgumentException(
          "the log must have clicks to learn from and to measure with, was %d and %d of %d"
              .formatted(learnt.size(), newest, clicks));
    }
    return new Material(
        nameOf(log, start),
        Vocabularies.of(past.clicks(), sampling.minimumClicks()),
        learnt,
        half(measured(log, seed), CHOOSING),
        Measure.GROUPED_AUC,
        start == null ? null : start.network());
  }

  private Instant measuredFrom(TrainingLog log) {
    return log.clicks().timeAt(1 - sampling.validationShare());
  }

  private Examples learnt(TrainingLog past, Instant from) {
    ClickLog clicks = past.clicks();
    NegativeSampler negatives =
        new NegativeSampler(clicks, sampling.retrieved(), sampling.popular());
    ClickExamples examples = examples(clicks, clicks.before(from), negatives);
    return examples
        .from(from, sampling.negatives(), LaterMoment.BETWEEN)
        .and(examples.of(answered(past, from), sampling.negatives()));
  }

  private List<LabelledRequest> measured(TrainingLog log, long seed) {
    ClickLog past = log.clicks().before(measuredFrom(log));
    List<LabelledRequest> found =
        measured(log, examples(log.clicks(), past, new NegativeSampler(past, 1, 0)), true, seed);
    return found.size() >= FOUND_MIN
        ? found
        : measured(
            log, examples(log.clicks(), NOTHING, new NegativeSampler(past, 0, 0)), false, seed);
  }

  private List<LabelledRequest> measured(
      TrainingLog log, ClickExamples examples, boolean onlyFound, long seed) {
    Instant from = measuredFrom(log);
    Examples lists = examples.asShown(answered(log, from));
    Examples newest = lists.and(examples.from(from, MEASURED_NEGATIVES, LaterMoment.BETWEEN));
    SplittableRandom random = new SplittableRandom(seed);
    int count = Math.min(newest.size(), MEASURED_MAX);
    List<LabelledRequest> measured = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int example = (int) ((long) i * newest.size() / count);
      LabelledRequest next = newest.get(example, random);
      if (!onlyFound || example < lists.size() || isClickedItemFound(next)) {
        measured.add(next);
      }
    }
    Collections.shuffle(measured, new Random(seed)); // halves of it must be alike
    return measured;
  }

  private static boolean isClickedItemFound(LabelledRequest ofClick) {
    return ofClick.request().candidates().get(0).rank() != Candidate.NOT_RETRIEVED;
  }

  private ClickExamples examples(ClickLog log, ClickLog retrieval, NegativeSampler negatives) {
    return new ClickExamples(
        log,
        ItemTable.of(retrieval),
        negatives,
        config.sequenceLength(),
        EmbeddingHistory.always(embeddings));
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
   * @param which {@link #CHOOSING} or {@link #HELD_OUT}
   */
  private static List<LabelledRequest> half(List<LabelledRequest> requests, int which) {
    return requests.size() == 1
        ? requests
        : IntStream.range(0, requests.size())
            .filter(i -> i % 2 == which)
            .mapToObj(requests::get)
            .toList();
  }
}
