package io.freshet.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
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
            new Candidate("cup", "similar", 1),
            new Candidate("jug", "category", 2),
            new Candidate("hat", "popular", 3),
            new Candidate("pot", "category", 4));
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
  void userNeverSeenBeforeGetsWhatIsPopular() {
    assertThat(retrieve(BehaviorSequence.empty(50), Set.of(), 2))
        .containsExactly(new Candidate("hat", "popular", 1), new Candidate("cup", "popular", 2));
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

  private List<Candidate> retrieve(BehaviorSequence sequence, Set<String> excluded, int limit) {
    return CandidateRetriever.retrieve(sequence, excluded, items, limit);
  }
}
