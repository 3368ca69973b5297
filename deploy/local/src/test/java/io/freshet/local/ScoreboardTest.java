package io.freshet.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.freshet.local.Scoreboard.Place;
import io.freshet.local.Summary.EmbeddingVersion;
import io.freshet.local.Summary.SourceOnlyUsers;
import io.freshet.local.Summary.Version;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Recommendation.RankedItem;
import io.freshet.schemas.Recommendation.Trigger;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScoreboardTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  private final Scoreboard board = new Scoreboard();

  @Test
  void clickIsHeldAgainstTheAnswerToTheClickBefore() {
    clicked("ann", "a", 0);
    clicked("ann", "b", 1);
    clicked("ann", "c", 2);
    answered(0, "b", "x");
    answered(1, "x", "y");
    answered(2, "c");

    Summary summary = board.summary(0);

    assertThat(summary.evaluatedClicks()).isEqualTo(2);
    assertThat(summary.hitRateAt10()).isEqualTo(.5);
  }

  @Test
  void answersOfOtherUsersAndAnswersThatNeverCameDoNotCount() {
    clicked("ann", "a", 0);
    clicked("bob", "b", 1);
    clicked("ann", "b", 2);
    clicked("bob", "a", 3);
    answered(1, "z");

    assertThat(board.summary(0).evaluatedClicks()).isEqualTo(1);
    assertThat(board.summary(0).hitRateAt10()).isZero();
  }

  @Test
  void answerMayComeBeforeItsClickIsKnown() {
    answered(0, "b");
    clicked("ann", "a", 0);
    clicked("ann", "b", 1);

    assertThat(board.summary(0).hitRateAt10()).isEqualTo(1);
  }

  @Test
  void completeIsWhatHasAnAnswerToEveryClickInWhateverOrderTheyCame() {
    assertThat(board.isComplete()).isTrue();
    clicked("ann", "a", 0);
    answered(1, "b");
    assertThat(board.isComplete()).isFalse();
    clicked("ann", "b", 1);
    answered(1, "b");
    assertThat(board.isComplete()).isFalse();
    answered(0, "b");
    assertThat(board.isComplete()).isTrue();
  }

  @Test
  void onlyTheFirstTenItemsCount() {
    clicked("ann", "a", 0);
    clicked("ann", "k", 1);
    answered(0, "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "k");

    assertThat(board.summary(0).hitRateAt10()).isZero();
  }

  @Test
  void popularIsWhatIsClickedMostUntilTheClickBeforeAndNotKnownToTheUser() {
    for (int i = 0; i < 9; i++) {
      past("bob", "p" + i);
      past("cid", "p" + i);
    }
    past("bob", "q");
    past("bob", "r");
    past("ann", "p0");
    clicked("ann", "a", 0);
    clicked("ann", "q", 1);
    clicked("ann", "r", 2);
    clicked("ann", "s", 3);
    answered(0);
    answered(1);
    answered(2);

    // Of all but p0 and a: p1 to p8 and then, by name, q and r; s is not known to anyone.
    assertThat(board.summary(0).popularHitRateAt10()).isEqualTo(2 / 3.0);
  }

  @Test
  void latencyIsFromAppendToAppend() {
    board.clicked(click("ann", "a"), new Place(0, 0), 1_000);
    board.clicked(click("ann", "b"), new Place(0, 1), 1_000);
    board.recommended(answer(0, null, "x"), 1_010);
    board.recommended(answer(1, null, "x"), 1_090);

    assertThat(board.summary(0).latencyMillisP50()).isEqualTo(10);
    assertThat(board.summary(0).latencyMillisP99()).isEqualTo(90);
  }

  @Test
  void repeatedAnswerIsCountedApart() {
    clicked("ann", "a", 0);
    board.recommended(answer(0, "no-release"), 1_000);
    board.recommended(answer(0, "no-release"), 9_000);

    assertThat(board.summary(3).recommendations()).isEqualTo(1);
    assertThat(board.summary(3).repeats()).isEqualTo(1);
    assertThat(board.summary(3).fallbacks()).isEqualTo(1);
    assertThat(board.summary(3).latencyMillisP99()).isEqualTo(0);
    assertThat(board.summary(3).deadLetters()).isEqualTo(3);
  }

  @Test
  void nothingPlayedSaysSoInJson() {
    assertThat(board.summary(0))
        .hasToString(
            "{\"clicks\":0,\"recommendations\":0,\"repeats\":0,\"latency_millis_p50\":null,"
                + "\"latency_millis_p99\":null,\"evaluated_clicks\":0,\"hit_rate_at_10\":null,"
                + "\"popular_hit_rate_at_10\":null,\"dead_letters\":0,\"fallbacks\":0,"
                + "\"model_version\":null,\"versions\":[],\"sources\":{},\"embeddings\":[],"
                + "\"source_only_users\":{\"asked\":0,\"with_pcrec\":0}}");
  }

  @Test
  void versionsStandInTheOrderOfTheirFirstUseWithWhatBecameOfEach() {
    clicked("ann", "a", 0);
    clicked("bob", "a", 1);
    clicked("ann", "b", 2);
    clicked("ann", "c", 3);
    clicked("bob", "b", 4);
    answered("v2", 0, "b");
    answered("v1", 1, "b");
    answered("v1", 2, "x");
    answered("v2", 3, "c");
    answered(null, 4);

    assertThat(board.summary(0).versions())
        .containsExactly(new Version("v2", 2, 1, 1.0), new Version("v1", 2, 2, .5));
    assertThat(board.summary(0).modelVersion()).isEqualTo("v2");
    assertThat(board.summary(0).recommendations()).isEqualTo(5);
  }

  @Test
  void versionWhoseAnswersNoClickWasHeldAgainstHasNoRate() {
    clicked("ann", "a", 0);
    answered("v1", 0, "b");

    assertThat(board.summary(0).toString())
        .contains(
            "\"versions\":[{\"version\":\"v1\",\"recommendations\":1,"
                + "\"evaluated_clicks\":0,\"hit_rate_at_10\":null}]");
  }

  @Test
  void sourcesAreSharesOfAllItemsRecommendedForClicks() {
    clicked("ann", "a", 0);
    clicked("ann", "b", 1);
    board.asked("q");
    board.recommended(fromSources(0, null, null, "similar", "pcrec"), 1_000);
    board.recommended(fromSources(1, null, null, "similar", "popular"), 1_000);
    board.requested(fromSources(2, "q", "e1", "pcrec"), 1_000);

    assertThat(board.summary(0).sources())
        .containsExactly(entry("pcrec", .25), entry("popular", .25), entry("similar", .5));
  }

  @Test
  void embeddingsAreTakenUpWithTheFirstAnswerThatNamesThem() {
    board.announced("e1", 5_000);
    board.announced("e3", 9_000);
    board.recommended(fromSources(0, null, null, "popular"), 5_500);
    board.recommended(fromSources(1, null, "e1", "pcrec"), 7_500);
    board.recommended(fromSources(2, null, "e1", "pcrec"), 7_000);
    board.recommended(fromSources(3, null, "e0", "pcrec"), 8_000);

    assertThat(board.summary(0).embeddings())
        .containsExactly(
            new EmbeddingVersion("e1", 2, 2_000L), new EmbeddingVersion("e0", 1, null));
  }

  @Test
  void userOfTheSourceAloneIsHeldAgainstTheFirstAnswerToTheRequest() {
    board.asked("q0");
    board.asked("q1");
    assertThat(board.isComplete()).isFalse();
    board.requested(fromSources(0, "q0", "e1", "popular", "pcrec"), 1_000);
    board.requested(fromSources(0, "q0", "e1", "popular", "pcrec"), 1_000);
    board.requested(fromSources(1, "q1", "e1", "popular"), 1_000);
    board.requested(fromSources(2, "never-asked", "e1", "pcrec"), 1_000);

    assertThat(board.isComplete()).isTrue();
    assertThat(board.summary(0).sourceOnlyUsers()).isEqualTo(new SourceOnlyUsers(2, 1));
    assertThat(board.summary(0).recommendations()).isZero();
    assertThat(board.summary(0).repeats()).isEqualTo(1);
  }

  private void past(String user, String item) {
    board.past(click(user, item));
  }

  private void clicked(String user, String item, long offset) {
    board.clicked(click(user, item), new Place(0, offset), 1_000);
  }

  private void answered(long offset, String... items) {
    board.recommended(answer(offset, null, items), 1_000);
  }

  private static ClickEvent click(String user, String item) {
    return new ClickEvent(user + item, user, item, NOON, "click", null, Map.of());
  }

  private void answered(String version, long offset, String... items) {
    board.recommended(answer(version, offset, null, items), 1_000);
  }

  private static Recommendation answer(long offset, String fallback, String... items) {
    return answer("v1", offset, fallback, items);
  }

  private static Recommendation answer(
      String version, long offset, String fallback, String... items) {
    List<RankedItem> ranked =
        Arrays.stream(items).map(item -> new RankedItem(item, .5f, "similar", List.of())).toList();
    return answer(version, null, null, offset, fallback, ranked);
  }

  private static Recommendation fromSources(
      long offset, String requestId, String embeddings, String... sources) {
    List<RankedItem> ranked =
        Arrays.stream(sources).map(from -> new RankedItem(from, .5f, from, List.of())).toList();
    return answer("v1", embeddings, requestId, offset, null, ranked);
  }

  private static Recommendation answer(
      String version,
      String embeddings,
      String requestId,
      long offset,
      String fallback,
      List<RankedItem> ranked) {
    return new Recommendation(
        "r" + offset,
        "ann",
        requestId,
        ranked,
        "bst",
        fallback,
        version,
        embeddings,
        1,
        "",
        new Trigger("click-events", 0, offset, "e"),
        NOON,
        NOON);
  }
}
