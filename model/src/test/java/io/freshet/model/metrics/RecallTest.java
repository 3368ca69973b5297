package io.freshet.model.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class RecallTest {
  @Test
  void shareOfTheHeldOutItemsAmongTheFirstK() {
    List<HeldOutRank> ranks =
        List.of(new HeldOutRank(2, 2), new HeldOutRank(9, 9), new HeldOutRank(4, 4));
    assertThat(Recall.at(1, ranks)).isEqualTo(0);
    assertThat(Recall.at(4, ranks)).isEqualTo(2 / 3.0, within(1e-12));
    assertThat(Recall.at(9, ranks)).isEqualTo(1);
  }

  @Test
  void isDividedByAllHeldOutItemsEvenWhereTheyAreMoreThanK() {
    assertThat(Recall.at(1, List.of(new HeldOutRank(1, 1), new HeldOutRank(2, 2)))).isEqualTo(.5);
  }

  @Test
  void scoringAllItemsAlikeIsWorthAsMuchAsGuessing() {
    float[] constant = new float[100];
    List<HeldOutRank> ranks = List.of(HeldOutRank.of(constant, 7), HeldOutRank.of(constant, 8));
    assertThat(Recall.at(20, ranks)).isEqualTo(.2, within(1e-12));
  }

  @Test
  void nothingHeldOutHasNoRecall() {
    assertThat(Recall.at(5, List.of())).isNaN();
    assertThatThrownBy(() -> Recall.at(0, List.of())).hasMessage("k must be at least 1, was 0");
  }
}
