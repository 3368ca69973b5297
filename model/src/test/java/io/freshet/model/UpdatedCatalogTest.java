package io.freshet.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.schemas.Item;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class UpdatedCatalogTest {
  private final ItemTable base =
      ItemTable.of(
          new ClickLog(
              Clicks.of("u1: a b", "u2: a"),
              List.of(Clicks.item("a", "x"), Clicks.item("b", "x"), Clicks.item("c", "y"))));
  private final UpdatedCatalog catalog = UpdatedCatalog.of(base);

  @Test
  void saysWhatTheReleaseSaysUntilToldOtherwise() {
    assertThat(catalog.item("a").categoryId()).isEqualTo("x");
    assertThat(ids(catalog.ofCategory("x"))).containsExactly("a", "b");
    assertThat(ids(catalog.similarTo(List.of("a")))).containsExactly("b");
    assertThat(catalog.popular()).toIterable().containsExactlyElementsOf(base::popular);
  }

  @Test
  void whatTheReleaseKnowsAlreadyTakesNoRoom() {
    catalog.update(new Item("a", "x", "a title", "a domain", true));
    assertThat(catalog.updates()).isEmpty();
  }

  @Test
  void titlesAreNotKept() {
    catalog.update(new Item("n", "x", "a title", "a domain", true));
    assertThat(catalog.updates()).containsExactly(Clicks.item("n", "x"));
  }

  @Test
  void newItemIsRetrievableByItsCategory() {
    catalog.update(Clicks.item("n", "y"));
    assertThat(ids(catalog.ofCategory("y"))).containsExactly("c", "n");
    catalog.update(Clicks.item("m", "z"));
    assertThat(ids(catalog.ofCategory("z"))).containsExactly("m");
  }

  @Test
  void newItemsStandAmongTheKnownOnesNewestFirst() {
    List<Item> known =
        List.of("1", "2", "3", "4", "5", "6").stream().map(id -> Clicks.item(id, "x")).toList();
    UpdatedCatalog mixed = UpdatedCatalog.of(ItemTable.of(new ClickLog(List.of(), known)));
    mixed.update(Clicks.item("old", "x"));
    mixed.update(Clicks.item("new", "x"));
    assertThat(ids(mixed.ofCategory("x")))
        .containsExactly("1", "2", "3", "4", "new", "5", "6", "old");
  }

  @Test
  void itemThatMovesLeavesItsOldCategory() {
    catalog.update(Clicks.item("b", "y"));
    assertThat(catalog.item("b").categoryId()).isEqualTo("y");
    assertThat(ids(catalog.ofCategory("x"))).containsExactly("a");
    catalog.update(Clicks.item("b", "z"));
    assertThat(ids(catalog.ofCategory("y"))).containsExactly("c");
    catalog.update(Clicks.item("b", "x"));
    assertThat(catalog.ofCategory("z")).isExhausted();
    assertThat(ids(catalog.ofCategory("x"))).containsExactly("a", "b");
  }

  @Test
  void lastWordStandsThoughAReleaseIsMadeOfTheOneBeforeIt() {
    UpdatedCatalog soldOut = UpdatedCatalog.of(table(Clicks.unavailable("a", "x")));
    soldOut.update(Clicks.item("a", "x")); // what the next release is made of
    soldOut.update(Clicks.unavailable("a", "x"));

    assertThat(soldOut.prunedFor(table(Clicks.item("a", "x"))).item("a").available()).isFalse();
  }

  @Test
  void lastWordStandsThoughAnOlderReleaseIsGoneBackTo() {
    catalog.update(Clicks.unavailable("a", "x"));
    UpdatedCatalog newer = catalog.prunedFor(table(Clicks.unavailable("a", "x")));

    assertThat(newer.prunedFor(base).item("a").available()).isFalse();
    assertThat(newer.prunedFor(null).prunedFor(base).item("a").available()).isFalse();
  }

  @Test
  void whatTwoReleasesHaveKnownIsForgotten() {
    catalog.update(Clicks.unavailable("a", "x"));
    ItemTable newer = table(Clicks.unavailable("a", "x"));
    assertThat(catalog.prunedFor(newer).updates()).isNotEmpty();
    assertThat(catalog.prunedFor(newer).prunedFor(newer).updates()).isEmpty();
  }

  @Test
  void restoredCatalogKeepsEveryWord() {
    catalog.update(Clicks.unavailable("a", "x"));
    catalog.update(Clicks.item("a", "x"));
    UpdatedCatalog restored = UpdatedCatalog.of(base, catalog.updates());

    assertThat(restored.updates()).containsExactly(Clicks.item("a", "x"));
    assertThat(restored.prunedFor(table(Clicks.unavailable("a", "x"))).item("a").available())
        .isTrue();
  }

  private static ItemTable table(Item... items) {
    return ItemTable.of(new ClickLog(List.of(), List.of(items)));
  }

  @Test
  void removedItemIsNotAvailable() {
    catalog.update(Item.removed("a"));
    assertThat(catalog.item("a").available()).isFalse();
    catalog.update(Clicks.item("a", "x"));
    assertThat(catalog.item("a").available()).isTrue();
  }

  @Test
  void newsBeyondTheBoundIsRefusedAndWhatIsKeptGoesOn() {
    for (int i = 0; i < UpdatedCatalog.MAX_UPDATES; i++) {
      assertThat(catalog.update(Clicks.item("new" + i, "tools"))).isTrue();
    }

    assertThat(catalog.update(Clicks.item("one-more", "tools"))).isFalse();
    assertThat(catalog.item("one-more").categoryId()).isNull();
    assertThat(catalog.update(Clicks.item("new0", "toys"))).isTrue();
    assertThat(catalog.item("new0").categoryId()).isEqualTo("toys");

    catalog.update(Item.unknown("new0")); // what the release says of it gives way first
    assertThat(catalog.update(Clicks.item("one-more", "tools"))).isTrue();
    assertThat(catalog.update(Clicks.item("another", "tools"))).isFalse();
  }

  @Test
  void newerReleaseThatKnowsTheChangesMakesThemNeedless() {
    catalog.update(Clicks.item("n", "y"));
    catalog.update(Clicks.unavailable("a", "x"));
    ItemTable newer =
        ItemTable.of(
            new ClickLog(List.of(), List.of(Clicks.item("a", "x"), Clicks.item("n", "y"))));
    assertThat(catalog.prunedFor(newer).prunedFor(newer).updates())
        .containsExactly(Clicks.unavailable("a", "x"));
  }

  @Test
  void withoutAReleaseTheUpdatesAreAllThatIsKnown() {
    UpdatedCatalog alone = UpdatedCatalog.of(null);
    alone.update(Clicks.item("n", "y"));
    assertThat(ids(alone.ofCategory("y"))).containsExactly("n");
    assertThat(alone.popular()).isExhausted();
  }

  private static List<String> ids(Iterator<Item> items) {
    List<String> ids = new ArrayList<>();
    items.forEachRemaining(item -> ids.add(item.itemId()));
    return ids;
  }
}
