package io.freshet.model.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class NdcgTest {
  @Test
  void gainFallsWithTheLogarithmOfTheRank() {
    assertThat(Ndcg.at(5, new HeldOutRank(1, 1))).isEqualTo(1); // 1 / log2 2
    assertThat(Ndcg.at(5, new HeldOutRank(3, 3))).isEqualTo(.5, within(1e-12)); // 1 / log2 4
    assertThat(Ndcg.at(7, new HeldOutRank(7, 7))).isEqualTo(1 / 3.0, within(1e-12));
    assertThat(Ndcg.at(5, new HeldOutRank(7, 7))).isEqualTo(0);
  }

  @Test
  void tieGainsTheMeanOfItsRanks() {
    // ranks 1, 2 and 3: (1 + 1 / log2 3 + 1 / 2) / 3
    double second = Math.log(2) / Math.log(3);
    assertThat(Ndcg.at(5, new HeldOutRank(1, 3))).isEqualTo((1.5 + second) / 3, within(1e-12));
    assertThat(Ndcg.at(2, new HeldOutRank(1, 3))).isEqualTo((1 + second) / 3, within(1e-12));
  }

  @Test
  void scoringAllItemsAlikeIsWorthAsMuchAsGuessing() {
    double all = 1 + Math.log(2) / Math.log(3) + .5 + Math.log(2) / Math.log(5);
    assertThat(Ndcg.at(4, HeldOutRank.of(new float[100], 0))).isEqualTo(all / 100, within(1e-12));
  }

  @Test
  void ofNoItemsNoneGains() {
    assertThatThrownBy(() -> Ndcg.at(0, new HeldOutRank(1, 1)))
        .hasMessage("k must be at least 1, was 0");
  }

  @Test
  void severalItemsGainAtMostWhatTheFirstRanksGive() {
    double second = Math.log(2) / Math.log(3);
    List<HeldOutRank> first = List.of(new HeldOutRank(2, 2), new HeldOutRank(1, 1));
    assertThat(Ndcg.at(5, first)).isEqualTo(1, within(1e-12));
    // (1 / log2 2 + 1 / log2 4) / (1 / log2 2 + 1 / log2 3)
    List<HeldOutRank> firstAndThird = List.of(new HeldOutRank(1, 1), new HeldOutRank(3, 3));
    assertThat(Ndcg.at(5, firstAndThird)).isEqualTo(1.5 / (1 + second), within(1e-12));
    assertThat(Ndcg.at(2, firstAndThird)).isEqualTo(1 / (1 + second), within(1e-12));
  }

  @Test
  void ofMoreItemsThanAreShownTheShownOnesCountFully() {
    List<HeldOutRank> ranks = List.of(new HeldOutRank(1, 1), new HeldOutRank(9, 9));
    assertThat(Ndcg.at(1, ranks)).isEqualTo(1);
  }

  @Test
  void severalItemsInOneTieGainTheMeanOfItsRanksEach() {
    double second = Math.log(2) / Math.log(3);
    HeldOutRank tie = new HeldOutRank(1, 3);
    assertThat(Ndcg.at(3, List.of(tie, tie)))
        .isEqualTo(2 * (1.5 + second) / 3 / (1 + second), within(1e-12));
  }

  @Test
  void nothingHeldOutHasNoGain() {
    assertThat(Ndcg.at(5, List.of())).isNaN();
  }
}
