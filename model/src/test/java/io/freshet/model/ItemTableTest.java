package io.freshet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.schemas.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ItemTableTest {
  private static final Vocabulary NOTHING = new Vocabulary(List.of(), 1);

  private final ItemTable table =
      ItemTable.of(
          new ClickLog(
              Clicks.of("u1: tea cup", "u2: tea cup", "u3: tea pen", "u4: ink pen", "u5: tea"),
              List.of(
                  Clicks.item("tea", "kitchen"),
                  Clicks.item("cup", "kitchen"),
                  Clicks.unavailable("pot", "kitchen"),
                  Clicks.item("pen", "desk"))));

  @Test
  void popularItemsComeMostClickedFirst() {
    assertThat(ids(table.popular())).containsExactly("tea", "cup", "pen", "ink", "pot");
    assertThat(table.clicksOf("tea")).isEqualTo(4);
    assertThat(table.clicksOf("unheard-of")).isZero();
  }

  @Test
  void categoryListsItsItemsMostClickedFirst() {
    assertThat(ids(table.ofCategory("kitchen"))).containsExactly("tea", "cup", "pot");
    assertThat(table.ofCategory("unheard-of")).isExhausted();
    assertThat(table.item("pen").categoryId()).isEqualTo("desk");
    assertThat(table.item("ink").categoryId()).isNull();
    assertThat(table.item("unheard-of").categoryId()).isNull();
  }

  @Test
  void itemsClickedTogetherAreNeighborsMostAlikeFirst() {
    assertThat(similarTo(table, "tea")).containsExactly("cup", "pen");
    assertThat(similarTo(table, "ink")).containsExactly("pen");
    assertThat(similarTo(table, "unheard-of")).isEmpty();
  }

  @Test
  void onlyWhatIsSaidToBeUnavailableIs() {
    assertThat(table.item("pot").available()).isFalse();
    assertThat(table.item("ink").available()).isTrue();
    assertThat(table.item("unheard-of").available()).isTrue();
  }

  @Test
  void popularityAloneMakesNoNeighbor() {
    // Everyone clicks "hit"; only those who click "a" click "b".
    String[] users =
        IntStream.range(0, 60)
            .mapToObj(u -> "u" + u + (u % 6 == 0 ? ": hit a b" : ": hit x" + u))
            .toArray(String[]::new);
    ItemTable skewed = ItemTable.of(new ClickLog(Clicks.of(users), List.of()));
    assertThat(similarTo(skewed, "a")).containsExactly("b", "hit");
  }

  @Test
  void comesBackFromAFile(@TempDir Path dir) throws IOException {
    table.write(dir.resolve("items"));
    ItemTable read = ItemTable.read(dir.resolve("items"), NOTHING, NOTHING);
    assertThat(read.popular()).toIterable().containsExactlyElementsOf(table::popular);
    for (String id : table.itemIds()) {
      assertThat(similarTo(read, id)).isEqualTo(similarTo(table, id));
      assertThat(read.item(id)).isEqualTo(table.item(id));
      assertThat(read.clicksOf(id)).isEqualTo(table.clicksOf(id));
    }
    assertThat(ids(read.ofCategory("kitchen"))).containsExactly("tea", "cup", "pot");
  }

  @Test
  void sharesTheIdsOfVocabularies(@TempDir Path dir) throws IOException {
    table.write(dir.resolve("items"));
    Vocabulary items = new Vocabulary(List.of("tea", "cup"), 2);
    Vocabulary categories = new Vocabulary(List.of("desk", "kitchen"), 1);

    ItemTable read = ItemTable.read(dir.resolve("items"), items, categories);

    assertThat(read.item("tea").itemId()).isSameAs(items.ids().get(0));
    assertThat(read.item("tea").categoryId()).isSameAs(categories.ids().get(1));
    assertThat(read.item("pen")).isEqualTo(table.item("pen"));
  }

  @Test
  void damagedFileIsRefused(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("items");
    table.write(file);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> ItemTable.read(file, NOTHING, NOTHING))
        .isInstanceOf(IOException.class);
    byte[] wrong = whole.clone();
    wrong[4] = 0x7f; // the count of categories
    Files.write(file, wrong);
    assertThatThrownBy(() -> ItemTable.read(file, NOTHING, NOTHING))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("item table is damaged");
    wrong[0] = 0;
    Files.write(file, wrong);
    assertThatThrownBy(() -> ItemTable.read(file, NOTHING, NOTHING))
        .hasMessageContaining("not an item table");
  }

  private static List<String> similarTo(ItemTable items, String itemId) {
    return ids(items.similarTo(List.of(itemId)));
  }

  private static List<String> ids(Iterator<Item> items) {
    List<String> ids = new ArrayList<>();
    items.forEachRemaining(item -> ids.add(item.itemId()));
    return ids;
  }
}
