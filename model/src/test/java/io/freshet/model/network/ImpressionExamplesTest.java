package io.freshet.model.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.model.Behavior;
import io.freshet.model.EmbeddingHistory;
import io.freshet.model.ImpressionLog;
import io.freshet.model.ImpressionLog.Impression;
import io.freshet.model.ScoringRequest;
import io.freshet.model.ScoringRequest.PastItem;
import io.freshet.model.ScoringRequest.Target;
import io.freshet.schemas.Item;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImpressionExamplesTest {
  private static final Instant START = Logs.START;
  private static final Map<String, String> TAB = Map.of("tab", "1");

  private final ImpressionLog log =
      new ImpressionLog(
          List.of(
              shown("u1", "a", 0, true),
              shown("u1", "b", 10, false),
              shown("u2", "a", 10, true),
              shown("u1", "c", 20, true),
              shown("u1", "d", 20, true),
              shown("u1", "e", 30, false)),
          List.of(new Item("a", "x", null, null, true)),
          Map.of("u1", List.of("old", "older-than-a")));

  @Test
  void sequenceIsWhatTheUserHadClickedStrictlyBefore() {
    ImpressionExamples.Labelled all = all(10);
    assertThat(past(all.get(0))).containsExactly("old", "older-than-a");
    assertThat(past(all.get(1))).containsExactly("old", "older-than-a", "a");
    assertThat(past(all.get(2))).as("of another user").isEmpty();
    assertThat(past(all.get(3))).containsExactly("old", "older-than-a", "a");
    assertThat(past(all.get(4))).as("shown together").isEqualTo(past(all.get(3)));
    assertThat(past(all.get(5))).containsExactly("old", "older-than-a", "a", "c", "d");
  }

  @Test
  void onlyTheNewestBehaviorsAreKept() {
    assertThat(past(all(2).get(5))).containsExactly("c", "d");
  }

  @Test
  void itIsAskedAtTheTimeOfTheImpressionAboutTheItemShown() {
    LabelledRequest example = all(10).get(1);
    ScoringRequest request = example.request();
    assertThat(request.nowMillis()).isEqualTo(START.plusSeconds(10).toEpochMilli());
    assertThat(request.candidates()).containsExactly(new Target("b", null));
    assertThat(request.context()).isEqualTo(TAB);
    assertThat(example.labels()).containsExactly(0);
    assertThat(all(10).get(0).labels()).containsExactly(1);
  }

  @Test
  void timesOfTheEarlierItemsAreUnknownAndCategoriesKnown() {
    assertThat(all(10).get(1).request().sequence())
        .containsExactly(
            new PastItem("old", null, Behavior.UNKNOWN_TIME, "click"),
            new PastItem("older-than-a", null, Behavior.UNKNOWN_TIME, "click"),
            new PastItem("a", "x", START.toEpochMilli(), "click"));
  }

  @Test
  void examplesAreThoseOfTheTimeAskedFor() {
    ImpressionExamples.Labelled some =
        new ImpressionExamples(log, 10, EmbeddingHistory.NONE)
            .between(START.plusSeconds(10), START.plusSeconds(20));
    assertThat(some.size()).isEqualTo(2);
    assertThat(some.userId(0)).isEqualTo("u1");
    assertThat(some.userId(1)).isEqualTo("u2");
  }

  @Test
  void userAndItemComeWithTheirVectors() {
    ScoringRequest request =
        new ImpressionExamples(log, 10, EmbeddingHistory.always(new GroupVectors(2)))
            .between(Instant.MIN, Instant.MAX)
            .get(0)
            .request();
    assertThat(request.userVector()).containsExactly(0, 1);
    assertThat(request.candidates().get(0).vector()).isNull();
  }

  @Test
  void vectorsAreThoseThatKnowNothingLater() {
    EmbeddingHistory history =
        new EmbeddingHistory(Map.of(START.plusSeconds(10), new GroupVectors(2)));
    ImpressionExamples.Labelled all =
        new ImpressionExamples(log, 10, history).between(Instant.MIN, Instant.MAX);
    assertThat(all.get(0).request().userVector()).as("shown before they were learnt").isNull();
    assertThat(all.get(1).request().userVector()).as("shown after").containsExactly(0, 1);
  }

  private ImpressionExamples.Labelled all(int length) {
    return new ImpressionExamples(log, length, EmbeddingHistory.NONE)
        .between(Instant.MIN, Instant.MAX);
  }

  private static List<String> past(LabelledRequest example) {
    return example.request().sequence().stream().map(PastItem::itemId).toList();
  }

  private static Impression shown(String user, String item, int second, boolean clicked) {
    return new Impression(user, item, START.plusSeconds(second), clicked, TAB);
  }
}
