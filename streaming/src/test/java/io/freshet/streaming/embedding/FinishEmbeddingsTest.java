package io.freshet.streaming.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.schemas.Release;
import io.freshet.streaming.Received;
import io.freshet.streaming.embedding.EmbeddingRound.Outcome;
import io.freshet.streaming.embedding.TestRound.Finishing;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FinishEmbeddingsTest {
  private TwoInputStreamOperatorTestHarness<RoundPart, Received<Release>, Release> harness;

  @BeforeEach
  void reset() {
    TestRound.reset();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void partsAreJoinedInTheirOrderHoweverTheyCome() throws Exception {
    start(false);
    List<RoundPart> parts = parts(1);
    take(parts.get(3), parts.get(0), parts.get(3), parts.get(1));
    assertThat(TestRound.anyFinishing()).isFalse();
    take(parts.get(2));

    Finishing round = TestRound.nextFinishing();
    assertThat(round.material()).containsExactly(1, 2, 3);
    assertThat(round.vectors()).containsExactly(.1f, .2f, .3f, .4f);
    assertThat(round.current()).isEqualTo(release("v1"));
  }

  @Test
  void whatIsReleasedIsAnnounced() throws Exception {
    start(false);
    take(1);
    end(TestRound.nextFinishing(), new Outcome(release("v2"), .3, .2));
    assertThat(harness.extractOutputValues()).containsExactly(release("v2"));
  }

  @Test
  void roundIsHeldAgainstTheReleaseAnnouncedLast() throws Exception {
    start(false);
    hear(release("v0"));
    take(1);
    Finishing first = TestRound.nextFinishing();
    assertThat(first.current()).isEqualTo(release("v0"));
    end(first, new Outcome(release("v2"), .3, .2));
    take(2);
    Finishing second = TestRound.nextFinishing();
    assertThat(second.current()).isEqualTo(release("v2"));
    hear(release("v2")); // as it comes back from the topic
    end(second, new Outcome(release("v3"), .3, .2));
    assertThat(harness.extractOutputValues()).containsExactly(release("v2"), release("v3"));
  }

  @Test
  void whatWasAnnouncedDuringARoundStands() throws Exception {
    start(false);
    take(1);
    Finishing first = TestRound.nextFinishing();
    hear(release("v0"));
    end(first, new Outcome(release("v2"), .3, .2));
    take(2);
    Finishing second = TestRound.nextFinishing();
    hear(Release.withdrawn("pcrec"));
    end(second, new Outcome(release("v3"), .3, .2));
    assertThat(harness.extractOutputValues()).isEmpty();

    take(3);
    Finishing third = TestRound.nextFinishing();
    assertThat(third.current()).isNull();
    hear(Release.withdrawn("bst"));
    end(third, new Outcome(release("v4"), .3, Double.NaN));
    assertThat(harness.extractOutputValues()).containsExactly(release("v4"));
  }

  @Test
  void whatStandsAnnouncedSurvivesARestore() throws Exception {
    start(false);
    hear(release("v0"));
    restart();
    take(1);
    assertThat(TestRound.nextFinishing().current()).isEqualTo(release("v0"));
    hear(Release.withdrawn("pcrec"));
    restart();
    take(1);
    assertThat(TestRound.nextFinishing().current()).isNull();
  }

  @Test
  void whatIsWorseIsNotAnnouncedAndTheNextRoundGoesOn() throws Exception {
    start(false);
    take(1);
    end(TestRound.nextFinishing(), new Outcome(null, .1, .2));
    assertThat(harness.extractOutputValues()).isEmpty();
    take(2);
    end(TestRound.nextFinishing(), new Outcome(release("v2"), .3, .2));
    assertThat(harness.extractOutputValues()).containsExactly(release("v2"));
  }

  @Test
  void roundThatFailsIsNoEndOfTheJob() throws Exception {
    start(false);
    take(1);
    TestRound.nextFinishing().outcome().completeExceptionally(new IOException("a test's"));
    awaitNewsOfTheRound();
    take(2);
    end(TestRound.nextFinishing(), new Outcome(release("v2"), .3, .2));
    assertThat(harness.extractOutputValues()).containsExactly(release("v2"));
  }

  @Test
  void roundOfWhichAChunkCouldNotBeEncodedFails() throws Exception {
    start(true);
    List<RoundPart> parts = parts(1);
    take(parts.get(0), parts.get(1), parts.get(2), parts.get(3).failed("out of memory"));
    assertThatThrownBy(() -> harness.endInput1())
        .hasMessage(
            "Cannot finish embeddings: a chunk of nodes could not be encoded: out of memory");
    assertThat(TestRound.anyFinishing()).isFalse();
  }

  @Test
  void laterRoundEndsTheGatheringOfOneThatAFailureCutOff() throws Exception {
    start(false);
    List<RoundPart> cutOff = parts(1);
    take(cutOff.get(0), cutOff.get(1), cutOff.get(2));
    List<RoundPart> again = parts(2);
    take(again.get(0), cutOff.get(3), again.get(1), again.get(2));
    assertThat(TestRound.anyFinishing()).isFalse();
    take(again.get(3));
    end(TestRound.nextFinishing(), new Outcome(release("v2"), .3, .2));
    take(again.get(3));
    assertThat(TestRound.anyFinishing()).as("from a part that comes again").isFalse();
  }

  @Test
  void newestOfTheRoundsThatWaitIsFinishedNext() throws Exception {
    start(false);
    take(1);
    Finishing first = TestRound.nextFinishing();
    take(2);
    take(3);
    assertThat(TestRound.anyFinishing()).isFalse();

    end(first, new Outcome(release("v2"), .3, .2));
    Finishing next = TestRound.nextFinishing();
    assertThat(next.material()).containsExactly(3, 2, 3);
    end(next, new Outcome(release("v3"), .3, .2));

    assertThat(harness.extractOutputValues()).containsExactly(release("v2"), release("v3"));
    assertThat(TestRound.anyFinishing()).isFalse();
  }

  @Test
  void jobThatRefreshesOnceEndsWithItsRound() throws Exception {
    start(true);
    take(1);
    Finishing round = TestRound.nextFinishing();
    CompletableFuture<Boolean> ended =
        CompletableFuture.supplyAsync(
            () -> round.outcome().complete(new Outcome(release("v2"), .3, .2)));
    harness.endInput2();
    harness.endInput1();
    assertThat(ended.get()).isTrue();
    assertThat(harness.extractOutputValues()).containsExactly(release("v2"));
  }

  private void start(boolean once) throws Exception {
    harness = made(once);
    harness.open();
  }

  private void restart() throws Exception {
    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();
    harness = made(false);
    harness.initializeState(state);
    harness.open();
  }

  private static TwoInputStreamOperatorTestHarness<RoundPart, Received<Release>, Release> made(
      boolean once) throws Exception {
    return new TwoInputStreamOperatorTestHarness<>(
        new FinishEmbeddings(new TestRound(), release("v1"), 1, once));
  }

  private void hear(Release release) throws Exception {
    harness.processElement2(new StreamRecord<>(new Received<>(release, "releases", 0, 0)));
  }

  private void take(int round) throws Exception {
    take(parts(round).toArray(RoundPart[]::new));
  }

  private void take(RoundPart... parts) throws Exception {
    for (RoundPart part : parts) {
      harness.processElement1(new StreamRecord<>(part));
    }
  }

  private void end(Finishing round, Outcome outcome) throws Exception {
    round.outcome().complete(outcome);
    awaitNewsOfTheRound();
  }

  private void awaitNewsOfTheRound() throws Exception {
    harness.getTaskMailbox().take(TaskMailbox.MIN_PRIORITY).run();
  }

  /** Returns two pieces of material, which begins with the round's number, and two chunks. */
  private static List<RoundPart> parts(int round) {
    return List.of(
        part(round, 0, new byte[] {(byte) round, 2}, null),
        part(round, 1, new byte[] {3}, null),
        part(round, 2, null, new float[] {.1f, .2f, .3f}),
        part(round, 3, null, new float[] {.4f}));
  }

  private static RoundPart part(int round, int number, byte[] material, float[] vectors) {
    return new RoundPart(round, number, 4, material, null, vectors, null);
  }

  private static Release release(String version) {
    return new Release(
        "pcrec", "pcrec", version, "memory:/" + version, null, Instant.EPOCH, Map.of(), Map.of());
  }
}
