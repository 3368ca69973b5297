package io.freshet.streaming.recommendation;

import static io.freshet.streaming.recommendation.TestRecords.NOON_MILLIS;
import static io.freshet.streaming.recommendation.TestRecords.click;
import static io.freshet.streaming.recommendation.TestRecords.config;
import static io.freshet.streaming.recommendation.TestRecords.received;
import static io.freshet.streaming.recommendation.TestRecords.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.model.Behavior;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Recommendation.Trigger;
import io.freshet.schemas.RecommendationRequest;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RememberBehaviorsTest {
  private Harness harness;

  @AfterEach
  void close() throws Exception {
    if (harness != null) {
      harness.close();
    }
  }

  @Test
  void clickIsAnsweredWithAllThatIsRememberedOfItsUser() throws Exception {
    start(config());

    clicks(click("ann", "a", 1), click("ann", "b", 2));

    assertThat(itemsOf(last())).containsExactly("a", "b");
    assertThat(last().userId()).isEqualTo("ann");
    assertThat(last().requestId()).isNull();
    assertThat(last().timeMillis()).isEqualTo(NOON_MILLIS + 2_000);
    assertThat(last().excluded()).containsExactlyInAnyOrder("a", "b");
    assertThat(last().context()).isEqualTo(Map.of("page", "home"));
    assertThat(last().trigger())
        .isEqualTo(new Trigger("click-events", 3, NOON_MILLIS / 1_000 + 2, "ann-b-2"));
  }

  @Test
  void newsGoOnToWhoScoresInTheirPlaceAmongTasks() throws Exception {
    start(config());

    clicks(click("ann", "a", 1));
    ScoringInput news = ScoringInput.of(TestRecords.release("v2"));
    harness.processBroadcastElement(news, 0);
    clicks(click("ann", "b", 2));

    assertThat(harness.extractOutputValues())
        .extracting(ScoringInput::release)
        .containsExactly(null, news.release(), null);
  }

  @Test
  void usersNeverSeeEachOthersBehaviors() throws Exception {
    start(config());

    clicks(click("ann", "a", 1), click("bob", "b", 2));

    assertThat(itemsOf(last())).containsExactly("b");
    assertThat(last().excluded()).containsExactly("b");
  }

  @Test
  void repeatTriggersNothing() throws Exception {
    start(config());

    clicks(click("ann", "a", 1), click("ann", "a", 1));

    assertThat(tasks()).hasSize(1);
  }

  @Test
  void clickBehindTheWatermarkIsRememberedInItsPlace() throws Exception {
    start(config());
    clicks(click("ann", "b", 2));
    harness.processWatermark(new Watermark(NOON_MILLIS + 1_500));
    harness.processBroadcastWatermark(new Watermark(NOON_MILLIS + 1_500));

    clicks(click("ann", "a", 1));

    assertThat(itemsOf(last())).containsExactly("a", "b");
    assertThat(last().timeMillis()).isEqualTo(NOON_MILLIS + 2_000);
  }

  @Test
  void sequenceAndSeenItemsHaveTheirOwnBounds() throws Exception {
    start(config("freshet.sequence.length", "2", "freshet.seen.size", "3"));

    clicks(click("ann", "a", 1), click("ann", "b", 2), click("ann", "c", 3), click("ann", "d", 4));

    assertThat(itemsOf(last())).containsExactly("c", "d");
    assertThat(last().excluded()).containsExactlyInAnyOrder("b", "c", "d");
  }

  @Test
  void onlyItemsOfTheExcludedActionsAreNotShownAgain() throws Exception {
    start(config("freshet.candidates.exclude-actions", "purchase"));

    clicks(purchase("ann", "a", 1), click("ann", "b", 2));

    assertThat(last().excluded()).containsExactly("a");
  }

  @Test
  void oldClicksAreRememberedAndNotAnswered() throws Exception {
    start(config("freshet.trigger.max-age", "10 s"));
    harness.setProcessingTime(NOON_MILLIS + 20_000);

    clicks(click("ann", "a", 9), click("ann", "b", 10));

    assertThat(tasks()).hasSize(1);
    assertThat(itemsOf(last())).containsExactly("a", "b");
  }

  @Test
  void historyIsRememberedAndNotAnswered() throws Exception {
    start(config("freshet.trigger.from", "2026-11-23T12:00:02Z"));

    clicks(click("ann", "a", 1), click("ann", "b", 2));

    assertThat(tasks()).hasSize(1);
    assertThat(itemsOf(last())).containsExactly("a", "b");
  }

  @Test
  void quietUsersFirstClickIsAnsweredAtOnceAndTheRestAsOneForTheLast() throws Exception {
    start(config("freshet.trigger.min-interval", "10 s"));
    harness.setProcessingTime(1_000);

    clicks(click("ann", "a", 1), click("ann", "b", 2), click("ann", "c", 3));
    assertThat(tasks()).hasSize(1);
    harness.setProcessingTime(10_999);
    assertThat(tasks()).hasSize(1);
    harness.setProcessingTime(11_000);

    assertThat(tasks()).hasSize(2);
    assertThat(itemsOf(last())).containsExactly("a", "b", "c");
    assertThat(last().trigger().eventId()).isEqualTo("ann-c-3");
    assertThat(harness.numProcessingTimeTimers()).isZero();
  }

  @Test
  void minimumIntervalStartsAnewWithEachAnswer() throws Exception {
    start(config("freshet.trigger.min-interval", "10 s"));
    harness.setProcessingTime(1_000);
    clicks(click("ann", "a", 1), click("ann", "b", 2));
    harness.setProcessingTime(11_000);

    clicks(click("ann", "c", 3));
    assertThat(tasks()).hasSize(2);
    harness.setProcessingTime(21_000);

    assertThat(tasks()).hasSize(3);
    assertThat(last().trigger().eventId()).isEqualTo("ann-c-3");
  }

  @Test
  void heldClickSurvivesRestore() throws Exception {
    RecommendationConfig config = config("freshet.trigger.min-interval", "10 s");
    start(config);
    harness.setProcessingTime(1_000);
    clicks(click("ann", "a", 1), click("ann", "b", 2));

    restart(config);
    harness.setProcessingTime(11_000);

    assertThat(tasks()).hasSize(1);
    assertThat(last().trigger().eventId()).isEqualTo("ann-b-2");
  }

  @Test
  void heldClickIsAnsweredOnceWhereTheIntervalIsTakenAway() throws Exception {
    start(config("freshet.trigger.min-interval", "10 s"));
    harness.setProcessingTime(1_000);
    clicks(click("ann", "a", 1), click("ann", "b", 2));

    restart(config());
    harness.setProcessingTime(11_000);
    requests(request("ann", 5, "never"));
    harness.setProcessingTime(12_000);

    assertThat(tasks())
        .extracting(task -> task.trigger().eventId())
        .containsExactly("ann-b-2", "q-ann-5");
  }

  @Test
  void nextClickDoesNotWaitForTheHeldOneWhereTheIntervalIsTakenAway() throws Exception {
    start(config("freshet.trigger.min-interval", "10 s"));
    harness.setProcessingTime(1_000);
    clicks(click("ann", "a", 1), click("ann", "b", 2));

    restart(config());
    clicks(click("ann", "c", 3));
    harness.setProcessingTime(11_000);

    assertThat(tasks())
        .extracting(task -> task.trigger().eventId())
        .containsExactly("ann-c-3", "ann-b-2");
    assertThat(itemsOf(last())).containsExactly("a", "b", "c");
  }

  @Test
  void requestIsAnsweredWithWhatIsRemembered() throws Exception {
    start(config());
    clicks(click("ann", "a", 1));

    requests(request("ann", 60, null));

    assertThat(itemsOf(last())).containsExactly("a");
    assertThat(last().requestId()).isEqualTo("q-ann-60");
    assertThat(last().timeMillis()).isEqualTo(NOON_MILLIS + 60_000);
    assertThat(last().excluded()).containsExactly("a");
    assertThat(last().fallback()).isNull();
    assertThat(last().trigger())
        .isEqualTo(new Trigger("recommendation-requests", 5, NOON_MILLIS / 1_000 + 60, "q-ann-60"));
  }

  @Test
  void requestOfAnUnknownUserHasAnEmptySequence() throws Exception {
    start(config());

    requests(request("new", 1, null));

    assertThat(last().sequence().behaviors()).isEmpty();
    assertThat(last().timeMillis()).isEqualTo(NOON_MILLIS + 1_000);
  }

  @Test
  void requestBringsItsCandidatesAndNothingIsExcludedFromThem() throws Exception {
    start(config());
    clicks(click("ann", "a", 1));

    requests(request("ann", 2, null, List.of("a", "z")));

    assertThat(last().candidates()).containsExactly("a", "z");
    assertThat(last().excluded()).isEmpty();
  }

  @Test
  void requestWaitsForTheClickThatItNames() throws Exception {
    start(config());
    harness.setProcessingTime(1_000);

    requests(request("ann", 5, "ann-a-1"));
    assertThat(tasks()).isEmpty();
    clicks(click("ann", "x", 0));
    assertThat(tasks()).hasSize(1);
    clicks(click("ann", "a", 1));

    assertThat(tasks()).hasSize(3);
    assertThat(last().requestId()).isEqualTo("q-ann-5");
    assertThat(itemsOf(last())).containsExactly("x", "a");
    assertThat(last().fallback()).isNull();
    harness.setProcessingTime(2_000);
    assertThat(tasks()).hasSize(3);
  }

  @Test
  void requestThatNamesARememberedClickDoesNotWait() throws Exception {
    start(config());
    clicks(click("ann", "a", 1));

    requests(request("ann", 5, "ann-a-1"));

    assertThat(last().requestId()).isEqualTo("q-ann-5");
  }

  @Test
  void requestWhoseClickDoesNotComeIsAnsweredAndSaysSo() throws Exception {
    start(config());
    harness.setProcessingTime(1_000);
    requests(request("ann", 5, "ann-a-1"));

    harness.setProcessingTime(1_199);
    assertThat(tasks()).isEmpty();
    harness.setProcessingTime(1_200);

    assertThat(tasks()).hasSize(1);
    assertThat(last().fallback()).isEqualTo("click-not-seen");
    clicks(click("ann", "a", 1));
    assertThat(tasks()).hasSize(2);
  }

  @Test
  void waitingRequestSurvivesRestore() throws Exception {
    start(config());
    requests(request("ann", 5, "ann-a-1"), request("ann", 6, "ann-b-2"));

    restart(config());
    clicks(click("ann", "a", 1));

    assertThat(tasks()).extracting(ScoringTask::requestId).containsExactly(null, "q-ann-5");
    harness.setProcessingTime(200);
    assertThat(tasks()).hasSize(3);
    assertThat(last().requestId()).isEqualTo("q-ann-6");
  }

  @Test
  void memorySurvivesRestore() throws Exception {
    start(config());
    clicks(click("ann", "a", 1));

    restart(config());
    clicks(click("ann", "a", 1), click("ann", "b", 2));

    assertThat(tasks()).hasSize(1);
    assertThat(itemsOf(last())).containsExactly("a", "b");
  }

  @Test
  void manyClicksSurviveRestores() throws Exception {
    start(config());
    for (int second = 0; second < 60; second++) {
      clicks(click("ann", "a" + second, second), click("bob", "b", second));
      if (second % 7 == 0) {
        restart(config());
      }
    }
    restart(config());
    requests(request("ann", 60, null));

    assertThat(itemsOf(last()))
        .isEqualTo(IntStream.range(10, 60).mapToObj(second -> "a" + second).toList());
    assertThat(last().excluded()).hasSize(60);
  }

  @Test
  void whoIsNotOnTheHeapIsReadFromState() throws Exception {
    start(config("freshet.state.cache", "1"));
    for (int user = 0; user < 5_000; user++) {
      clicks(click("user" + user, "a", 1));
    }

    clicks(click("user7", "b", 2), click("user4999", "b", 2));

    assertThat(itemsOf(tasks().get(5_000))).containsExactly("a", "b");
    assertThat(itemsOf(last())).containsExactly("a", "b");
  }

  @Test
  void shorterSequenceAfterRestoreKeepsTheNewest() throws Exception {
    start(config());
    clicks(click("ann", "a", 1), click("ann", "b", 2), click("ann", "c", 3));

    restart(config("freshet.sequence.length", "2"));
    requests(request("ann", 9, null));

    assertThat(itemsOf(last())).containsExactly("b", "c");
  }

  @Test
  void userIsForgottenOnceSilentForTheTimeToLive() throws Exception {
    start(config("freshet.state.ttl", "1 h"));
    clicks(click("ann", "a", 1));
    at(3_599_999);
    requests(request("ann", 2, null));
    assertThat(itemsOf(last())).containsExactly("a");

    at(3_600_000);
    requests(request("ann", 3, null));

    assertThat(last().sequence().behaviors()).isEmpty();
    assertThat(last().excluded()).isEmpty();
    clicks(click("ann", "b", 4));
    assertThat(itemsOf(last())).containsExactly("b");
  }

  @Test
  void userWhoClicksNowAndThenIsNotForgotten() throws Exception {
    RecommendationConfig config = config("freshet.state.ttl", "1 h");
    start(config);
    for (int i = 0; i < 20; i++) {
      at(i * 800_000L);
      clicks(click("ann", "a" + i, i));
      restart(config);
      at(i * 800_000L);
    }
    at(19 * 800_000L + 3_599_999);

    requests(request("ann", 60, null));

    assertThat(itemsOf(last())).hasSize(20);
  }

  /** Lets it be this time, for the job and for Flink's own expiry of state. */
  private void at(long millis) throws Exception {
    harness.setStateTtlProcessingTime(millis);
    harness.setProcessingTime(millis);
  }

  private static ClickEvent purchase(String user, String item, int second) {
    ClickEvent click = click(user, item, second);
    return new ClickEvent(
        click.eventId(), user, item, click.eventTime(), "purchase", null, Map.of());
  }

  private static List<String> itemsOf(ScoringTask task) {
    return task.sequence().behaviors().stream().map(Behavior::itemId).toList();
  }

  private void start(RecommendationConfig config) throws Exception {
    harness = new Harness(config);
    harness.open();
  }

  private void restart(RecommendationConfig config) throws Exception {
    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();
    harness = new Harness(config);
    harness.initializeState(state);
    harness.open();
  }

  private void clicks(ClickEvent... clicks) throws Exception {
    for (ClickEvent click : clicks) {
      harness.processElement(UserEvent.ofClick(received(click)), click.eventTime().toEpochMilli());
    }
  }

  private void requests(RecommendationRequest... requests) throws Exception {
    for (RecommendationRequest request : requests) {
      harness.processElement(
          UserEvent.ofRequest(received(request)), request.requestedAt().toEpochMilli());
    }
  }

  private List<ScoringTask> tasks() {
    return harness.extractOutputValues().stream().map(ScoringInput::task).toList();
  }

  private ScoringTask last() {
    return tasks().get(tasks().size() - 1);
  }

  private static final class Harness
      extends KeyedBroadcastOperatorTestHarness<String, UserEvent, ScoringInput, ScoringInput> {
    Harness(RecommendationConfig config) throws Exception {
      super(
          new CoBroadcastWithKeyedOperator<>(
              new RememberBehaviors(config.memory(), config.triggers(), config.candidates()),
              List.of()),
          UserEvent::userId,
          Types.STRING,
          128,
          1,
          0);
      setStateBackend(new EmbeddedRocksDBStateBackend());
    }
  }
}
