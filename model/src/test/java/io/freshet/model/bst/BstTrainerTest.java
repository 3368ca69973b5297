package io.freshet.model.bst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.freshet.model.Behavior;
import io.freshet.model.CandidateScorer;
import io.freshet.model.ClickLog;
import io.freshet.model.ComputeDevice;
import io.freshet.model.EmbeddingSpace;
import io.freshet.model.ScoringRequest;
import io.freshet.model.ScoringRequest.PastItem;
import io.freshet.model.ScoringRequest.Target;
import io.freshet.model.ShownList;
import io.freshet.model.TrainingLog;
import io.freshet.model.network.ClickSampling;
import io.freshet.model.network.GroupVectors;
import io.freshet.model.network.LabelledRequest;
import io.freshet.model.network.Logs;
import io.freshet.model.network.Measure;
import io.freshet.model.network.OptimizerRule;
import io.freshet.model.network.Position;
import io.freshet.model.network.TrainingConfig;
import io.freshet.model.network.TrainingProgress;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Item;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BstTrainerTest {
  static final ClickSampling SAMPLING = new ClickSampling(4, .5, .25, .1, 1);
  private static final BstConfig CONFIG =
      new BstConfig(
          6, Position.AGE, 8, 4, 4, 4, 2, 16, 1, BstConfig.Readout.TARGET, List.of(16, 8), .2f, 0);
  static final BstTrainer TRAINER = new BstTrainer(CONFIG, SAMPLING, EmbeddingSpace.NONE);

  private final TrainingLog log = TrainingLog.of(Logs.chains(640, 40, 1));
  @TempDir private Path directory;

  @Test
  void learnsWhatFollowsWhat() throws IOException {
    try (TrainedBst trained =
        TRAINER.train(
            TrainingLog.of(Logs.chains(4_000, 40, 1)),
            training(1, 24, 32),
            null,
            BstTrainerTest::tellNobody,
            directory)) {
      assertThat(trained.metrics().get("validation_grouped_auc")).isGreaterThan(.75);
      assertThat(trained.metrics()).containsEntry("epochs", 24.0);
    }
  }

  @Test
  void learnsFromWhatWasPassedOverInLists() throws IOException {
    ClickLog clicks = Logs.chains(4_000, 40, 1);
    List<ShownList> shown = new ArrayList<>();
    for (ClickEvent click : clicks.clicks()) {
      Instant before = click.eventTime().minusSeconds(1);
      List<String> items = List.of("never", click.itemId());
      shown.add(new ShownList(click.eventId(), click.userId(), before, items));
    }
    List<Item> items = new ArrayList<>(clicks.items());
    items.add(new Item("never", "c2", null, null, true));
    ClickEvent once = Logs.click(99_999, "somebody", "never", Logs.START);
    List<ClickEvent> all = new ArrayList<>(clicks.clicks());
    all.add(once);
    TrainingLog log = new TrainingLog(new ClickLog(all, items), shown, Duration.ofSeconds(10));

    assertThat(averageScore("never", log))
        .isLessThan(averageScore("never", TrainingLog.of(log.clicks())) / 2);
  }

  private double averageScore(String itemId, TrainingLog log) throws IOException {
    Path own = directory.resolve(log.shown().size() + " lists");
    try (TrainedBst trained =
            TRAINER.train(log, training(1, 4, 32), null, BstTrainerTest::tellNobody, own);
        CandidateScorer scorer = trained.network().newScorer()) {
      List<ScoringRequest> requests =
          log.clicks().clicks().subList(3_000, 3_100).stream()
              .map(
                  click ->
                      new ScoringRequest(
                          List.of(PastItem.of(Behavior.of(click), "c2")),
                          click.eventTime().toEpochMilli(),
                          List.of(new Target(itemId, "c2", 20, null)),
                          Map.of()))
              .toList();
      return scorer.score(requests).stream()
          .mapToDouble(r -> r.scores()[0])
          .average()
          .orElseThrow();
    }
  }

  @Test
  void sameSeedGivesTheSameWeightsToTheLastBit() throws IOException {
    Map<String, float[]> weights = train(training(1, 2, 64), "one");
    assertSame(train(training(1, 2, 64), "another"), weights);
    assertThat(train(training(2, 2, 64), "different").get("item"))
        .isNotEqualTo(weights.get("item"));
  }

  @Test
  void interruptedTrainingGoesOnToTheSameWeights() throws IOException {
    Map<String, float[]> unbroken = train(training(1, 3, 64), "unbroken");
    assertThatThrownBy(
            () ->
                TRAINER.train(
                    log,
                    training(1, 3, 64),
                    null,
                    progress -> {
                      if (progress.epoch() == 2) {
                        throw new IllegalStateException("interrupted");
                      }
                    },
                    directory.resolve("broken")))
        .hasMessage("interrupted");
    List<Integer> epochs = new ArrayList<>();
    try (TrainedBst trained =
        TRAINER.train(
            log,
            training(1, 3, 64),
            null,
            progress -> epochs.add(progress.epoch()),
            directory.resolve("broken"))) {
      assertSame(values(trained), unbroken);
    }
    assertThat(epochs).contains(2, 3).doesNotContain(1);
  }

  @Test
  void otherTrainingInTheSameDirectoryStartsAnew() throws IOException {
    train(training(1, 2, 64), "shared");
    assertSame(train(training(2, 2, 64), "shared"), train(training(2, 2, 64), "own"));
  }

  @Test
  void trainingThatStartsFromAnotherKnowsWhatThatHasLearnt() throws IOException {
    TrainingConfig hardly = training(1, 1, 32, 1e-9f);
    TrainingLog longer = TrainingLog.of(Logs.chains(4_000, 40, 1));
    try (TrainedBst first =
            TRAINER.train(
                longer, training(1, 12, 32), null, BstTrainerTest::tellNobody, directory);
        TrainedBst next =
            TRAINER.train(
                TrainingLog.of(Logs.chains(4_000, 44, 1)),
                hardly,
                first,
                BstTrainerTest::tellNobody,
                directory);
        TrainedBst fresh =
            TRAINER.train(longer, hardly, null, BstTrainerTest::tellNobody, directory)) {
      assertThat(row(next, "i7")).containsExactly(row(first, "i7"), within(1e-6f));
      assertThat(row(next, "i42"))
          .as("a new item is what an unknown one was")
          .containsExactly(row(first, "i42"), within(1e-6f));
      assertThat(row(fresh, "i7")).isNotEqualTo(row(first, "i7"));
      assertThat(fresh.metrics().get("validation_grouped_auc"))
          .isLessThan(first.metrics().get("validation_grouped_auc"));
    }
  }

  private static float[] row(TrainedBst trained, String itemId) {
    int row = trained.network().vocabularies().items().row(itemId);
    return trained.network().weights().get("item").get(row).toFloatArray();
  }

  @Test
  void timeLimitEndsItWithinAnEpoch() throws IOException {
    Duration limit = Duration.ofSeconds(1);
    try (TrainedBst trained =
        TRAINER.train(
            log,
            training(1, 1_000, 4).withTimeLimit(limit),
            null,
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
    TrainingConfig wild = training(1, 2, 16, 1e30f);
    assertThatThrownBy(() -> TRAINER.train(log, wild, null, BstTrainerTest::tellNobody, directory))
        .hasMessageContaining("NaN");
  }

  @Test
  void logTooSmallIsRefused() {
    List<ClickEvent> clicks = log.clicks().clicks();
    for (int count : new int[] {1, 2}) {
      TrainingLog few = TrainingLog.of(new ClickLog(clicks.subList(0, count), List.of()));
      assertThatThrownBy(
              () ->
                  TRAINER.train(
                      few, training(1, 1, 16), null, BstTrainerTest::tellNobody, directory))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching(
              "the log must have clicks to learn from and to measure with, was \\d and \\d of "
                  + count);
    }
    TrainingLog none = TrainingLog.of(new ClickLog(List.of(), List.of()));
    assertThatThrownBy(
            () ->
                TRAINER.train(
                    none, training(1, 1, 16), null, BstTrainerTest::tellNobody, directory))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("of 0");
  }

  @Test
  void whatIsHeldOutIsAsManyAsChooseTheEpochAndOthers() throws IOException {
    TrainingConfig training = training(1, 2, 64);
    try (TrainedBst trained =
        TRAINER.train(log, training, null, BstTrainerTest::tellNobody, directory)) {
      double auc = heldOutAuc(TRAINER, trained, 1);
      assertThat(auc).isEqualTo(heldOutAuc(TRAINER, trained, 1));
      assertThat(auc).isNotEqualTo(heldOutAuc(TRAINER, trained, 2));
      assertThat(auc).isNotEqualTo(trained.metrics().get("validation_grouped_auc"));
    }
    int newest =
        log.clicks().from(log.clicks().timeAt(1 - SAMPLING.validationShare())).clicks().size();
    assertThat(TRAINER.heldOut(log, 1)).hasSizeBetween(newest / 2 - 1, newest / 2 + 1);
  }

  @Test
  void noiseMeasuresAsChance() throws IOException {
    TrainingLog noise = TrainingLog.of(Logs.random(500, 16_000, 400, 1));
    try (TrainedBst trained =
        TRAINER.train(noise, training(1, 6, 32), null, BstTrainerTest::tellNobody, directory)) {
      assertThat(auc(trained, TRAINER.heldOut(noise, 1))).isBetween(.45, .55);
    }
  }

  private double heldOutAuc(BstTrainer trainer, TrainedBst trained, long seed) {
    return auc(trained, trainer.heldOut(log, seed));
  }

  private static double auc(TrainedBst trained, List<LabelledRequest> requests) {
    try (CandidateScorer scorer = trained.network().newScorer()) {
      return Measure.GROUPED_AUC.of(scorer, requests);
    }
  }

  /** Each user clicks once, on an item of the user's group; as an id each item is unknown. */
  @Test
  void vectorsTellWhatSuitsAUserOfWhomNothingElseIsKnown() throws IOException {
    int groups = 4;
    SplittableRandom random = new SplittableRandom(1);
    List<ClickEvent> clicks = new ArrayList<>();
    for (int i = 0; i < 4_000; i++) {
      String item = "i" + (i % groups + groups * random.nextInt(20));
      clicks.add(Logs.click(i, "u" + i, item, Logs.START.plusSeconds(i)));
    }
    TrainingLog log = TrainingLog.of(new ClickLog(clicks, List.of()));
    ClickSampling nothingKnown = new ClickSampling(4, 0, 0, .1, 5_000);
    BstTrainer without = new BstTrainer(CONFIG, nothingKnown, EmbeddingSpace.NONE);
    BstTrainer with =
        new BstTrainer(CONFIG.withVectors(groups), nothingKnown, new GroupVectors(groups));
    TrainingConfig training = training(1, 6, 32);

    try (TrainedBst blind =
            without.train(
                log, training, null, BstTrainerTest::tellNobody, directory.resolve("no"));
        TrainedBst seeing =
            with.train(log, training, null, BstTrainerTest::tellNobody, directory.resolve("yes"))) {
      assertThat(blind.metrics().get("validation_grouped_auc")).isLessThan(.6);
      assertThat(seeing.metrics().get("validation_grouped_auc")).isGreaterThan(.8);
      assertThat(auc(seeing, without.heldOut(log, 1))).as("without any").isBetween(.4, .6);
    }
  }

  @Test
  void formWithVectorsNeedsEmbeddingsOfTheirWidth() {
    assertThatThrownBy(() -> new BstTrainer(CONFIG.withVectors(3), SAMPLING, new GroupVectors(4)))
        .hasMessage("vectorWidth must be that of the embeddings, 4, or 0, was 3");
  }

  @Test
  void trainingsOfOneProcessTakeTurns() throws Exception {
    Queue<String> order = new ConcurrentLinkedQueue<>();
    FutureTask<Map<String, float[]>> second =
        new FutureTask<>(() -> train(progress -> order.add("second"), "second"));
    Thread other = new Thread(second);

    train(
        progress -> {
          if (order.isEmpty()) {
            other.start();
            while (other.getState() != Thread.State.BLOCKED && !order.contains("second")) {
              Thread.onSpinWait();
            }
          }
          order.add("first");
        },
        "first");
    second.get();

    assertThat(order.stream().distinct()).containsExactly("first", "second");
    assertThat(String.join("", order)).matches("(first)+(second)+");
  }

  private Map<String, float[]> train(Consumer<TrainingProgress> listener, String name)
      throws IOException {
    try (TrainedBst trained =
        TRAINER.train(log, training(1, 2, 64), null, listener, directory.resolve(name))) {
      return values(trained);
    }
  }

  private Map<String, float[]> train(TrainingConfig training, String name) throws IOException {
    try (TrainedBst trained =
        TRAINER.train(log, training, null, BstTrainerTest::tellNobody, directory.resolve(name))) {
      return values(trained);
    }
  }

  private static Map<String, float[]> values(TrainedBst trained) {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (String name : trained.network().weights().names()) {
      values.put(name, trained.network().weights().get(name).toFloatArray());
    }
    return values;
  }

  private static void assertSame(Map<String, float[]> actual, Map<String, float[]> expected) {
    assertThat(actual).containsOnlyKeys(expected.keySet());
    expected.forEach((name, values) -> assertThat(actual.get(name)).as(name).isEqualTo(values));
  }

  private static TrainingConfig training(long seed, int epochs, int batchSize) {
    return training(seed, epochs, batchSize, .003f);
  }

  private static TrainingConfig training(long seed, int epochs, int batchSize, float rate) {
    return new TrainingConfig(
        seed,
        epochs,
        epochs,
        10_000,
        batchSize,
        OptimizerRule.ADAM,
        rate,
        Duration.ofDays(1),
        ComputeDevice.CPU);
  }

  private static void tellNobody(TrainingProgress progress) {}
}
