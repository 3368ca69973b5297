package io.freshet.model.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HitRateTest {
  @Test
  void itemIsHitDownToRankK() {
    assertThat(HitRate.at(5, new HeldOutRank(1, 1))).isEqualTo(1);
    assertThat(HitRate.at(5, new HeldOutRank(5, 5))).isEqualTo(1);
    assertThat(HitRate.at(5, new HeldOutRank(6, 6))).isEqualTo(0);
    assertThat(HitRate.at(5, new HeldOutRank(9, 9))).isEqualTo(0);
  }

  @Test
  void tieAcrossKIsHitAsOftenAsItsOrderAllows() {
    assertThat(HitRate.at(5, new HeldOutRank(4, 8))).isEqualTo(2 / 5.0);
    assertThat(HitRate.at(5, new HeldOutRank(2, 5))).isEqualTo(1);
    assertThat(HitRate.at(5, new HeldOutRank(6, 9))).isEqualTo(0);
  }

  @Test
  void scoringAllItemsAlikeIsWorthAsMuchAsGuessing() {
    HeldOutRank ofConstant = HeldOutRank.of(new float[100], 0);
    assertThat(HitRate.at(1, ofConstant)).isEqualTo(.01);
    assertThat(HitRate.at(10, ofConstant)).isEqualTo(.1);
    assertThat(HitRate.at(100, ofConstant)).isEqualTo(1);
  }

  @Test
  void ofNoItemsNoneCanBeHit() {
    assertThatThrownBy(() -> HitRate.at(0, new HeldOutRank(1, 1)))
        .hasMessage("k must be at least 1, was 0");
  }
}
