package io.freshet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.schemas.ClickEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClickLogTest {
  private final List<ClickEvent> clicks = Clicks.of("u1: a b", "u2: c d");

  @Test
  void clicksStandByTimeHoweverTheyCome() {
    List<ClickEvent> shuffled = new ArrayList<>(clicks);
    Collections.reverse(shuffled);
    assertThat(new ClickLog(shuffled, List.of()).clicks()).isEqualTo(clicks);
  }

  @Test
  void splitPutsEachClickOnOneSide() {
    ClickLog log = new ClickLog(clicks, List.of(Clicks.item("a", "x")));
    assertThat(log.before(log.timeAt(0.75)).clicks()).isEqualTo(clicks.subList(0, 3));
    assertThat(log.from(log.timeAt(0.75)).clicks()).isEqualTo(clicks.subList(3, 4));
    assertThat(log.from(log.timeAt(0.75)).items()).isEqualTo(log.items());
  }

  @Test
  void shareOutsideItsRangeIsRefused() {
    ClickLog log = new ClickLog(clicks, List.of());
    assertThatThrownBy(() -> log.timeAt(1)).hasMessageContaining("share must be in [0, 1)");
  }
}
