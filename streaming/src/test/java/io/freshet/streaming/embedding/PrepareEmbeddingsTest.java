package io.freshet.streaming.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.model.ComputeDevice;
import io.freshet.model.ComputeDevice.Choice;
import io.freshet.model.ComputeDevice.Precision;
import io.freshet.model.network.Devices;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Release;
import io.freshet.streaming.DeviceOptions;
import io.freshet.streaming.embedding.EmbeddingJobConfig.Schedule;
import io.freshet.streaming.embedding.EmbeddingRound.Prepared;
import io.freshet.streaming.embedding.TestRound.Preparing;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PrepareEmbeddingsTest {
  private static final Schedule HOURLY = new Schedule(2_000, Duration.ofHours(1), 1, false);
  private static final Schedule ONCE = new Schedule(2_000, Duration.ofHours(1), 1, true);
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final Prepared ONE_PART =
      new Prepared(new byte[0], new byte[] {1}, 0, chunk -> new byte[0]);

  private KeyedOneInputStreamOperatorTestHarness<Integer, EdgeNews, RoundPart> harness;

  @BeforeEach
  void reset() {
    TestRound.reset();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void roundIsPreparedFromTheClicksOfBothDomains() throws Exception {
    start(HOURLY, release("v1"));
    hear(EdgeNews.ofTarget(target(2)), EdgeNews.ofSource(source(1)));
    hear(EdgeNews.ofTarget(target(1)));

    harness.setProcessingTime(HOUR - 1);
    assertThat(TestRound.anyPreparing()).isFalse();
    harness.setProcessingTime(HOUR);

    Preparing round = TestRound.nextPreparing();
    assertThat(round.source()).containsExactly(source(1));
    assertThat(round.target()).containsExactly(target(1), target(2));
    assertThat(round.current()).isEqualTo(release("v1"));
  }

  @Test
  void whatIsPreparedIsHandedOnInPartsThatKnowTheirPlace() throws Exception {
    start(HOURLY, release("v1"));
    Preparing round = roundAfter(target(1));
    byte[] material = new byte[PrepareEmbeddings.BYTES_IN_PIECE + 3];
    material[PrepareEmbeddings.BYTES_IN_PIECE] = 7;
    round
        .prepared()
        .complete(new Prepared(new byte[] {9}, material, 2, chunk -> new byte[] {(byte) chunk, 5}));
    hear(4 + 1);

    List<RoundPart> parts = harness.extractOutputValues();
    assertThat(parts).extracting(RoundPart::number).containsExactly(0, 1, 2, 3);
    assertThat(parts).allMatch(part -> part.parts() == 4 && part.round() == 1);
    assertThat(parts.get(0).material()).hasSize(PrepareEmbeddings.BYTES_IN_PIECE);
    assertThat(parts.get(1).material()).containsExactly(7, 0, 0);
    assertThat(parts.get(3).toEncode().encoder()).containsExactly(9);
    assertThat(parts.get(3).toEncode().networks()).containsExactly(1, 5);
  }

  @Test
  void whatTheDeviceFailsInIsPreparedOnTheCpu() throws Exception {
    ComputeDevice gpu = ComputeDevice.gpu(0);
    harness =
        harness(
            HOURLY,
            null,
            new DeviceOptions(Choice.GPU, Precision.FLOAT32, (choice, subtask) -> gpu));
    harness.open();
    Preparing first = roundAfter(target(1));
    first.prepared().completeExceptionally(new IllegalStateException("CUDA error"));
    Preparing again = TestRound.nextPreparing();
    again.prepared().complete(new Prepared(new byte[] {9}, new byte[] {7}, 0, chunk -> null));
    hear(1 + 1);

    assertThat(first.device()).isEqualTo(gpu);
    assertThat(again.device()).isEqualTo(ComputeDevice.CPU);
    assertThat(again.target()).isEqualTo(first.target());
    assertThat(harness.extractOutputValues()).hasSize(1);
  }

  @Test
  void partsDoNotPileUpWhileNobodyTakesThem() throws Exception {
    start(HOURLY, null);
    CompletableFuture<Integer> third = new CompletableFuture<>();
    Preparing round = roundAfter(target(1));
    round
        .prepared()
        .complete(
            new Prepared(
                new byte[0],
                new byte[] {1},
                100,
                chunk -> {
                  if (chunk == 2) {
                    third.complete(chunk);
                  }
                  return new byte[0];
                }));
    hear(1);
    third.get();
    assertThat(harness.getTaskMailbox().size()).isLessThanOrEqualTo(2);
    hear(101);
    assertThat(harness.extractOutputValues()).hasSize(101);
  }

  @Test
  void oldestClicksGiveWayInEachDomainAndAreNotRestored() throws Exception {
    start(HOURLY, null);
    for (int i = 0; i < 6_000; i++) {
      hear(EdgeNews.ofSource(source(i)), EdgeNews.ofTarget(target(i)));
      if (i % 1_500 == 0) {
        snapshot();
      }
    }
    restart();
    harness.setProcessingTime(HOUR);
    Preparing round = TestRound.nextPreparing();
    assertThat(round.source()).hasSize(2_000).startsWith(source(4_000));
    assertThat(round.target()).hasSize(2_000).startsWith(target(4_000));
  }

  @Test
  void roundGoesOnFromTheReleaseAnnouncedLast() throws Exception {
    start(HOURLY, release("v1"));
    hear(EdgeNews.of(release("v2")), EdgeNews.of(bst()));
    handOn(roundAfter(source(1)));
    restart();
    hear(EdgeNews.of(Release.withdrawn("bst")));
    assertThat(roundAfter(source(2)).current()).isEqualTo(release("v2"));
  }

  @Test
  void thereIsNoRoundWithoutNewClicks() throws Exception {
    start(HOURLY, null);
    hear(EdgeNews.of(release("v1")));
    harness.setProcessingTime(HOUR);
    assertThat(TestRound.anyPreparing()).isFalse();
    handOn(roundAfter(source(1)));
    harness.setProcessingTime(harness.getProcessingTime() + HOUR);
    assertThat(TestRound.anyPreparing()).isFalse();
  }

  @Test
  void roundThatAFailureCutOffAnywhereIsDueAgain() throws Exception {
    start(HOURLY, null);
    Preparing cutOff = roundAfter(target(1));
    restart();
    assertThat(cutOff.stopped().getAsBoolean()).isTrue();

    harness.setProcessingTime(HOUR);
    handOn(TestRound.nextPreparing());
    restart(); // whoever finishes it has not released anything yet

    harness.setProcessingTime(HOUR);
    assertThat(TestRound.nextPreparing().target()).containsExactly(target(1));
  }

  @Test
  void roundWhoseReleaseHasBeenHeardOfIsNotDueAgain() throws Exception {
    start(HOURLY, null);
    handOn(roundAfter(target(1)));
    hear(EdgeNews.of(release("v1")));
    restart();
    harness.setProcessingTime(HOUR);
    assertThat(TestRound.anyPreparing()).isFalse();
  }

  @Test
  void releaseOfAModelIsNotThatOfTheRound() throws Exception {
    start(HOURLY, null);
    handOn(roundAfter(target(1)));
    hear(EdgeNews.of(bst()));
    restart();
    harness.setProcessingTime(HOUR);
    assertThat(TestRound.nextPreparing().target()).containsExactly(target(1));
  }

  @Test
  void laterRoundHasAHigherNumberAfterAFailureToo() throws Exception {
    start(HOURLY, null);
    harness.setProcessingTime(0);
    roundAfter(target(1));
    restart();
    harness.setProcessingTime(HOUR);
    handOn(TestRound.nextPreparing());
    assertThat(harness.extractOutputValues()).extracting(RoundPart::round).containsExactly(2L);
  }

  @Test
  void roundThatCannotBePreparedIsTriedAgainWhenDue() throws Exception {
    start(HOURLY, null);
    Preparing round = roundAfter(target(1));
    round.prepared().completeExceptionally(new IOException("a test's"));
    hear(1);
    assertThat(harness.extractOutputValues()).isEmpty();

    harness.setProcessingTime(harness.getProcessingTime() + HOUR);
    assertThat(TestRound.nextPreparing().target()).containsExactly(target(1));
  }

  @Test
  void jobThatRefreshesOnceDoesSoAtTheEndOfItsInput() throws Exception {
    start(ONCE, null);
    hear(EdgeNews.ofTarget(target(1)));
    harness.setProcessingTime(3 * HOUR);
    assertThat(TestRound.anyPreparing()).isFalse();
    CompletableFuture<Void> ended = whenPreparing(round -> round.prepared().complete(ONE_PART));

    harness.endInput();

    ended.get();
    assertThat(harness.extractOutputValues()).hasSize(1);
  }

  @Test
  void jobThatRefreshesOnceFailsWithItsRound() throws Exception {
    start(ONCE, null);
    CompletableFuture<Void> ended =
        whenPreparing(
            round -> round.prepared().completeExceptionally(new IOException("no such bucket")));

    assertThatThrownBy(() -> harness.endInput())
        .hasMessage("Cannot prepare embeddings: no such bucket");
    ended.get();
  }

  /** What a test does with a step. */
  private interface Ending {
    void end(Preparing round);
  }

  private static CompletableFuture<Void> whenPreparing(Ending ending) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            ending.end(TestRound.nextPreparing());
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void whatRunsInParallelStaysOnTheThreadsOfTheRound() throws Exception {
    Set<String> threads = ConcurrentHashMap.newKeySet();
    start(HOURLY, null);
    roundAfter(target(1))
        .prepared()
        .complete(
            new Prepared(
                new byte[0],
                new byte[] {1},
                1,
                chunk -> {
                  IntStream.range(0, 1_000)
                      .parallel()
                      .forEach(i -> threads.add(Thread.currentThread().getName()));
                  return new byte[0];
                }));
    hear(2);
    assertThat(threads).containsExactly("prepare embeddings 0");
  }

  private void start(Schedule schedule, Release initial) throws Exception {
    harness = harness(schedule, initial);
    harness.open();
  }

  private static KeyedOneInputStreamOperatorTestHarness<Integer, EdgeNews, RoundPart> harness(
      Schedule schedule, Release initial) throws Exception {
    return harness(
        schedule, initial, new DeviceOptions(Choice.CPU, Precision.FLOAT32, Devices::of));
  }

  private static KeyedOneInputStreamOperatorTestHarness<Integer, EdgeNews, RoundPart> harness(
      Schedule schedule, Release initial, DeviceOptions device) throws Exception {
    var harness =
        new KeyedOneInputStreamOperatorTestHarness<Integer, EdgeNews, RoundPart>(
            new PrepareEmbeddings(schedule, new TestRound(), initial, device),
            news -> PrepareEmbeddings.KEY,
            Types.INT);
    harness.setStateBackend(new EmbeddedRocksDBStateBackend());
    return harness;
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

  private void hear(EdgeNews... all) throws Exception {
    for (EdgeNews news : all) {
      harness.processElement(new StreamRecord<>(news));
    }
  }

  /** Waits until the round's thread has something to say, so many times, and listens to it. */
  private void hear(int times) throws Exception {
    for (int i = 0; i < times; i++) {
      harness.getTaskMailbox().take(TaskMailbox.MIN_PRIORITY).run();
    }
  }

  /** Returns the round that is due after the click, which waits to be ended. */
  private Preparing roundAfter(ClickEvent click) throws Exception {
    hear(click.itemId().startsWith("s") ? EdgeNews.ofSource(click) : EdgeNews.ofTarget(click));
    harness.setProcessingTime(harness.getProcessingTime() + HOUR);
    return TestRound.nextPreparing();
  }

  private void handOn(Preparing round) throws Exception {
    round.prepared().complete(ONE_PART);
    hear(2);
  }

  private static ClickEvent source(int number) {
    return Domains.click("u" + number % 7, "s" + number % 11, number);
  }

  private static ClickEvent target(int number) {
    return Domains.click("u" + number % 7, "t" + number % 11, number);
  }

  private static Release release(String version) {
    return new Release(
        "pcrec", "pcrec", version, "memory:/" + version, null, Instant.EPOCH, Map.of(), Map.of());
  }

  private static Release bst() {
    return new Release("bst", "bst", "v9", "memory:/", null, Instant.EPOCH, Map.of(), Map.of());
  }
}
