package io.freshet.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.schemas.Item;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CandidateRetrieverTest {
  private final UpdatedCatalog items =
      UpdatedCatalog.of(
          ItemTable.of(
              new ClickLog(
                  Clicks.of(
                      "u1: tea cup", "u2: tea cup", "u3: ink pen", "u4: hat", "u5: hat", "u6: hat"),
                  List.of(
                      Clicks.item("tea", "kitchen"),
                      Clicks.item("cup", "kitchen"),
                      Clicks.item("pot", "kitchen"),
                      Clicks.item("jug", "kitchen")))));

  @Test
  void neighborsComeFirstThenTheCategoryThenWhatIsPopular() {
    assertThat(retrieve(Clicks.sequence("tea"), Set.of("tea"), 4))
        .containsExactly(
            new Candidate("cup", "kitchen", "similar", 1),
            new Candidate("jug", "kitchen", "category", 2),
            new Candidate("hat", null, "popular", 3),
            new Candidate("pot", "kitchen", "category", 4));
  }

  @Test
  void neighborsOfTheNewestItemComeFirst() {
    assertThat(retrieve(Clicks.sequence("ink", "tea"), Set.of(), 2))
        .extracting(Candidate::itemId)
        .containsExactly("cup", "pen");
    assertThat(retrieve(Clicks.sequence("tea", "ink"), Set.of(), 2))
        .extracting(Candidate::itemId)
        .containsExactly("pen", "cup");
  }

  @Test
  void newestCategoriesTakeTurnsUntilTheirItemsAreUsedUp() {
    ItemTable shelves =
        ItemTable.of(
            new ClickLog(
                Clicks.of("u1: a1", "u2: b1", "u3: hat", "u4: hat", "u5: cap", "u6: cap"),
                Stream.of("a1", "a2", "b1", "b2", "b3")
                    .map(item -> Clicks.item(item, item.substring(0, 1)))
                    .toList()));

    List<Candidate> candidates =
        new CandidateRetriever(shelves, EmbeddingSpace.NONE)
            .retrieve("ann", Clicks.sequence("a1", "b1"), Set.of("a1", "b1"), 5);

    assertThat(candidates)
        .extracting(Candidate::itemId)
        .containsExactly("b2", "cap", "a2", "b3", "hat");
  }

  @Test
  void userNeverSeenBeforeGetsWhatIsPopular() {
    assertThat(retrieve(BehaviorSequence.empty(50), Set.of(), 2))
        .containsExactly(
            new Candidate("hat", null, "popular", 1),
            new Candidate("cup", "kitchen", "popular", 2));
  }

  @Test
  void excludedAndUnavailableItemsAreNoCandidates() {
    items.update(Clicks.unavailable("cup", "kitchen"));
    assertThat(retrieve(Clicks.sequence("tea"), Set.of("tea", "hat"), 100))
        .extracting(Candidate::itemId)
        .containsExactlyInAnyOrder("jug", "pot", "ink", "pen");
  }

  @Test
  void noItemComesTwiceAndTheLimitHolds() {
    assertThat(retrieve(Clicks.sequence("tea", "cup"), Set.of(), 100))
        .extracting(Candidate::itemId)
        .doesNotHaveDuplicates()
        .hasSize(7);
    assertThat(retrieve(Clicks.sequence("tea", "cup"), Set.of(), 3)).hasSize(3);
  }

  @Test
  void newItemOfARecentCategoryIsACandidate() {
    items.update(Clicks.item("whisk", "kitchen"));
    assertThat(retrieve(Clicks.sequence("tea"), Set.of("tea"), 100))
        .extracting(Candidate::itemId)
        .contains("whisk");
  }

  @Test
  void withVectorsTwoOfEveryTenAreNearTheUser() {
    EmbeddingSpace line = new Line(Map.of("ann", 1f), "b0", "b1", "b2", "b3", "b4");
    List<Candidate> found =
        new CandidateRetriever(manyItems(), line)
            .retrieve("ann", Clicks.sequence("a0"), Set.of("a0"), 10);

    assertThat(found).extracting(Candidate::source).filteredOn("pcrec"::equals).hasSize(2);
    assertThat(found)
        .extracting(Candidate::source)
        .startsWith(
            "similar", "pcrec", "similar", "category", "similar", "similar", "popular", "pcrec");
    assertThat(found.get(1)).isEqualTo(new Candidate("b4", null, "pcrec", 2));
    assertThat(found.get(7)).isEqualTo(new Candidate("b3", null, "pcrec", 8));
  }

  @Test
  void whereNothingIsNearTheCandidatesAreThoseWithoutVectors() {
    EmbeddingSpace line = new Line(Map.of("ann", 1f), "b0", "b1");
    BehaviorSequence sequence = Clicks.sequence("a0");
    List<Candidate> without = retrieve(manyItems(), EmbeddingSpace.NONE, "bob", sequence);

    assertThat(without).extracting(Candidate::source).startsWith("similar", "similar", "similar");
    assertThat(retrieve(manyItems(), line, "bob", sequence)).isEqualTo(without);
    assertThat(retrieve(manyItems(), new Line(Map.of("ann", 1f)), "ann", sequence))
        .isEqualTo(without);
  }

  @Test
  void userKnownOnlyByAVectorGetsMoreThanWhatIsPopular() {
    EmbeddingSpace line = new Line(Map.of("ann", -1f), "pot", "jug", "pen");

    assertThat(
            new CandidateRetriever(items, line)
                .retrieve("ann", BehaviorSequence.empty(50), Set.of("jug"), 3))
        .containsExactly(
            new Candidate("pot", "kitchen", "pcrec", 1),
            new Candidate("hat", null, "popular", 2),
            new Candidate("pen", null, "pcrec", 3));
  }

  @Test
  void userWithoutAVectorIsWhereTheNewestItemsAre() {
    EmbeddingSpace line = new Line(Map.of(), "ink", "x1", "tea", "x3", "cup");

    assertThat(nearest(line, "ink", "cup")).as("cup at 2 and ink at -2 / 2").isEqualTo("cup");
    assertThat(nearest(line, "cup", "ink")).as("ink at -2 and cup at 2 / 2").isEqualTo("ink");
    assertThat(nearest(line, "cup", "cup", "unknown", "ink")).isEqualTo("ink");
  }

  private String nearest(EmbeddingSpace space, String... clicked) {
    return new CandidateRetriever(UpdatedCatalog.of(null), space)
        .retrieve("bob", Clicks.sequence(clicked), Set.of(), 1)
        .get(0)
        .itemId();
  }

  private static List<Candidate> retrieve(
      ItemCatalog items, EmbeddingSpace space, String user, BehaviorSequence sequence) {
    return new CandidateRetriever(items, space).retrieve(user, sequence, Set.of(), 20);
  }

  /** Items a0 to a29, clicked around a0 and of one category, and others that nobody clicked. */
  private static ItemCatalog manyItems() {
    String all = String.join(" ", IntStream.range(0, 30).mapToObj(i -> "a" + i).toList());
    List<Item> described = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      described.add(Clicks.item("a" + i, "as"));
    }
    return ItemTable.of(new ClickLog(Clicks.of("u1: " + all, "u2: " + all), described));
  }

  /** Vectors of one number: items in order around 0, and users where the test says. */
  private record Line(Map<String, Float> users, String... items) implements EmbeddingSpace {
    @Override
    public String version() {
      return "line";
    }

    @Override
    public int width() {
      return 1;
    }

    @Override
    public float[] ofUser(String userId) {
      return users.containsKey(userId) ? new float[] {users.get(userId)} : null;
    }

    @Override
    public float[] ofItem(String itemId) {
      int place = List.of(items).indexOf(itemId);
      return place < 0 ? null : new float[] {place - items.length / 2};
    }

    @Override
    public List<String> nearest(float[] vector, int count, Predicate<String> fits) {
      return Stream.of(items)
          .filter(fits)
          .sorted(Comparator.comparingDouble(item -> -ofItem(item)[0] * vector[0]))
          .limit(count)
          .toList();
    }
  }

  private List<Candidate> retrieve(BehaviorSequence sequence, Set<String> excluded, int limit) {
    return new CandidateRetriever(items, EmbeddingSpace.NONE)
        .retrieve("ann", sequence, excluded, limit);
  }
}
