package io.freshet.streaming.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.model.ClickLog;
import io.freshet.model.ComputeDevice;
import io.freshet.model.ComputeDevice.Choice;
import io.freshet.model.ComputeDevice.Precision;
import io.freshet.model.ShownList;
import io.freshet.model.TrainingLog;
import io.freshet.model.network.Devices;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Item;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Recommendation.RankedItem;
import io.freshet.schemas.Recommendation.Trigger;
import io.freshet.schemas.Release;
import io.freshet.streaming.DeviceOptions;
import io.freshet.streaming.rounds.KeptRecords;
import io.freshet.streaming.training.TestRound.UnderWay;
import io.freshet.streaming.training.TrainingJobConfig.Schedule;
import io.freshet.streaming.training.TrainingRound.Announced;
import io.freshet.streaming.training.TrainingRound.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TrainOnClicksTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final Duration WINDOW = Duration.ofMinutes(10);
  private static final Schedule HOURLY = new Schedule(2_000, WINDOW, Duration.ofHours(1), false);
  private static final Schedule ONCE = new Schedule(2_000, WINDOW, Duration.ofHours(1), true);
  private static final long HOUR = Duration.ofHours(1).toMillis();

  private KeyedOneInputStreamOperatorTestHarness<Integer, News, Release> harness;

  @BeforeEach
  void reset() {
    TestRound.reset();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void roundLearnsFromTheClicksAndItemsSoFar() throws Exception {
    start(HOURLY, null);
    hear(News.of(item("i1", "tea")), News.of(item("i1", "cup")), News.of(click(2)));
    hear(News.of(click(1)));

    harness.setProcessingTime(HOUR - 1);
    assertThat(TestRound.anyStarted()).isFalse();
    harness.setProcessingTime(HOUR);

    assertThat(TestRound.next().log())
        .isEqualTo(new ClickLog(List.of(click(1), click(2)), List.of(item("i1", "cup"))));
  }

  @Test
  void clicksComeTwiceWhereUserAndTimeAndIdAreTheSameAndNotById() throws Exception {
    start(HOURLY, null);
    ClickEvent first = new ClickEvent("1", "ann", "a", NOON, "click", null, Map.of());
    ClickEvent ofBob = new ClickEvent("1", "bob", "b", NOON, "click", null, Map.of());
    ClickEvent later =
        new ClickEvent("1", "ann", "c", NOON.plusSeconds(1), "click", null, Map.of());
    hear(News.of(first), News.of(ofBob), News.of(later), News.of(first));

    harness.setProcessingTime(HOUR);

    assertThat(TestRound.next().log().clicks()).containsExactly(first, ofBob, later);
  }

  @Test
  void roundGoesOnFromTheReleaseAnnouncedLast() throws Exception {
    start(HOURLY, release("v1"));

    assertThat(roundAfter(click(1)).current()).isEqualTo(release("v1"));
    hear(News.of(release("v2")));
    assertThat(roundAfter(click(2)).current()).isEqualTo(release("v2"));
    hear(News.of(Release.withdrawn("bst")));
    assertThat(roundAfter(click(3)).current()).isNull();
  }

  @Test
  void roundIsGivenTheEmbeddingsAnnouncedLast() throws Exception {
    start(HOURLY, release("v1"));

    assertThat(roundAfter(click(1)).announced()).isEqualTo(new Announced(release("v1"), null));
    hear(News.of(embeddings("e1")), News.of(embeddings("e2")));
    assertThat(roundAfter(click(2)).announced())
        .isEqualTo(new Announced(release("v1"), embeddings("e2")));
    hear(News.of(Release.withdrawn("bst")));
    restart();
    assertThat(roundAfter(click(3)).announced()).isEqualTo(new Announced(null, embeddings("e2")));
    hear(News.of(Release.withdrawn("pcrec")));
    assertThat(roundAfter(click(4)).announced()).isEqualTo(Announced.NOTHING);
  }

  @Test
  void whatARoundReleasesIsAnnouncedAndGoneOnFrom() throws Exception {
    start(HOURLY, release("v1"));
    hear(News.of(click(1)));
    harness.setProcessingTime(HOUR);

    end(TestRound.next(), new Outcome(release("v2"), .7, .6));

    assertThat(harness.extractOutputValues()).containsExactly(release("v2"));
    assertThat(roundAfter(click(2)).current()).isEqualTo(release("v2"));
  }

  @Test
  void whatWasAnnouncedDuringARoundStandsAndTheRoundIsDueAgain() throws Exception {
    start(HOURLY, release("v1"));
    hear(News.of(click(1)));
    harness.setProcessingTime(HOUR);
    UnderWay overtaken = TestRound.next();
    hear(News.of(release("v0")));
    end(overtaken, new Outcome(release("v2"), .7, .6));
    assertThat(harness.extractOutputValues()).isEmpty();

    harness.setProcessingTime(2 * HOUR);
    UnderWay again = TestRound.next();
    assertThat(again.current()).isEqualTo(release("v0"));
    hear(News.of(embeddings("e1")));
    end(again, new Outcome(release("v3"), .7, .6));
    assertThat(harness.extractOutputValues()).containsExactly(release("v3"));
  }

  @Test
  void roundThatTheDeviceFailsInIsMadeOnTheCpu() throws Exception {
    ComputeDevice gpu = ComputeDevice.gpu(0);
    harness =
        harness(
            HOURLY,
            release("v1"),
            new DeviceOptions(Choice.GPU, Precision.FLOAT32, (choice, subtask) -> gpu));
    harness.open();
    hear(News.of(click(1)));
    harness.setProcessingTime(HOUR);

    TestRound.UnderWay first = TestRound.next();
    first.outcome().completeExceptionally(new IllegalStateException("CUDA error"));
    TestRound.UnderWay again = TestRound.next();
    end(again, new Outcome(release("v2"), .7, .6));

    assertThat(first.device()).isEqualTo(gpu);
    assertThat(again.device()).isEqualTo(ComputeDevice.CPU);
    assertThat(again.known()).isEqualTo(first.known());
    assertThat(harness.extractOutputValues()).containsExactly(release("v2"));
  }

  @Test
  void whatIsNotReleasedIsNotAnnounced() throws Exception {
    start(HOURLY, release("v1"));

    assertThat(roundAfter(click(1)).current()).isEqualTo(release("v1"));

    assertThat(harness.extractOutputValues()).isEmpty();
    assertThat(roundAfter(click(2)).current()).isEqualTo(release("v1"));
  }

  @Test
  void thereIsNoRoundWithoutNewClicks() throws Exception {
    start(HOURLY, null);
    hear(News.of(item("i1", "tea")));
    harness.setProcessingTime(HOUR);
    assertThat(TestRound.anyStarted()).isFalse();

    assertThat(roundAfter(click(1)).log().clicks()).hasSize(1);
    harness.setProcessingTime(harness.getProcessingTime() + HOUR);

    assertThat(TestRound.anyStarted()).isFalse();
  }

  @Test
  void roundsThatAreLongerThanTheIntervalDoNotPileUp() throws Exception {
    start(HOURLY, null);
    hear(News.of(click(1)));
    harness.setProcessingTime(HOUR);
    UnderWay first = TestRound.next();
    hear(News.of(click(2)));

    for (int hour = 2; hour < 6; hour++) {
      harness.setProcessingTime(hour * HOUR);
    }
    end(first, new Outcome(null, .5, .6));

    assertThat(TestRound.anyStarted()).isFalse();
    harness.setProcessingTime(6 * HOUR);
    assertThat(TestRound.next().log().clicks()).hasSize(2);
    assertThat(TestRound.anyStarted()).isFalse();
  }

  @Test
  void afterARoundThatFailsTheNextIsTriedWithTheSameClicks() throws Exception {
    start(HOURLY, release("v1"));
    hear(News.of(click(1)));

    for (Throwable reason :
        List.of(new IOException("a test's"), new OutOfMemoryError("a test's"))) {
      harness.setProcessingTime(harness.getProcessingTime() + HOUR);
      TestRound.next().outcome().completeExceptionally(reason);
      awaitNewsOfTheRound();
    }

    harness.setProcessingTime(harness.getProcessingTime() + HOUR);
    UnderWay third = TestRound.next();
    assertThat(third.log().clicks()).hasSize(1);
    assertThat(third.current()).isEqualTo(release("v1"));
    assertThat(harness.extractOutputValues()).isEmpty();
  }

  @Test
  void clicksItemsAndReleaseSurviveARestore() throws Exception {
    start(HOURLY, release("v1"));
    hear(News.of(item("i1", "tea")), News.of(release("v2")));
    clicks(0, 1_234).forEach(this::hear);
    snapshot();
    clicks(1_234, 1_900).forEach(this::hear);

    restart();

    harness.setProcessingTime(HOUR);
    UnderWay round = TestRound.next();
    assertThat(round.log()).isEqualTo(new ClickLog(clicks(0, 1_900), List.of(item("i1", "tea"))));
    assertThat(round.current()).isEqualTo(release("v2"));
  }

  @Test
  void listsThatWereShownAreLearntFromAndSurviveARestore() throws Exception {
    start(HOURLY, null);
    hear(News.of(recommendation("r1", 1, "i1", "i2")), News.of(click(2)));
    hear(News.of(recommendation("r1", 1, "i1", "i2")));
    restart();
    hear(News.of(recommendation("r0", 0, "i3")));

    harness.setProcessingTime(HOUR);

    TrainingLog known = TestRound.next().known();
    assertThat(known.shown())
        .containsExactly(
            new ShownList("r0", "u", NOON, List.of("i3")),
            new ShownList("r1", "u", NOON.plusSeconds(1), List.of("i1", "i2")));
    assertThat(known.attributionWindow()).isEqualTo(WINDOW);
    assertThat(known.clicks().clicks()).containsExactly(click(2));
  }

  @Test
  void listsAloneAreNoReasonForARound() throws Exception {
    start(HOURLY, null);
    hear(News.of(recommendation("r1", 1, "i1")));

    harness.setProcessingTime(HOUR);

    assertThat(TestRound.anyStarted()).isFalse();
  }

  @Test
  void clicksThatHaveGivenWayAreNotRestored() throws Exception {
    start(HOURLY, null);
    for (int i = 0; i < 6; i++) {
      clicks(i * 1_500, (i + 1) * 1_500).forEach(this::hear);
      snapshot();
    }
    restart();

    harness.setProcessingTime(HOUR);

    assertThat(TestRound.next().log().clicks()).isEqualTo(clicks(7_000, 9_000));
    assertThat(chunksInState()).isLessThan(6);
  }

  @Test
  void roundThatAFailureCutOffIsDueAgainAndOneThatWasDoneIsNot() throws Exception {
    start(HOURLY, null);
    hear(News.of(click(1)));
    harness.setProcessingTime(HOUR);
    UnderWay cutOff = TestRound.next();
    restart();
    assertThat(cutOff.stopped().getAsBoolean()).isTrue();

    harness.setProcessingTime(HOUR);
    end(TestRound.next(), new Outcome(release("v1"), .7, Double.NaN));
    restart();
    harness.setProcessingTime(HOUR);

    assertThat(TestRound.anyStarted()).isFalse();
  }

  @Test
  void jobThatTrainsOnceDoesSoAtTheEndOfItsInput() throws Exception {
    start(ONCE, release("v1"));
    hear(News.of(click(1)), News.of(click(2)));
    harness.setProcessingTime(3 * HOUR);
    assertThat(TestRound.anyStarted()).isFalse();
    CompletableFuture<ClickLog> learnt =
        whenStarted(round -> round.outcome().complete(new Outcome(release("v2"), .7, .7)));

    harness.endInput();

    assertThat(learnt.get().clicks()).hasSize(2);
    assertThat(harness.extractOutputValues()).containsExactly(release("v2"));
  }

  @Test
  void jobThatTrainsOnceFailsWithItsRound() throws Exception {
    start(ONCE, null);
    CompletableFuture<ClickLog> learnt =
        whenStarted(
            round -> round.outcome().completeExceptionally(new IOException("no such bucket")));

    assertThatThrownBy(() -> harness.endInput()).hasMessage("Cannot train: no such bucket");
    assertThat(learnt.get().clicks()).isEmpty();
  }

  @Test
  void jobThatGoesOnDoesNotTrainAtTheEndOfItsInput() throws Exception {
    start(HOURLY, null);
    hear(News.of(click(1)));

    harness.endInput();

    assertThat(TestRound.anyStarted()).isFalse();
  }

  /** What a test does with a round. */
  private interface Ending {
    void end(UnderWay round);
  }

  private static CompletableFuture<ClickLog> whenStarted(Ending ending) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            UnderWay round = TestRound.next();
            ending.end(round);
            return round.log();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private void start(Schedule schedule, Release initial) throws Exception {
    harness = harness(schedule, initial);
    harness.open();
  }

  private static KeyedOneInputStreamOperatorTestHarness<Integer, News, Release> harness(
      Schedule schedule, Release initial) throws Exception {
    return harness(
        schedule, initial, new DeviceOptions(Choice.CPU, Precision.FLOAT32, Devices::of));
  }

  private static KeyedOneInputStreamOperatorTestHarness<Integer, News, Release> harness(
      Schedule schedule, Release initial, DeviceOptions device) throws Exception {
    var harness =
        new KeyedOneInputStreamOperatorTestHarness<Integer, News, Release>(
            new TrainOnClicks(schedule, new TestRound(), new Announced(initial, null), device),
            news -> TrainOnClicks.KEY,
            Types.INT);
    harness.setStateBackend(new EmbeddedRocksDBStateBackend());
    return harness;
  }

  private int chunksInState() throws Exception {
    MapState<Long, List<ClickEvent>> chunks =
        ((TrainOnClicks) harness.getOperator())
            .<Integer>getKeyedStateBackend()
            .getPartitionedState(
                VoidNamespace.INSTANCE,
                VoidNamespaceSerializer.INSTANCE,
                KeptRecords.chunks("clicks", ClickEvent.class));
    int count = 0;
    for (Long unused : chunks.keys()) {
      count++;
    }
    return count;
  }

  private OperatorSubtaskState snapshot() throws Exception {
    harness.prepareSnapshotPreBarrier(1);
    return harness.snapshot(1, 1);
  }

  /** A restored job hears of no first release. */
  private void restart() throws Exception {
    OperatorSubtaskState state = snapshot();
    harness.close();
    harness = harness(HOURLY, release("not this one"));
    harness.initializeState(state);
    harness.open();
  }

  private void hear(ClickEvent click) {
    try {
      hear(News.of(click));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void hear(News... all) throws Exception {
    for (News news : all) {
      harness.processElement(new StreamRecord<>(news));
    }
  }

  /** Returns the round that is due after the click, ended without a release. */
  private UnderWay roundAfter(ClickEvent click) throws Exception {
    hear(News.of(click));
    harness.setProcessingTime(harness.getProcessingTime() + HOUR);
    UnderWay round = TestRound.next();
    end(round, new Outcome(null, .5, .6));
    return round;
  }

  private void end(UnderWay round, Outcome outcome) throws Exception {
    round.outcome().complete(outcome);
    awaitNewsOfTheRound();
  }

  /** Waits until the round's thread has something to say, and listens to it. */
  private void awaitNewsOfTheRound() throws Exception {
    harness.getTaskMailbox().take(TaskMailbox.MIN_PRIORITY).run();
  }

  private static List<ClickEvent> clicks(int from, int to) {
    return IntStream.range(from, to).mapToObj(TrainOnClicksTest::click).toList();
  }

  private static ClickEvent click(int number) {
    return new ClickEvent(
        "%06d".formatted(number),
        "u" + number % 7,
        "i" + number % 11,
        NOON.plusSeconds(number),
        "click",
        null,
        Map.of("page", "home"));
  }

  private static Recommendation recommendation(String id, int second, String... items) {
    return new Recommendation(
        id,
        "u",
        null,
        Stream.of(items).map(item -> new RankedItem(item, .5f, "popular", List.of())).toList(),
        "bst",
        null,
        "v1",
        null,
        3,
        "hash",
        new Trigger("click-events", 0, 7, "e"),
        NOON.plusSeconds(second),
        NOON);
  }

  private static Item item(String id, String category) {
    return new Item(id, category, null, null, true);
  }

  private static Release embeddings(String version) {
    return new Release(
        "pcrec", "pcrec", version, "memory:/" + version, null, NOON, Map.of(), Map.of());
  }

  private static Release release(String version) {
    return new Release("bst", "bst", version, "memory:/" + version, null, NOON, Map.of(), Map.of());
  }
}
