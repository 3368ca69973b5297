package io.freshet.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.model.pcrec.InteractionSplit;
import io.freshet.model.pcrec.NodeEmbeddings;
import io.freshet.schemas.ClickEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FullRankingTest {
  private static final int ITEMS = 60;

  /** Item n scores -n: the ranking is that of their numbers. */
  private static final ItemScores BY_NUMBER =
      user -> {
        float[] scores = new float[ITEMS];
        for (int item = 0; item < ITEMS; item++) {
          scores[item] = -item;
        }
        return scores;
      };

  @Test
  void heldOutItemsAreRankedAmongThoseThatTheUserHasNotClicked() {
    // u has clicked items 0 to 4 and, for validation, 5: item 26 is the 21st of the others
    assertThat(full(test("u", "i25"))).containsEntry("recall_at_20", 1.0);
    assertThat(full(test("u", "i26")))
        .containsEntry("recall_at_20", 0.0)
        .containsEntry("recall_at_40", 1.0);
  }

  @Test
  void validationRanksBeforeWhatItHoldsOutIsKnown() {
    Map<String, List<String>> none = Map.of();
    InteractionGraph graph = graph();
    assertThat(recall(new InteractionSplit(graph, Map.of("u", List.of("i24")), none))).isOne();
    assertThat(recall(new InteractionSplit(graph, Map.of("u", List.of("i25")), none))).isZero();
  }

  private static double recall(InteractionSplit split) {
    return new FullRanking(split).validationRecall(BY_NUMBER);
  }

  @Test
  void everyMetricIsOfAllHeldOutItemsOfAUser() {
    // first and third of the items that u has not clicked
    Map<String, Double> full = full(test("u", "i6", "i8"));
    double second = Math.log(2) / Math.log(3);
    assertThat(full.get("recall_at_20")).isEqualTo(1);
    assertThat(full.get("map_at_20")).isCloseTo((1 + 2 / 3.0) / 2, within(1e-12));
    assertThat(full.get("map_at_40")).isCloseTo((1 + 2 / 3.0) / 2, within(1e-12));
    assertThat(full.get("ndcg_at_20")).isCloseTo(1.5 / (1 + second), within(1e-12));
  }

  @Test
  void usersCountAlikeHoweverManyItemsTheyHave() {
    Map<String, List<String>> test = Map.of("u", List.of("i6"), "v", List.of("i50", "i51", "i52"));
    assertThat(full(test)).containsEntry("recall_at_20", .5);
  }

  @Test
  void itemThatIsNotInTheGraphCountsAsNotFoundHoweverFewOthersThereAre() {
    Map<String, Double> full = full(test("u", "i6", "new", "newer"));
    assertThat(full.get("recall_at_40")).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(full.get("map_at_40")).isCloseTo(1 / 3.0, within(1e-12));

    InteractionSplit small =
        new InteractionSplit(graphOf(List.of("u a", "v b")), Map.of(), test("u", "new"));
    ItemScores alike = user -> new float[2];
    assertThat(new FullRanking(small).measure(alike).get("full"))
        .containsEntry("recall_at_40", 0.0);
  }

  @Test
  void tieIsWorthWhatItIsExpectedToBe() {
    ItemScores alike = user -> new float[ITEMS];
    double recall = measure(test("u", "i9"), alike).get("full").get("recall_at_20");
    assertThat(recall).isCloseTo(20.0 / (ITEMS - 6), within(1e-12));
  }

  @Test
  void coldUsersAndColdItemsHaveRowsOfTheirOwn() {
    // v has two items in train; i8 and new are cold, i30 is not
    Map<String, List<String>> test = Map.of("u", List.of("i8", "i30"), "v", List.of("i30", "new"));
    Map<String, Map<String, Double>> rows = measure(test, BY_NUMBER);
    assertThat(rows.get("full")).containsEntry("recall_at_20", .25);
    assertThat(rows.get("full-cold-users")).containsEntry("recall_at_20", 0.0);
    assertThat(rows.get("full-cold-users")).containsEntry("recall_at_40", .5);
    assertThat(rows.get("full-cold-items")).containsEntry("recall_at_20", .5);
  }

  @Test
  void allItemsOfNewUsersAreRankedAmongAll() {
    Map<String, List<String>> newUsers = Map.of("x", List.of("i19", "i20", "i40", "new"));
    InteractionSplit split = new InteractionSplit(graph(), Map.of(), test("u", "i6"), newUsers);
    Map<String, Map<String, Double>> rows =
        new FullRanking(split).measureNewUsers(user -> BY_NUMBER.of(0));
    assertThat(rows).containsOnlyKeys("full-new-users");
    assertThat(rows.get("full-new-users"))
        .containsEntry("recall_at_20", .25)
        .containsEntry("recall_at_40", .5)
        .containsOnlyKeys(full(test("u", "i6")).keySet());
  }

  @Test
  void eachNewUserIsScoredApart() {
    Map<String, List<String>> newUsers = Map.of("x", List.of("i1"), "y", List.of("i1"));
    InteractionSplit split = new InteractionSplit(graph(), Map.of(), Map.of(), newUsers);
    float[] last = new float[ITEMS];
    last[1] = -1;
    assertThat(
            new FullRanking(split)
                .measureNewUsers(user -> user.equals("x") ? BY_NUMBER.of(0) : last)
                .get("full-new-users"))
        .containsEntry("recall_at_20", .5);
  }

  @Test
  void whatNobodyFallsUnderHasNoRow() {
    InteractionSplit split = new InteractionSplit(graph(), Map.of(), test("u", "i6"));
    assertThat(new FullRanking(split).measureNewUsers(user -> BY_NUMBER.of(0))).isEmpty();
    assertThat(measure(test("u", "i30"), BY_NUMBER)).containsOnlyKeys("full");
  }

  @Test
  void popularityIsHowManyUsersHaveClicked() {
    InteractionGraph graph = graphOf(List.of("u a", "v a", "v b"));
    assertThat(ItemScores.byPopularity(graph).of(0)).containsExactly(2, 1);
  }

  @Test
  void productIsThatOfTheUsersVectorAndTheItems() {
    InteractionGraph graph = graphOf(List.of("u a", "v a", "v b"));
    NodeEmbeddings vectors =
        new NodeEmbeddings(2, new float[] {1, 2, /* v */ 3, 4, /* a */ 5, 6, /* b */ 7, 8});
    assertThat(ItemScores.byProduct(graph, vectors).of(1)).containsExactly(39, 53);
    assertThat(ItemScores.products(graph, vectors).apply(new float[] {1, 0})).containsExactly(5, 7);
  }

  private static Map<String, List<String>> test(String user, String... items) {
    return Map.of(user, List.of(items));
  }

  private static Map<String, Double> full(Map<String, List<String>> test) {
    return measure(test, BY_NUMBER).get("full");
  }

  private static Map<String, Map<String, Double>> measure(
      Map<String, List<String>> test, ItemScores scores) {
    Map<String, List<String>> validation = Map.of("u", List.of("i5"), "v", List.of("i7"));
    return new FullRanking(new InteractionSplit(graph(), validation, test)).measure(scores);
  }

  /** u has clicked items 0 to 4, v 0 and 1, w0 all, w1 to w3 all but 5 to 19. */
  private static InteractionGraph graph() {
    List<String> pairs = new ArrayList<>();
    for (int item = 0; item < ITEMS; item++) {
      pairs.add("w0 i" + item);
      for (int user = 1; user < 4 && (item < 5 || item >= 20); user++) {
        pairs.add("w%d i%d".formatted(user, item));
      }
    }
    pairs.addAll(List.of("u i0", "u i1", "u i2", "u i3", "u i4", "v i0", "v i1"));
    return graphOf(pairs);
  }

  private static InteractionGraph graphOf(List<String> pairs) {
    List<ClickEvent> clicks = new ArrayList<>();
    for (String pair : pairs) {
      String[] ids = pair.split(" ", -1);
      String event = "%05d".formatted(clicks.size());
      clicks.add(new ClickEvent(event, ids[0], ids[1], Instant.EPOCH, "click", null, Map.of()));
    }
    return InteractionGraph.of(clicks);
  }
}
