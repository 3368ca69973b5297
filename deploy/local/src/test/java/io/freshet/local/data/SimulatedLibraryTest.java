package io.freshet.local.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.model.ClickLog;
import io.freshet.schemas.ClickEvent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SimulatedLibraryTest {
  private final ClickLog shop = new SimulatedShop(7, 200, 300, 6_000).open();
  private final ClickLog library = new SimulatedLibrary(7).open(shop);

  @Test
  void sameSeedGivesTheSameClicks() {
    assertThat(new SimulatedLibrary(7).open(shop)).isEqualTo(library);
    assertThat(new SimulatedLibrary(8).open(shop).clicks()).isNotEqualTo(library.clicks());
  }

  @Test
  void mostUsersAreTheShopsAndSomeOnlyRead() {
    Set<String> readers = users(library);
    Set<String> shared = new HashSet<>(readers);
    shared.retainAll(users(shop));

    assertThat(shared).hasSizeGreaterThan(180);
    readers.removeAll(shared);
    assertThat(readers).hasSize(20);
  }

  @Test
  void noBookIsAnItemOfTheShopAndEachIsAboutThreeOfOneCategory() {
    Set<String> books = new HashSet<>();
    library.clicks().forEach(click -> books.add(click.itemId()));

    assertThat(books).hasSize(100).allMatch(book -> book.startsWith("book-"));
    Map<String, String> subjects = new HashMap<>();
    for (int item = 0; item < 300; item++) {
      String category = shop.categories().get("item-" + item);
      assertThat(subjects.merge("book-" + SimulatedShop.stretch(item, 3), category, (a, b) -> a))
          .isEqualTo(category);
    }
    assertThat(subjects.keySet()).containsAll(books);
  }

  private static Set<String> users(ClickLog log) {
    Set<String> users = new HashSet<>();
    for (ClickEvent click : log.clicks()) {
      users.add(click.userId());
    }
    return users;
  }
}
