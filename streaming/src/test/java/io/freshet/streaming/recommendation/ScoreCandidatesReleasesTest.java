package io.freshet.streaming.recommendation;

import static io.freshet.streaming.recommendation.TestRecords.config;
import static io.freshet.streaming.recommendation.TestRecords.release;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Release;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ScoreCandidatesReleasesTest extends ScoringOperatorTest {
  @Test
  void announcedReleaseBecomesActiveAtTheNextCheckpointOnceLoaded() throws Exception {
    start(DEFAULTS, release("v1"));

    news(ScoringInput.of(release("v2")));
    process(task("ann", "a"));
    awaitNewsOfLoading();
    flush();
    process(task("bob", "b"));
    harness.prepareSnapshotPreBarrier(1);
    process(task("cid", "c"));
    flush();

    assertThat(answers())
        .extracting(Recommendation::modelVersion)
        .containsExactly("v1", "v1", "v2");
    TestReleases.awaitInMemory(1);
  }

  @Test
  void subtaskGoesOnWhileWhatItUsedBeforeIsFreed() throws Exception {
    start(DEFAULTS, release("v1"));
    process(task("ann", "a"));
    flush();
    news(ScoringInput.of(release("v2")));
    awaitNewsOfLoading();

    TestReleases.freeing = new CountDownLatch(1);
    harness.prepareSnapshotPreBarrier(1);
    process(task("bob", "b"));
    flush();

    assertThat(last().modelVersion()).isEqualTo("v2");
    assertThat(TestReleases.IN_MEMORY).hasValue(2);
    TestReleases.freeing.countDown();
    TestReleases.awaitInMemory(1);
  }

  @Test
  void withoutCheckpointingAReleaseBecomesActiveOnceLoaded() throws Exception {
    start(DEFAULTS, List.of(release("v1")), false);

    news(ScoringInput.of(release("v2")));
    awaitNewsOfLoading();
    process(task("ann", "a"));
    flush();

    assertThat(last().modelVersion()).isEqualTo("v2");
  }

  @Test
  void sameReleaseAnnouncedAgainIsNotLoadedAgain() throws Exception {
    start(DEFAULTS, release("v1"));

    news(ScoringInput.of(release("v1")), ScoringInput.of(release("v1")));

    assertThat(TestReleases.LOADS).hasValue(1);
  }

  @Test
  void lastAnnouncedWinsAndThoseBetweenAreNotLoaded() throws Exception {
    start(DEFAULTS, release("v1"));

    TestReleases.loading = new CountDownLatch(1);
    news(ScoringInput.of(release("v2")));
    TestReleases.awaitLoads(2);
    news(ScoringInput.of(release("v3")), ScoringInput.of(release("v4")));
    TestReleases.loading.countDown();
    awaitNewsOfLoading();
    awaitNewsOfLoading();
    harness.prepareSnapshotPreBarrier(1);
    process(task("ann", "a"));
    flush();

    assertThat(last().modelVersion()).isEqualTo("v4");
    assertThat(TestReleases.LOADS).hasValue(3);
    TestReleases.awaitInMemory(1);
  }

  @Test
  void whatIsLoadedForASubtaskThatWasCanceledMeanwhileIsFreed() throws Exception {
    TestReleases.loading = new CountDownLatch(1);
    Thread subtask = Thread.currentThread();
    Thread canceling =
        new Thread(
            () -> {
              TestReleases.awaitLoads(1);
              subtask.interrupt();
            });
    canceling.start();
    assertThatThrownBy(() -> start(DEFAULTS, release("v1")))
        .isInstanceOf(InterruptedException.class);
    canceling.join();

    harness.close();
    harness = null;
    TestReleases.loading.countDown();

    while (TestReleases.FREED.get() == 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void goingBackToTheReleaseInUseDropsWhatWasLoaded() throws Exception {
    start(DEFAULTS, release("v1"));

    news(ScoringInput.of(release("v2")));
    awaitNewsOfLoading();
    news(ScoringInput.of(release("v1")));
    harness.prepareSnapshotPreBarrier(1);
    process(task("ann", "a"));
    flush();

    assertThat(last().modelVersion()).isEqualTo("v1");
    TestReleases.awaitInMemory(1);
  }

  @Test
  void withdrawnReleaseIsUsedUntilTheNextCheckpoint() throws Exception {
    start(DEFAULTS, release("v1"));

    news(ScoringInput.of(Release.withdrawn("bst")));
    process(task("ann", "a"));
    harness.prepareSnapshotPreBarrier(1);
    process(task("bob", "b"));
    flush();

    assertThat(answers()).extracting(Recommendation::modelVersion).containsExactly("v1", null);
    assertThat(last().fallbackReason()).isEqualTo("no-release");
  }

  @Test
  void withdrawalOfAnotherArtifactChangesNothing() throws Exception {
    start(DEFAULTS, release("v1"));

    news(ScoringInput.of(Release.withdrawn("pcrec")));
    harness.prepareSnapshotPreBarrier(1);
    process(task("ann", "a"));
    flush();

    assertThat(last().modelVersion()).isEqualTo("v1");
  }

  @ParameterizedTest
  @CsvSource({"another, v1", "bst,"})
  void withdrawalIsOfOneArtifactThoughAnotherWasAnnouncedSince(String withdrawn, String left)
      throws Exception {
    TestReleases.UNREADABLE.add("v2");
    start(DEFAULTS, release("v1"));
    Release v2 = release("v2");
    news(
        ScoringInput.of(
            new Release(
                "another", "bst", "v2", v2.uri(), null, v2.createdAt(), Map.of(), Map.of())));
    awaitNewsOfLoading();

    news(ScoringInput.of(Release.withdrawn(withdrawn)));
    harness.prepareSnapshotPreBarrier(1);
    process(task("ann", "a"));
    flush();

    assertThat(last().modelVersion()).isEqualTo(left);
  }

  @Test
  void releaseThatIsWithdrawnAndAnnouncedAgainIsUsed() throws Exception {
    start(DEFAULTS, release("v1"));

    news(ScoringInput.of(Release.withdrawn("bst")));
    news(ScoringInput.of(release("v1")));
    harness.prepareSnapshotPreBarrier(1);
    process(task("ann", "a"));
    flush();

    assertThat(last().modelVersion()).isEqualTo("v1");
  }

  @Test
  void brokenReleaseIsRefusedAndTheOldOneGoesOn() throws Exception {
    TestReleases.UNREADABLE.add("v2");
    start(DEFAULTS, release("v1"));

    news(ScoringInput.of(release("v2")));
    awaitNewsOfLoading();
    harness.prepareSnapshotPreBarrier(1);
    process(task("ann", "a"));
    flush();

    assertThat(last().modelVersion()).isEqualTo("v1");
    assertThat(last().fallbackReason()).isNull();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void releaseThatCannotBeReadOrDoesNotFitIntoMemoryIsTriedAgain(boolean large) throws Exception {
    Set<String> refused = large ? TestReleases.TOO_LARGE : TestReleases.UNREADABLE;
    refused.add("v2");
    start(DEFAULTS, release("v1"));
    news(ScoringInput.of(release("v2")));
    awaitNewsOfLoading();
    refused.clear();

    harness.setProcessingTime(10_000);
    awaitNewsOfLoading();
    harness.prepareSnapshotPreBarrier(1);
    process(task("ann", "a"));
    flush();

    assertThat(last().modelVersion()).isEqualTo("v2");
  }

  @Test
  void restoredSubtaskScoresWithTheVersionItHadBefore() throws Exception {
    start(DEFAULTS, release("v1"));
    news(ScoringInput.of(release("v2"))); // announced, but not yet active at the checkpoint

    restart(DEFAULTS, release("v9"));
    process(task("ann", "a"));
    awaitNewsOfLoading();
    harness.prepareSnapshotPreBarrier(2);
    process(task("bob", "b"));
    flush();

    assertThat(answers()).extracting(Recommendation::modelVersion).containsExactly("v1", "v2");
  }

  @Test
  void unreadableActiveReleaseGivesWayToTheOneAnnouncedLast() throws Exception {
    start(DEFAULTS, release("v1"));
    news(ScoringInput.of(release("v2")));
    TestReleases.UNREADABLE.add("v1");

    restart(DEFAULTS, null);
    process(task("ann", "a"));
    flush();

    assertThat(last().modelVersion()).isEqualTo("v2");
  }

  @Test
  void whereNoReleaseCanBeReadAnswersSayIt() throws Exception {
    TestReleases.UNREADABLE.add("v1");
    start(DEFAULTS, release("v1"));

    process(request("ann", List.of("b"), null));
    flush();

    assertThat(last().fallbackReason()).isEqualTo("release-unreadable");
    assertThat(last().strategy()).isEqualTo("given-order");
  }

  @Test
  void unreadableReleaseIsTriedAgainAndTakenUp() throws Exception {
    TestReleases.UNREADABLE.add("v1");
    start(DEFAULTS, release("v1"));
    awaitNewsOfLoading();
    TestReleases.UNREADABLE.clear();

    harness.setProcessingTime(10_000);
    awaitNewsOfLoading();
    harness.prepareSnapshotPreBarrier(1);
    process(task("ann", "a"));
    flush();

    assertThat(last().modelVersion()).isEqualTo("v1");
  }

  @Test
  void unreadableReleaseFailsTheJobWhereOneIsRequired() {
    TestReleases.UNREADABLE.add("v1");

    assertThatIllegalStateException()
        .isThrownBy(() -> start(config("freshet.release.on-missing", "fail"), release("v1")))
        .withMessageContaining("Cannot start without a release: none of [memory:/v1] can be read");
  }

  @Test
  void unreadableReleaseThatWasOnlyAnnouncedFailsARestoreWhereOneIsRequired() throws Exception {
    TestReleases.UNREADABLE.add("v1");
    start(config("freshet.release.initial", "none"), (Release) null);
    news(ScoringInput.of(release("v1")));

    assertThatIllegalStateException()
        .isThrownBy(() -> restart(config("freshet.release.on-missing", "fail"), null))
        .withMessageContaining("Cannot start without a release: none of [memory:/v1] can be read");
  }

  @Test
  void releaseThatWasOnlyAnnouncedIsUsedFromTheStartWhereOneIsRequired() throws Exception {
    start(config("freshet.release.initial", "none"), (Release) null);
    news(ScoringInput.of(release("v1")));

    restart(config("freshet.release.on-missing", "fail"), null);
    process(task("ann", "a"));
    flush();

    assertThat(last().modelVersion()).isEqualTo("v1");
  }
}
