package io.freshet.local.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.model.ClickLog;
import io.freshet.schemas.ClickEvent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SimulatedShopTest {
  private final ClickLog log = new SimulatedShop(7).open();

  @Test
  void sameSeedGivesTheSameClicks() {
    assertThat(new SimulatedShop(7).open()).isEqualTo(log);
    assertThat(new SimulatedShop(8).open().clicks()).isNotEqualTo(log.clicks());
  }

  @Test
  void isAboutAsBusyAsAsked() {
    assertThat(log.clicks()).hasSizeBetween(50_000, 75_000);
    assertThat(log.clicks())
        .extracting(ClickEvent::userId)
        .containsAll(Set.of("user-0", "user-1999"));
    assertThat(log.items()).hasSize(1_500).allMatch(item -> item.title() != null);
  }

  @Test
  void nextClickMostlyStaysInTheCategory() {
    Map<String, String> last = new HashMap<>();
    Map<String, String> categories = log.categories();
    int same = 0;
    for (ClickEvent click : log.clicks()) {
      String category = categories.get(click.itemId());
      same += category.equals(last.put(click.userId(), category)) ? 1 : 0;
    }
    assertThat((double) same / log.clicks().size()).isBetween(0.5, 0.9);
  }

  @Test
  void someItemsAreNewInTheEnd() {
    Set<String> before = new HashSet<>();
    log.before(log.timeAt(0.9)).clicks().forEach(click -> before.add(click.itemId()));
    assertThat(log.from(log.timeAt(0.9)).clicks())
        .extracting(ClickEvent::itemId)
        .anyMatch(itemId -> !before.contains(itemId));
  }

  @Test
  void shopTooSmallIsRefused() {
    assertThatThrownBy(() -> new SimulatedShop(1, 10, 5, 100))
        .hasMessageContaining("at least 20 items");
  }
}
