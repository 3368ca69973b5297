package io.freshet.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.model.LeaveOneOut.HeldOut;
import io.freshet.schemas.ClickEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeaveOneOutTest {
  @Test
  void lastClickOfEachUserIsHeldOut() {
    ClickLog log = log("u: a b c", "v: d e f g");
    LeaveOneOut split = LeaveOneOut.ofLastClicks(log);
    assertThat(split.heldOut())
        .containsExactlyInAnyOrder(
            new HeldOut(log.clicks().get(2), List.of()),
            new HeldOut(log.clicks().get(6), List.of()));
    assertThat(split.train().clicks())
        .extracting(ClickEvent::itemId)
        .containsExactly("a", "b", "d", "e", "f");
    assertThat(split.train().items()).isEqualTo(log.items());
    assertThat(split.history()).isEqualTo(split.train());
  }

  @Test
  void usersOfFewerThanThreeClicksAreOnlyLearntFrom() {
    ClickLog log = log("u: a b", "v: c", "w: a a a");
    LeaveOneOut split = LeaveOneOut.ofLastClicks(log);
    assertThat(split.heldOut())
        .extracting(heldOut -> heldOut.click().userId())
        .containsExactly("w");
    assertThat(split.train().clicks()).isEqualTo(log.clicks().subList(0, 5));
  }

  @Test
  void changingWhatWasGivenChangesNothing() {
    ClickLog log = log("u: a b c");
    List<String> negatives = new ArrayList<>(List.of("x"));
    HeldOut heldOut = new HeldOut(log.clicks().get(2), negatives);
    List<HeldOut> all = new ArrayList<>(List.of(heldOut));
    LeaveOneOut split = new LeaveOneOut(log, log, all);
    negatives.clear();
    all.clear();
    assertThat(split.heldOut()).containsExactly(heldOut);
    assertThat(heldOut.negatives()).containsExactly("x");
  }

  private static ClickLog log(String... users) {
    return new ClickLog(Clicks.of(users), List.of(Clicks.item("a", "x")));
  }
}
