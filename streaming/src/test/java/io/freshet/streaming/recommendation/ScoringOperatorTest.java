package io.freshet.streaming.recommendation;

import static io.freshet.streaming.recommendation.TestRecords.NOON_MILLIS;
import static io.freshet.streaming.recommendation.TestRecords.click;
import static io.freshet.streaming.recommendation.TestRecords.config;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.model.Behavior;
import io.freshet.model.BehaviorSequence;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Recommendation.Trigger;
import io.freshet.schemas.Release;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The scoring operator in a harness, with a model whose scores are known. */
abstract class ScoringOperatorTest {
  static final RecommendationConfig DEFAULTS = config();

  OneInputStreamOperatorTestHarness<ScoringInput, Recommendation> harness;

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

  static ScoringTask task(String user, String... items) {
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

  static ScoringTask request(String user, List<String> candidates, String fallback) {
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

  static ScoringTask at(ScoringTask task, Trigger trigger) {
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

  static ScoringTask excluding(ScoringTask task, Set<String> excluded) {
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

  static ScoringTask in(Map<String, String> context, ScoringTask task) {
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

  /**
   * @param initial null for none
   */
  void start(RecommendationConfig config, Release initial) throws Exception {
    start(config, initial == null ? List.of() : List.of(initial), true);
  }

  void start(RecommendationConfig config, Release initial, Release embeddings) throws Exception {
    start(config, List.of(initial, embeddings), true);
  }

  void start(RecommendationConfig config, List<Release> initial, boolean checkpointed)
      throws Exception {
    harness = harness(config, initial, checkpointed);
    harness.open();
  }

  void restart(RecommendationConfig config, Release initial) throws Exception {
    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();
    harness = harness(config, initial == null ? List.of() : List.of(initial), true);
    harness.initializeState(state);
    harness.open();
  }

  static OneInputStreamOperatorTestHarness<ScoringInput, Recommendation> harness(
      RecommendationConfig config, List<Release> initial, boolean checkpointed) throws Exception {
    return new OneInputStreamOperatorTestHarness<>(
        new ScoreCandidates(config, TestReleases.loaders(), initial, checkpointed));
  }

  void process(ScoringTask... tasks) throws Exception {
    for (ScoringTask task : tasks) {
      harness.processElement(new StreamRecord<>(ScoringInput.of(task)));
    }
  }

  void news(ScoringInput... updates) throws Exception {
    for (ScoringInput update : updates) {
      harness.processElement(new StreamRecord<>(update));
    }
  }

  /** Lets the subtask find that no more tasks stand in its input. */
  void flush() throws Exception {
    while (harness.getTaskMailbox().hasMail()) {
      nextMail();
    }
  }

  String nextMail() throws Exception {
    Mail mail = harness.getTaskMailbox().take(TaskMailbox.MIN_PRIORITY);
    mail.run();
    return mail.toString();
  }

  /** Waits until the loading thread has something to say, and listens to it. */
  void awaitNewsOfLoading() throws Exception {
    String about;
    do {
      about = nextMail();
    } while (about.equals(TaskBatch.MAIL));
  }

  List<Recommendation> answers() {
    return harness.extractOutputValues();
  }

  Recommendation last() {
    return answers().get(answers().size() - 1);
  }
}
