package io.freshet.streaming.recommendation;

import static io.freshet.streaming.recommendation.TestRecords.NOON_MILLIS;
import static io.freshet.streaming.recommendation.TestRecords.click;
import static io.freshet.streaming.recommendation.TestRecords.config;
import static io.freshet.streaming.recommendation.TestRecords.item;
import static io.freshet.streaming.recommendation.TestRecords.release;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.freshet.model.Behavior;
import io.freshet.model.BehaviorSequence;
import io.freshet.schemas.Item;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Recommendation.AttendedItem;
import io.freshet.schemas.Recommendation.RankedItem;
import io.freshet.schemas.Recommendation.Trigger;
import io.freshet.schemas.Release;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ScoreCandidatesTest {
  private static final RecommendationConfig DEFAULTS = config();

  private TwoInputStreamOperatorTestHarness<ScoringTask, Update, Recommendation> harness;

  @BeforeEach
  void reset() {
    TestReleases.reset();
  }

  @AfterEach
  void nothingStaysInMemory() throws Exception {
    if (harness != null) {
      harness.close();
    }
    assertThat(TestReleases.IN_MEMORY).hasValue(0);
    assertThat(TestReleases.SCORERS).hasValue(0);
  }

  @Test
  void candidatesComeBackMostLikelyClickedFirst() throws Exception {
    start(config("freshet.recommendation.size", "3"), release("v1"));

    process(task("ann", "a"));
    flush();

    Recommendation answer = last();
    assertThat(answer.items()).extracting(RankedItem::itemId).containsExactly("e", "d", "c");
    assertThat(answer.items()).extracting(RankedItem::score).containsExactly(.5f, .4f, .3f);
    assertThat(answer.strategy()).isEqualTo("bst");
    assertThat(answer.fallbackReason()).isNull();
    assertThat(answer.modelVersion()).isEqualTo("v1");
  }

  @Test
  void answerSaysHowItCameAbout() throws Exception {
    start(DEFAULTS, release("v1"));
    harness.setProcessingTime(NOON_MILLIS + 7_000);
    ScoringTask task = task("ann", "a", "b");

    process(task);
    flush();

    Recommendation answer = last();
    assertThat(answer.recommendationId()).matches("[0-9a-f]{32}");
    assertThat(answer.userId()).isEqualTo("ann");
    assertThat(answer.sequenceLength()).isEqualTo(2);
    assertThat(answer.sequenceHash()).isEqualTo(task.sequence().hash());
    assertThat(answer.trigger()).isEqualTo(task.trigger());
    assertThat(answer.eventTime()).isEqualTo("2026-11-23T12:00:02Z");
    assertThat(answer.processedAt()).isEqualTo("2026-11-23T12:00:07.010Z");
  }

  @Test
  void idIsTheSameForTheSameTriggerAndNoOther() throws Exception {
    start(DEFAULTS, release("v1"));
    ScoringTask task = task("ann", "a");
    ScoringTask later = at(task, new Trigger("click-events", 0, 18, task.trigger().eventId()));

    process(task, task, later);
    flush();

    List<String> ids = answers().stream().map(Recommendation::recommendationId).toList();
    assertThat(ids.get(0)).isEqualTo(ids.get(1)).isNotEqualTo(ids.get(2));
  }

  @Test
  void itemsThatDrewMostAttentionAreNamedOncePerItem() throws Exception {
    start(DEFAULTS, release("v1"));

    process(task("ann", "x", "y", "x", "z", "w"));
    flush();

    assertThat(last().items().get(0).attended())
        .containsExactly(
            new AttendedItem("x", .625f),
            new AttendedItem("y", .25f),
            new AttendedItem("z", .0625f));
  }

  @Test
  void batchLeavesWhenFull() throws Exception {
    start(config("freshet.batch.size", "2"), release("v1"));

    process(task("ann", "a"));
    assertThat(answers()).isEmpty();
    process(task("bob", "b"));

    assertThat(answers()).extracting(Recommendation::userId).containsExactly("ann", "bob");
  }

  @Test
  void batchLeavesWhenItsFirstHasWaited() throws Exception {
    start(config("freshet.batch.wait", "5 ms"), release("v1"));
    harness.setProcessingTime(100);

    process(task("ann", "a"));
    harness.setProcessingTime(103);
    process(task("bob", "b"));
    harness.setProcessingTime(104);
    assertThat(answers()).isEmpty();
    harness.setProcessingTime(105);

    assertThat(answers()).hasSize(2);
  }

  @Test
  void nextBatchWaitsAnew() throws Exception {
    start(config("freshet.batch.wait", "5 ms", "freshet.batch.size", "2"), release("v1"));
    process(task("ann", "a"), task("bob", "b"));
    harness.setProcessingTime(3);

    process(task("cid", "c"));
    harness.setProcessingTime(7);
    assertThat(answers()).hasSize(2);
    harness.setProcessingTime(8);

    assertThat(answers()).hasSize(3);
  }

  @Test
  void batchLeavesBeforeABarrierAndAtTheEnd() throws Exception {
    start(DEFAULTS, release("v1"));

    process(task("ann", "a"));
    harness.prepareSnapshotPreBarrier(1);
    assertThat(answers()).hasSize(1);
    process(task("bob", "b"));
    harness.getOperator().finish();

    assertThat(answers()).hasSize(2);
  }

  @Test
  void requestsCandidatesAreRankedAsTheyAre() throws Exception {
    start(DEFAULTS, release("v1"));
    news(Update.of(Item.removed("b")));

    process(request("ann", List.of("b", "z", "d"), null));
    flush();

    assertThat(last().items()).extracting(RankedItem::itemId).containsExactly("d", "b", "z");
    assertThat(last().items()).extracting(RankedItem::source).containsOnly("request");
    assertThat(last().requestId()).isEqualTo("q-ann");
  }

  @Test
  void reasonOfTheTaskStandsInTheAnswer() throws Exception {
    start(DEFAULTS, release("v1"));

    process(request("ann", List.of("b"), "click-not-seen"));
    flush();

    assertThat(last().fallbackReason()).isEqualTo("click-not-seen");
    assertThat(last().strategy()).isEqualTo("bst");
  }

  @Test
  void withoutReleaseARequestsCandidatesComeBackInGivenOrder() throws Exception {
    start(DEFAULTS, null);

    process(request("ann", List.of("b", "z", "d"), null));
    flush();

    assertThat(last().items())
        .containsExactly(
            new RankedItem("b", null, "request", List.of()),
            new RankedItem("z", null, "request", List.of()),
            new RankedItem("d", null, "request", List.of()));
    assertThat(last().strategy()).isEqualTo("given-order");
    assertThat(last().fallbackReason()).isEqualTo("no-release");
    assertThat(last().modelVersion()).isNull();
  }

  @Test
  void withoutReleaseAClickGetsAnEmptyList() throws Exception {
    start(DEFAULTS, null);

    process(task("ann", "a"));
    flush();

    assertThat(last().items()).isEmpty();
    assertThat(last().strategy()).isEqualTo("none");
    assertThat(last().fallbackReason()).isEqualTo("no-release");
    assertThat(last().sequenceLength()).isEqualTo(1);
  }

  @Test
  void userWhoHasSeenEverythingIsToldSo() throws Exception {
    start(DEFAULTS, release("v1"));

    process(excluding(task("ann", "a"), Set.of("a", "b", "c", "d", "e")), task("bob", "b"));
    flush();

    assertThat(answers().get(0).items()).isEmpty();
    assertThat(answers().get(0).fallbackReason()).isEqualTo("no-candidates");
    assertThat(answers().get(1).items()).isNotEmpty();
  }

  @Test
  void failureOfTheModelOnOneRequestSparesTheOthers() throws Exception {
    start(DEFAULTS, release("v1"));

    process(task("ann", "a"), in(TestReleases.POISON, task("bob", "b")), task("cid", "c"));
    flush();

    assertThat(answers())
        .extracting(Recommendation::fallbackReason)
        .containsExactly(null, "scoring-failed", null);
    assertThat(answers().get(1).strategy()).isEqualTo("given-order");
    assertThat(answers().get(1).items()).isNotEmpty().allMatch(item -> item.score() == null);
  }

  @Test
  void unavailableItemsAreNotRetrieved() throws Exception {
    start(DEFAULTS, release("v1"));

    news(Update.of(new Item("e", "letters", null, null, false)));
    process(task("ann", "x"));
    flush();

    assertThat(last().items()).extracting(RankedItem::itemId).containsExactly("d", "c", "b", "a");
  }

  @Test
  void newItemIsRetrievedByItsCategory() throws Exception {
    start(DEFAULTS, release("v1"));

    news(Update.of(item("new", "letters")));
    process(task("ann", "a"));
    flush();

    assertThat(last().items()).extracting(RankedItem::itemId).contains("new");
  }

  @Test
  void whatIsKnownOfItemsSurvivesRestore() throws Exception {
    start(DEFAULTS, release("v1"));
    news(Update.of(Item.removed("e")));

    restart(DEFAULTS, null);
    process(task("ann", "x"));
    flush();

    assertThat(last().items()).extracting(RankedItem::itemId).doesNotContain("e").contains("d");
  }

  @Test
  void announcedReleaseBecomesActiveAtTheNextCheckpointOnceLoaded() throws Exception {
    start(DEFAULTS, release("v1"));

    news(Update.of(release("v2")));
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
    assertThat(TestReleases.IN_MEMORY).hasValue(1);
  }

  @Test
  void withoutCheckpointingAReleaseBecomesActiveOnceLoaded() throws Exception {
    start(DEFAULTS, release("v1"), false);

    news(Update.of(release("v2")));
    awaitNewsOfLoading();
    process(task("ann", "a"));
    flush();

    assertThat(last().modelVersion()).isEqualTo("v2");
  }

  @Test
  void sameReleaseAnnouncedAgainIsNotLoadedAgain() throws Exception {
    start(DEFAULTS, release("v1"));

    news(Update.of(release("v1")), Update.of(release("v1")));

    assertThat(TestReleases.LOADS).hasValue(1);
  }

  @Test
  void lastAnnouncedWinsHoweverSlowTheOthersLoad() throws Exception {
    start(DEFAULTS, release("v1"));

    news(Update.of(release("v2")), Update.of(release("v3")));
    awaitNewsOfLoading();
    awaitNewsOfLoading();
    harness.prepareSnapshotPreBarrier(1);
    process(task("ann", "a"));
    flush();

    assertThat(last().modelVersion()).isEqualTo("v3");
    assertThat(TestReleases.IN_MEMORY).hasValue(1);
  }

  @Test
  void goingBackToTheReleaseInUseDropsWhatWasLoaded() throws Exception {
    start(DEFAULTS, release("v1"));

    news(Update.of(release("v2")));
    awaitNewsOfLoading();
    news(Update.of(release("v1")));
    harness.prepareSnapshotPreBarrier(1);
    process(task("ann", "a"));
    flush();

    assertThat(last().modelVersion()).isEqualTo("v1");
    assertThat(TestReleases.IN_MEMORY).hasValue(1);
  }

  @Test
  void withdrawnReleaseIsUsedUntilTheNextCheckpoint() throws Exception {
    start(DEFAULTS, release("v1"));

    news(Update.of(Release.withdrawn("bst")));
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

    news(Update.of(Release.withdrawn("pcrec")));
    harness.prepareSnapshotPreBarrier(1);
    process(task("ann", "a"));
    flush();

    assertThat(last().modelVersion()).isEqualTo("v1");
  }

  @Test
  void brokenReleaseIsRefusedAndTheOldOneGoesOn() throws Exception {
    TestReleases.UNREADABLE.add("v2");
    start(DEFAULTS, release("v1"));

    news(Update.of(release("v2")));
    awaitNewsOfLoading();
    harness.prepareSnapshotPreBarrier(1);
    process(task("ann", "a"));
    flush();

    assertThat(last().modelVersion()).isEqualTo("v1");
    assertThat(last().fallbackReason()).isNull();
  }

  @Test
  void refusedReleaseIsTriedAgain() throws Exception {
    TestReleases.UNREADABLE.add("v2");
    start(DEFAULTS, release("v1"));
    news(Update.of(release("v2")));
    awaitNewsOfLoading();
    TestReleases.UNREADABLE.clear();

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
    news(Update.of(release("v2"))); // announced, but not yet active at the checkpoint

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
    news(Update.of(release("v2")));
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

  private static ScoringTask task(String user, String... items) {
    BehaviorSequence sequence = BehaviorSequence.empty(50);
    for (int i = 0; i < items.length; i++) {
      sequence = sequence.with(Behavior.of(click(user, items[i], i + 1)));
    }
    return new ScoringTask(
        user,
        null,
        sequence,
        Set.of(),
        List.of(),
        new Trigger("click-events", 0, 17, user + "-click"),
        NOON_MILLIS + 1_000L * items.length,
        Map.of(),
        null);
  }

  private static ScoringTask request(String user, List<String> candidates, String fallback) {
    return new ScoringTask(
        user,
        "q-" + user,
        BehaviorSequence.empty(50),
        Set.of(),
        candidates,
        new Trigger("recommendation-requests", 0, 17, "q-" + user),
        NOON_MILLIS,
        Map.of(),
        fallback);
  }

  private static ScoringTask at(ScoringTask task, Trigger trigger) {
    return new ScoringTask(
        task.userId(),
        null,
        task.sequence(),
        task.excluded(),
        task.candidates(),
        trigger,
        task.timeMillis(),
        task.context(),
        null);
  }

  private static ScoringTask excluding(ScoringTask task, Set<String> excluded) {
    return new ScoringTask(
        task.userId(),
        null,
        task.sequence(),
        excluded,
        task.candidates(),
        task.trigger(),
        task.timeMillis(),
        task.context(),
        null);
  }

  private static ScoringTask in(Map<String, String> context, ScoringTask task) {
    return new ScoringTask(
        task.userId(),
        null,
        task.sequence(),
        task.excluded(),
        task.candidates(),
        task.trigger(),
        task.timeMillis(),
        context,
        null);
  }

  private void start(RecommendationConfig config, Release initial) throws Exception {
    start(config, initial, true);
  }

  private void start(RecommendationConfig config, Release initial, boolean checkpointed)
      throws Exception {
    harness = harness(config, initial, checkpointed);
    harness.open();
  }

  private void restart(RecommendationConfig config, Release initial) throws Exception {
    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();
    harness = harness(config, initial, true);
    harness.initializeState(state);
    harness.open();
  }

  private static TwoInputStreamOperatorTestHarness<ScoringTask, Update, Recommendation> harness(
      RecommendationConfig config, Release initial, boolean checkpointed) throws Exception {
    return new TwoInputStreamOperatorTestHarness<>(
        new ScoreCandidates(config, new TestReleases(), initial, checkpointed));
  }

  private void process(ScoringTask... tasks) throws Exception {
    for (ScoringTask task : tasks) {
      harness.processElement1(new StreamRecord<>(task));
    }
  }

  private void news(Update... updates) throws Exception {
    for (Update update : updates) {
      harness.processElement2(new StreamRecord<>(update));
    }
  }

  private void flush() throws Exception {
    harness.setProcessingTime(harness.getProcessingTime() + 10);
  }

  /** Waits until the loading thread has something to say, and listens to it. */
  private void awaitNewsOfLoading() throws Exception {
    harness.getTaskMailbox().take(TaskMailbox.MIN_PRIORITY).run();
  }

  private List<Recommendation> answers() {
    return harness.extractOutputValues();
  }

  private Recommendation last() {
    return answers().get(answers().size() - 1);
  }
}
