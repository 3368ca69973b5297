package io.freshet.model.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.freshet.model.Behavior;
import io.freshet.model.CandidateScorer;
import io.freshet.model.ClickLog;
import io.freshet.model.ImpressionLog;
import io.freshet.model.ImpressionLog.Impression;
import io.freshet.model.ItemTable;
import io.freshet.model.ScoringRequest;
import io.freshet.model.ScoringRequest.PastItem;
import io.freshet.model.ScoringRequest.Target;
import io.freshet.model.network.Logs;
import io.freshet.schemas.ClickEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RulesTest {
  @Test
  void popularityOfClicksIsTheShareOfAllClicks() {
    ClickLog log = log("u1 a", "u1 b", "u2 a", "u3 a");
    assertThat(scores(Popularity.of(log), List.of(), "b", "a", "c")).containsExactly(.25f, .75f, 0);
  }

  @Test
  void popularityOfImpressionsIsTheShareThatWasClickedDrawnTowardsTheMean() {
    ImpressionLog log =
        new ImpressionLog(
            List.of(shown("a", true), shown("a", true), shown("b", false), shown("b", false)),
            List.of(),
            Map.of());
    float[] scores = scores(Popularity.of(log), List.of(), "a", "b", "c");
    assertThat(scores[0]).isCloseTo((2 + .5f * 20) / 22, within(1e-6f));
    assertThat(scores[1]).isCloseTo(.5f * 20 / 22, within(1e-6f));
    assertThat(scores[2]).as("never shown").isEqualTo(.5f);
  }

  @Test
  void neighborsOfTheNewestItemsScoreMost() {
    ClickLog log = log("u1 a", "u1 b", "u2 a", "u2 b", "u3 c", "u3 d", "u4 c", "u4 d");
    CandidateScorer rule = new CoClickSimilarity(ItemTable.of(log));
    float[] scores = scores(rule, List.of("c", "a"), "b", "d", "a-stranger");
    assertThat(scores[0]).as("next to the newest").isGreaterThan(scores[1]);
    assertThat(scores[1]).as("next to the one before").isPositive();
    assertThat(scores[2]).isZero();
    assertThat(scores(rule, List.of(), "b")).as("of a new user").containsExactly(0);
  }

  private static float[] scores(CandidateScorer rule, List<String> past, String... items) {
    List<PastItem> sequence =
        past.stream().map(i -> new PastItem(i, null, Behavior.UNKNOWN_TIME, "click")).toList();
    List<Target> targets = Stream.of(items).map(item -> new Target(item, null)).toList();
    ScoringRequest request = new ScoringRequest(sequence, 0, targets, Map.of());
    return rule.score(List.of(request)).get(0).scores();
  }

  private static Impression shown(String item, boolean clicked) {
    return new Impression("u", item, Logs.START, clicked, Map.of());
  }

  private static ClickLog log(String... clicks) {
    List<ClickEvent> events = new ArrayList<>();
    for (String click : clicks) {
      String[] parts = click.split(" ", 2);
      events.add(Logs.click(events.size(), parts[0], parts[1], Logs.START));
    }
    return new ClickLog(events, List.of());
  }
}
