package io.freshet.streaming.recommendation;

import static io.freshet.streaming.recommendation.TestRecords.NOON_MILLIS;
import static io.freshet.streaming.recommendation.TestRecords.config;
import static io.freshet.streaming.recommendation.TestRecords.item;
import static io.freshet.streaming.recommendation.TestRecords.release;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.schemas.Item;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Recommendation.AttendedItem;
import io.freshet.schemas.Recommendation.RankedItem;
import io.freshet.schemas.Recommendation.Trigger;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ScoreCandidatesTest extends ScoringOperatorTest {
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
    assertThat(answer.processedAt()).isEqualTo("2026-11-23T12:00:07Z");
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
  void itemsThatTheModelDoesNotLookAtAreNotNamed() throws Exception {
    start(DEFAULTS, release("v1"));

    process(task("ann", "x", "y", "z", "z", "z", "z", "z", "z"));
    flush();

    assertThat(TestReleases.LOOKED_AT).isEqualTo(6);
    assertThat(last().items().get(0).attended())
        .extracting(AttendedItem::itemId)
        .containsExactly("z");
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
  void batchLeavesWhenNoMoreTasksStandInTheInput() throws Exception {
    start(DEFAULTS, release("v1"));

    process(task("ann", "a"));
    nextMail();
    process(task("bob", "b"));
    nextMail();
    assertThat(answers()).as("a task between two mails").isEmpty();
    nextMail();

    assertThat(answers()).as("no task between two mails").hasSize(2);
    assertThat(harness.getTaskMailbox().hasMail()).isFalse();
  }

  @Test
  void newsDoNotHoldUpABatch() throws Exception {
    start(DEFAULTS, release("v1"));

    process(task("ann", "a"));
    nextMail();
    news(ScoringInput.of(Item.removed("b")));
    nextMail();

    assertThat(answers()).hasSize(1);
  }

  @Test
  void tasksThatFollowAFullBatchWaitForTheInputAnew() throws Exception {
    start(config("freshet.batch.size", "2"), release("v1"));

    process(task("ann", "a"));
    nextMail();
    process(task("bob", "b"), task("cid", "c"));
    assertThat(answers()).hasSize(2);
    flush();

    assertThat(answers()).hasSize(3);
  }

  @Test
  void nothingIsLeftToDoAfterTheEnd() throws Exception {
    start(DEFAULTS, release("v1"));

    process(task("ann", "a"));
    nextMail();
    process(task("bob", "b"));
    harness.getOperator().finish();
    harness.getTaskMailbox().quiesce();
    nextMail();

    assertThat(answers()).hasSize(2);
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
    news(ScoringInput.of(Item.removed("b")));

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

    news(ScoringInput.of(new Item("e", "letters", null, null, false)));
    process(task("ann", "x"));
    flush();

    assertThat(last().items()).extracting(RankedItem::itemId).containsExactly("d", "c", "b", "a");
  }

  @Test
  void newItemIsRetrievedByItsCategory() throws Exception {
    start(DEFAULTS, release("v1"));

    news(ScoringInput.of(item("new", "letters")));
    process(task("ann", "a"));
    flush();

    assertThat(last().items()).extracting(RankedItem::itemId).contains("new");
  }

  @Test
  void whatIsKnownOfItemsSurvivesRestore() throws Exception {
    start(DEFAULTS, release("v1"));
    news(ScoringInput.of(Item.removed("e")));

    restart(DEFAULTS, null);
    process(task("ann", "x"));
    flush();

    assertThat(last().items()).extracting(RankedItem::itemId).doesNotContain("e").contains("d");
  }
}
