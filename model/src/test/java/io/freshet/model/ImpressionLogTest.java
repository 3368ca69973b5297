package io.freshet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.model.ImpressionLog.Impression;
import io.freshet.schemas.ClickEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImpressionLogTest {
  private static final Map<String, List<String>> EARLIER = Map.of("u", List.of("x", "y"));

  @Test
  void impressionsStandByTimeAndThenAsGiven() {
    Impression late = shown("u", "a", 2, true);
    Impression early = shown("u", "b", 1, false);
    Impression alsoLate = shown("u", "c", 2, true);
    assertThat(log(late, early, alsoLate).impressions()).containsExactly(early, late, alsoLate);
    assertThat(log(alsoLate, early, late).impressions()).containsExactly(early, alsoLate, late);
  }

  @Test
  void splitPutsEachImpressionOnOneSide() {
    ImpressionLog log =
        log(
            shown("u", "a", 1, true),
            shown("u", "b", 2, false),
            shown("v", "c", 3, false),
            shown("v", "d", 3, true));
    assertThat(log.timeAt(.5)).isEqualTo(Instant.ofEpochMilli(3));
    assertThat(log.before(log.timeAt(.75)).impressions())
        .isEqualTo(log.impressions().subList(0, 2));
    assertThat(log.from(log.timeAt(.75)).impressions()).isEqualTo(log.impressions().subList(2, 4));
  }

  @Test
  void bothSidesOfSplitKnowItemsAndEarlierClicks() {
    ImpressionLog log = log(shown("u", "a", 1, true), shown("u", "b", 2, false));
    for (ImpressionLog side : List.of(log.before(log.timeAt(.5)), log.from(log.timeAt(.5)))) {
      assertThat(side.items()).isEqualTo(log.items());
      assertThat(side.earlierItems()).isEqualTo(EARLIER);
    }
  }

  @Test
  void clicksAreTheClickedImpressionsInTheirOrder() {
    List<Impression> impressions = new ArrayList<>();
    for (int i = 0; i < 24; i++) { // of one time, and more than ten, so that ids must sort
      impressions.add(shown("u", "item-" + i, 7, i % 2 == 0));
    }
    ClickLog clicks =
        new ImpressionLog(impressions, List.of(Clicks.item("a", "x")), EARLIER).clicks();
    assertThat(clicks.clicks())
        .extracting(ClickEvent::itemId)
        .containsExactlyElementsOf(
            impressions.stream().filter(Impression::clicked).map(Impression::itemId).toList());
    assertThat(clicks.clicks()).extracting(ClickEvent::eventId).doesNotHaveDuplicates();
    assertThat(clicks.clicks().get(0).eventTime()).isEqualTo(Instant.ofEpochMilli(7));
    assertThat(clicks.clicks().get(0).context()).isEqualTo(Map.of("page", "home"));
    assertThat(clicks.items()).containsExactly(Clicks.item("a", "x"));
  }

  @Test
  void cuttingFirstGivesTheSameClicks() {
    ImpressionLog log =
        log(
            shown("u", "a", 1, true),
            shown("v", "b", 1, true),
            shown("v", "c", 2, false),
            shown("v", "d", 2, true));
    Instant time = Instant.ofEpochMilli(2);
    assertThat(log.before(time).clicks()).isEqualTo(log.clicks().before(time));
    assertThat(log.from(time).clicks()).isEqualTo(log.clicks().from(time));
  }

  @Test
  void changingWhatWasGivenChangesNothing() {
    List<Impression> impressions = new ArrayList<>(List.of(shown("u", "a", 1, true)));
    List<String> items = new ArrayList<>(List.of("x"));
    Map<String, List<String>> earlier = new HashMap<>(Map.of("u", items));
    ImpressionLog log = new ImpressionLog(impressions, List.of(), earlier);
    impressions.clear();
    items.clear();
    earlier.put("v", List.of());
    assertThat(log.impressions()).hasSize(1);
    assertThat(log.earlierItems()).isEqualTo(Map.of("u", List.of("x")));
  }

  @Test
  void shareOutsideItsRangeIsRefused() {
    assertThatThrownBy(() -> log(shown("u", "a", 1, true)).timeAt(1))
        .hasMessage("share must be in [0, 1) of at least one impression, was 1.0 of 1");
    assertThatThrownBy(() -> log().timeAt(0)).hasMessageContaining("was 0.0 of 0");
  }

  private static ImpressionLog log(Impression... impressions) {
    return new ImpressionLog(List.of(impressions), List.of(Clicks.item("a", "x")), EARLIER);
  }

  private static Impression shown(String userId, String itemId, long millis, boolean clicked) {
    return new Impression(
        userId, itemId, Instant.ofEpochMilli(millis), clicked, Map.of("page", "home"));
  }
}
