package io.freshet.model.bst;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.freshet.model.ClickLog;
import io.freshet.model.ItemTable;
import io.freshet.model.Ranking;
import io.freshet.model.ScoringRequest;
import io.freshet.model.bst.TrainingState.Progress;
import io.freshet.model.bst.Vocabularies.Part;
import io.freshet.model.metrics.Auc;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Trains a BST on clicks (Chen et al. 2019, section 2.3: cross entropy of clicked and other items).
 *
 * <p>The log is cut by time. What is older than half of it only feeds retrieval; the clicks after
 * that are learnt from; the newest are measured with, and the weights that did best on them are
 * kept. No example knows anything later than its own moment.
 *
 * <p>PyTorch collects gradients for one caller in a process at a time, so trainings must not
 * overlap.
 */
public final class BstTrainer {
  private static final double ONLY_RETRIEVAL = .5; // share of the log
  private static final int VALIDATION_EXAMPLES = 2_000;
  private static final int VALIDATION_NEGATIVES = 20;
  private static final int STEPS_BETWEEN_REPORTS = 10;

  private final BstConfig config;
  private final TrainingConfig training;
  private final TrainingListener listener;
  private final Path directory;
  private final Vocabularies vocabularies;
  private final TrainingExamples examples;
  private final int[] learnt;
  private final List<ScoringRequest> measured;
  private final NDManager manager;
  private final long startNanos = System.nanoTime();

  private BstTrainer(
      ClickLog log,
      BstConfig config,
      TrainingConfig training,
      TrainingListener listener,
      Path directory,
      NDManager manager) {
    this.config = config;
    this.training = training;
    this.listener = listener;
    this.directory = directory;
    this.manager = manager;
    Instant labelsFrom = log.timeAt(ONLY_RETRIEVAL);
    Instant measuredFrom = log.timeAt(1 - training.validationShare());
    ItemTable retrieval = ItemTable.of(log.before(labelsFrom));
    ClickLog past = log.before(measuredFrom);
    this.vocabularies = Vocabularies.of(past, training.minimumClicks());
    NegativeSampler negatives =
        new NegativeSampler(past, training.retrievedNegatives(), training.popularNegatives());
    this.examples = new TrainingExamples(past, retrieval, negatives, config.sequenceLength());
    this.learnt = examples.from(labelsFrom);
    TrainingExamples all = new TrainingExamples(log, retrieval, negatives, config.sequenceLength());
    int[] newest = all.from(measuredFrom);
    if (learnt.length == 0 || newest.length == 0) {
      throw new IllegalArgumentException(
          "the log must have clicks to learn from and to measure with, was %d and %d of %d"
              .formatted(learnt.length, newest.length, log.clicks().size()));
    }
    this.measured = validation(all, newest);
  }

  /**
   * Trains until all epochs are done or the time is over.
   *
   * @param directory where the training is kept after each epoch: the same training, started again
   *     there, goes on from it to the same result
   * @return to be closed by the caller
   */
  public static TrainedBst train(
      ClickLog log,
      BstConfig config,
      TrainingConfig training,
      TrainingListener listener,
      Path directory)
      throws IOException {
    NDManager manager = NDManager.newBaseManager();
    boolean gradMode = JniUtils.isGradMode(); // of this thread
    JniUtils.setGradMode(false);
    try {
      BstTrainer trainer = new BstTrainer(log, config, training, listener, directory, manager);
      TrainingState end = trainer.run(nameOf(log, config, training));
      return new TrainedBst(
          config,
          trainer.vocabularies,
          end.best,
          ItemTable.of(log),
          Map.of(
              "validation_auc", end.progress.bestAuc(),
              "examples", (double) end.progress.examples(),
              "epochs", (double) end.progress.epochs()),
          manager);
    } catch (IOException | RuntimeException e) {
      manager.close();
      throw e;
    } finally {
      JniUtils.setGradMode(gradMode);
    }
  }

  /** What makes a training the same one: all but how long it may take. */
  private static String nameOf(ClickLog log, BstConfig config, TrainingConfig training) {
    return "%d clicks %08x, %s, %s"
        .formatted(
            log.clicks().size(),
            log.clicks().hashCode(),
            config,
            training.withTimeLimit(Duration.ofDays(1)));
  }

