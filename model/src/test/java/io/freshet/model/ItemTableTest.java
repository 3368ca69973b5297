package io.freshet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ItemTableTest {
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
    assertThat(table.popular()).containsExactly("tea", "cup", "pen", "ink", "pot");
    assertThat(table.clicksOf("tea")).isEqualTo(4);
    assertThat(table.clicksOf("unheard-of")).isZero();
  }

  @Test
  void categoryListsItsItemsMostClickedFirst() {
    assertThat(table.ofCategory("kitchen")).toIterable().containsExactly("tea", "cup", "pot");
    assertThat(table.ofCategory("unheard-of")).isExhausted();
    assertThat(table.categoryOf("pen")).isEqualTo("desk");
    assertThat(table.categoryOf("ink")).isNull();
    assertThat(table.categoryOf("unheard-of")).isNull();
  }

  @Test
  void itemsClickedTogetherAreNeighborsMostAlikeFirst() {
    assertThat(table.similarTo("tea")).containsExactly("cup", "pen");
    assertThat(table.similarTo("ink")).containsExactly("pen");
    assertThat(table.similarTo("unheard-of")).isEmpty();
  }

  @Test
  void onlyWhatIsSaidToBeUnavailableIs() {
    assertThat(table.isAvailable("pot")).isFalse();
    assertThat(table.isAvailable("ink")).isTrue();
    assertThat(table.isAvailable("unheard-of")).isTrue();
  }

  @Test
  void popularityAloneMakesNoNeighbor() {
    // Everyone clicks "hit"; only those who click "a" click "b".
    String[] users =
        IntStream.range(0, 60)
            .mapToObj(u -> "u" + u + (u % 6 == 0 ? ": hit a b" : ": hit x" + u))
            .toArray(String[]::new);
    ItemTable skewed = ItemTable.of(new ClickLog(Clicks.of(users), List.of()));
    assertThat(skewed.similarTo("a")).containsExactly("b", "hit");
  }

  @Test
  void comesBackFromAFile(@TempDir Path dir) throws IOException {
    table.write(dir.resolve("items"));
    ItemTable read = ItemTable.read(dir.resolve("items"));
    assertThat(read.popular()).isEqualTo(table.popular());
    for (String id : table.itemIds()) {
      assertThat(read.similarTo(id)).isEqualTo(table.similarTo(id));
      assertThat(read.categoryOf(id)).isEqualTo(table.categoryOf(id));
      assertThat(read.isAvailable(id)).isEqualTo(table.isAvailable(id));
      assertThat(read.clicksOf(id)).isEqualTo(table.clicksOf(id));
    }
    assertThat(read.ofCategory("kitchen")).toIterable().containsExactly("tea", "cup", "pot");
  }

  @Test
  void damagedFileIsRefused(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("items");
    table.write(file);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> ItemTable.read(file)).isInstanceOf(IOException.class);
    byte[] wrong = whole.clone();
    wrong[4] = 0x7f; // the count of categories
    Files.write(file, wrong);
    assertThatThrownBy(() -> ItemTable.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("item table is damaged");
    wrong[0] = 0;
    Files.write(file, wrong);
    assertThatThrownBy(() -> ItemTable.read(file)).hasMessageContaining("not an item table");
  }
}
