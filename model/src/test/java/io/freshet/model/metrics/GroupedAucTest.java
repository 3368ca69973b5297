package io.freshet.model.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class GroupedAucTest {
  @Test
  void usersCountByTheirImpressions() {
    // u: .9 and .2 against .5, one of two pairs; v: .8 against .1, won. (3 * 1/2 + 2 * 1) / 5
    assertThat(
            GroupedAuc.of(
                List.of("u", "v", "u", "v", "u"),
                new float[] {.9f, .8f, .5f, .1f, .2f},
                new boolean[] {true, true, false, false, true}))
        .isEqualTo(.7, within(1e-12));
  }

  @Test
  void itemsOfDifferentUsersAreNotCompared() {
    float[] scores = {.2f, .1f, .9f, .8f}; // v's items all score above u's
    boolean[] clicked = {true, false, true, false};
    assertThat(GroupedAuc.of(List.of("u", "u", "v", "v"), scores, clicked)).isEqualTo(1);
    assertThat(Auc.of(scores, clicked)).isEqualTo(.75);
  }

  @Test
  void usersOfOneClassAreLeftOut() {
    // v clicked all and w nothing: u alone counts, with nothing of their weight
    assertThat(
            GroupedAuc.of(
                List.of("u", "u", "v", "v", "w"),
                new float[] {.3f, .4f, .9f, .8f, .1f},
                new boolean[] {false, true, true, true, false}))
        .isEqualTo(1);
  }

  @Test
  void tieCountsHalf() {
    assertThat(
            GroupedAuc.of(List.of("u", "u"), new float[] {.5f, .5f}, new boolean[] {true, false}))
        .isEqualTo(.5);
  }

  @Test
  void withoutUserOfBothClassesThereIsNoArea() {
    assertThat(GroupedAuc.of(List.of("u", "v"), new float[2], new boolean[] {true, false})).isNaN();
    assertThat(GroupedAuc.of(List.of(), new float[0], new boolean[0])).isNaN();
  }

  @Test
  void scoreThatIsNoNumberIsRefusedEvenOfUserWhoIsLeftOut() {
    assertThatThrownBy(
            () -> GroupedAuc.of(List.of("u"), new float[] {Float.NaN}, new boolean[] {true}))
        .hasMessage("scores must be numbers, was NaN at 0");
  }

  @Test
  void differentLengthsAreRefused() {
    assertThatThrownBy(() -> GroupedAuc.of(List.of("u"), new float[2], new boolean[2]))
        .hasMessage("groups and scores must be of one length, was 1 and 2");
    assertThatThrownBy(() -> GroupedAuc.of(List.of("u"), new float[1], new boolean[2]))
        .hasMessage("scores and clicked must be of one length, was 1 and 2");
  }
}
