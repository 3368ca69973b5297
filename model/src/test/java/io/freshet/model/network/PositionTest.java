package io.freshet.model.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.model.Behavior;
import io.freshet.model.BehaviorAge;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PositionTest {
  private static final long NOW = 1_600_000_000_000L;

  @Test
  void noneTellsNothing() {
    assertThat(Position.NONE.row(NOW, NOW - 1, 1)).isZero();
    assertThat(Position.NONE.row(NOW, Behavior.UNKNOWN_TIME, 500)).isZero();
  }

  @Test
  void indexCountsFromTheNewest() {
    assertThat(Position.INDEX.row(NOW, NOW - 77, 1)).isEqualTo(1);
    assertThat(Position.INDEX.row(NOW, Behavior.UNKNOWN_TIME, 512)).isEqualTo(512);
  }

  @Test
  void ageIsThatOfTheOneClassThatMeasuresIt() {
    assertThat(Position.AGE.row(NOW, NOW - 5_000, 3))
        .isEqualTo(BehaviorAge.bucket(NOW, NOW - 5_000));
  }

  @Test
  void daysAreWholeAndUnknownTimesAndSkewHaveRowsOfTheirOwn() {
    assertThat(days(Duration.ZERO)).isEqualTo(days(Duration.ofHours(23)));
    assertThat(days(Duration.ofHours(24))).isEqualTo(days(Duration.ZERO) + 1);
    assertThat(days(Duration.ofDays(30))).isEqualTo(days(Duration.ZERO) + 30);
    assertThat(days(Duration.ofMillis(-1))).isEqualTo(BehaviorAge.SKEWED);
    assertThat(Position.DAYS.row(NOW, Behavior.UNKNOWN_TIME, 1)).isEqualTo(BehaviorAge.UNKNOWN);
  }

  @ParameterizedTest
  @EnumSource
  void everyRowIsInTheTable(Position position) {
    for (long age : new long[] {-1, 0, 1, 86_400_000L * 511, 86_400_000L * 100_000}) {
      assertThat(position.row(NOW, NOW - age, 512)).isBetween(0, position.rows() - 1);
    }
  }

  private static int days(Duration age) {
    return Position.DAYS.row(NOW, NOW - age.toMillis(), 1);
  }
}
