package io.freshet.model.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AucTest {
  private static final boolean[] TWO_OF_FOUR = {true, false, true, false};

  @Test
  void clickedItemsAboveAllOthersAreWorthOne() {
    assertThat(Auc.of(new float[] {.9f, .1f, .8f, .2f}, TWO_OF_FOUR)).isEqualTo(1);
  }

  @Test
  void clickedItemsBelowAllOthersAreWorthNothing() {
    assertThat(Auc.of(new float[] {.1f, .9f, .2f, .8f}, TWO_OF_FOUR)).isEqualTo(0);
  }

  @Test
  void eachPairInOrderCountsAlike() {
    // Of (.4, .5), (.4, .2), (.3, .5) and (.3, .2) two are in order.
    assertThat(Auc.of(new float[] {.4f, .5f, .3f, .2f}, TWO_OF_FOUR)).isEqualTo(.5);
    // Of three clicked and two others: 2 + 1 + 1 of 6 pairs.
    assertThat(
            Auc.of(
                new float[] {.9f, .8f, .7f, .6f, .5f},
                new boolean[] {true, false, true, true, false}))
        .isEqualTo(4 / 6.0);
  }

  @Test
  void tieCountsHalf() {
    assertThat(Auc.of(new float[] {.5f, .5f, .5f, .5f}, TWO_OF_FOUR)).isEqualTo(.5);
    // (.5, .5) half, (.5, .1) won, (.5, .5) half, (.5, .1) won
    assertThat(Auc.of(new float[] {.5f, .5f, .5f, .1f}, TWO_OF_FOUR)).isEqualTo(.75);
    assertThat(Auc.of(new float[] {0f, -0f}, new boolean[] {true, false})).isEqualTo(.5);
  }

  @Test
  void oneClassAloneHasNoArea() {
    assertThat(Auc.of(new float[] {.1f, .2f}, new boolean[] {true, true})).isNaN();
    assertThat(Auc.of(new float[] {.1f, .2f}, new boolean[] {false, false})).isNaN();
    assertThat(Auc.of(new float[0], new boolean[0])).isNaN();
  }

  @Test
  void scoresAndClicksOfDifferentLengthsAreRefused() {
    assertThatThrownBy(() -> Auc.of(new float[3], TWO_OF_FOUR))
        .hasMessage("scores and clicked must be of one length, was 3 and 4");
  }

  @Test
  void scoreThatIsNoNumberIsRefused() {
    assertThatThrownBy(() -> Auc.of(new float[] {.9f, Float.NaN, .8f, .2f}, TWO_OF_FOUR))
        .hasMessage("scores must be numbers, was NaN at 1");
  }
}