  private TrainingState run(String name) throws IOException {
    TrainingState state =
        TrainingState.isIn(directory, name)
            ? TrainingState.read(directory, training.learningRate(), manager)
            : untrained(name);
    while (state.progress.epochs() < training.epochs() && !isTimeOver()) {
      state = epoch(state);
      if (!isTimeOver()) {
        state.write(directory);
      }
    }
    return state;
  }

  private TrainingState untrained(String name) {
    Weights weights =
        BehaviorSequenceTransformer.initial(
            config,
            vocabularies.items().size(),
            vocabularies.categories().size(),
            vocabularies.contexts().size(),
            manager,
            training.seed());
    Adam adam =
        new Adam(
            weights, weights.zeros(manager), weights.zeros(manager), training.learningRate(), 0);
    return new TrainingState(
        weights, adam, weights.copy(manager), new Progress(name, 0, 0, 0, Double.NaN));
  }

  /** Draws by the epoch's own seed, so that an epoch is the same whatever ran before it. */
  private TrainingState epoch(TrainingState state) {
    Progress before = state.progress;
    SplittableRandom random = new SplittableRandom(training.seed() * 1_000_003 + before.epochs());
    Engine.getInstance().setRandomSeed(random.nextInt()); // for dropout
    Learner learner = new Learner(config, state.weights, state.adam, manager);
    int[] drawn = drawn(random);
    double loss = 0;
    int done = 0;
    for (int step = 1; done < drawn.length && !isTimeOver(); step++) {
      int end = Math.min(drawn.length, done + training.batchSize());
      loss += learner.step(batch(drawn, done, end, random)) * (end - done);
      done = end;
      if (step % STEPS_BETWEEN_REPORTS == 0) {
        report(before.epochs(), done, drawn.length, loss / done, before.bestAuc());
      }
    }
    double auc = validationAuc(state.weights);
    boolean isBest = !(auc <= before.bestAuc());
    report(before.epochs(), done, drawn.length, loss / done, auc);
    return new TrainingState(
        state.weights,
        state.adam,
        isBest ? state.best.overwrittenBy(state.weights) : state.best,
        new Progress(
            before.training(),
            before.epochs() + 1,
            state.adam.steps(),
            before.examples() + done,
            isBest ? auc : before.bestAuc()));
  }

  /** Returns the examples of an epoch, all or some of them, in random order. */
  private int[] drawn(SplittableRandom random) {
    int[] order = learnt.clone();
    int count = Math.min(order.length, training.examplesPerEpoch());
    for (int i = 0; i < count; i++) {
      int other = i + random.nextInt(order.length - i);
      int swapped = order[i];
      order[i] = order[other];
      order[other] = swapped;
    }
    return Arrays.copyOf(order, count);
  }

  private Batch batch(int[] drawn, int from, int end, SplittableRandom random) {
    List<Part> parts = new ArrayList<>(end - from);
    for (int i = from; i < end; i++) {
      parts.add(Part.all(examples.get(drawn[i], training.negatives(), random)));
    }
    return vocabularies.encode(parts, config.sequenceLength());
  }

  private List<ScoringRequest> validation(TrainingExamples all, int[] newest) {
    SplittableRandom random = new SplittableRandom(training.seed());
    int count = Math.min(newest.length, VALIDATION_EXAMPLES);
    List<ScoringRequest> requests = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int example = newest[(int) ((long) i * newest.length / count)];
      requests.add(all.get(example, VALIDATION_NEGATIVES, random));
    }
    return requests;
  }

  private double validationAuc(Weights weights) {
    float[] scores = new float[measured.size() * (VALIDATION_NEGATIVES + 1)];
    boolean[] clicked = new boolean[scores.length];
    int at = 0;
    try (BstScorer scorer = new BstScorer(vocabularies, config, weights, manager.newSubManager())) {
      for (Ranking ranking : scorer.score(measured)) {
        clicked[at] = true;
        System.arraycopy(ranking.scores(), 0, scores, at, ranking.scores().length);
        at += ranking.scores().length;
      }
    }
    return Auc.of(scores, clicked);
  }

  private void report(int epochsDone, int done, int drawn, double loss, double auc) {
    listener.progress(
        new TrainingProgress(epochsDone + 1, training.epochs(), done, drawn, loss, auc, elapsed()));
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  private boolean isTimeOver() {
    return elapsed().compareTo(training.timeLimit()) >= 0;
  }
}
