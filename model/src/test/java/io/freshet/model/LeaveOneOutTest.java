package io.freshet.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.model.LeaveOneOut.HeldOut;
import io.freshet.schemas.ClickEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeaveOneOutTest {
  @Test
  void lastClickOfEachUserIsHeldOutAndTheOneBeforeForValidation() {
    ClickLog log = log("u: a b c", "v: d e f g");
    LeaveOneOut split = LeaveOneOut.ofLastClicks(log);
    assertThat(items(split.heldOut())).containsExactlyInAnyOrder("c", "g");
    assertThat(items(split.validation())).containsExactlyInAnyOrder("b", "f");
    assertThat(split.train().clicks())
        .extracting(ClickEvent::itemId)
        .containsExactly("a", "d", "e");
    assertThat(split.history().clicks())
        .extracting(ClickEvent::itemId)
        .containsExactly("a", "b", "d", "e", "f");
    assertThat(split.train().items()).isEqualTo(log.items()).isEqualTo(split.history().items());
  }

  private static List<String> items(List<HeldOut> heldOut) {
    return heldOut.stream().map(held -> held.click().itemId()).toList();
  }

  @Test
  void usersOfFewerThanThreeItemsAreOnlyLearntFrom() {
    ClickLog log = log("u: a b", "v: c", "w: a b a b", "x: a b c");
    LeaveOneOut split = LeaveOneOut.ofLastClicks(log);
    assertThat(split.heldOut())
        .extracting(heldOut -> heldOut.click().userId())
        .containsExactly("x");
    assertThat(split.validation()).hasSize(1);
    assertThat(split.train().clicks()).isEqualTo(log.clicks().subList(0, 8));
    assertThat(split.history().clicks()).isEqualTo(log.clicks().subList(0, 9));
  }

  @Test
  void whatIsClickedOnceMoreIsNotHeldOutNorKnownWhenItIsAsked() {
    LeaveOneOut split = LeaveOneOut.ofLastClicks(log("u: a b a c b d a"));
    assertThat(items(split.heldOut())).containsExactly("d");
    assertThat(split.history().clicks())
        .extracting(ClickEvent::itemId)
        .containsExactly("a", "b", "a", "c", "b");
    assertThat(items(split.validation())).containsExactly("c");
    assertThat(split.train().clicks())
        .extracting(ClickEvent::itemId)
        .containsExactly("a", "b", "a");
  }

  @Test
  void changingWhatWasGivenChangesNothing() {
    ClickLog log = log("u: a b c");
    List<String> negatives = new ArrayList<>(List.of("x"));
    HeldOut heldOut = new HeldOut(log.clicks().get(2), negatives);
    List<HeldOut> all = new ArrayList<>(List.of(heldOut));
    LeaveOneOut split = new LeaveOneOut(log, all, log, all);
    negatives.clear();
    all.clear();
    assertThat(split.heldOut()).containsExactly(heldOut);
    assertThat(split.validation()).containsExactly(heldOut);
    assertThat(heldOut.negatives()).containsExactly("x");
  }

  private static ClickLog log(String... users) {
    return new ClickLog(Clicks.of(users), List.of(Clicks.item("a", "x")));
  }
}
