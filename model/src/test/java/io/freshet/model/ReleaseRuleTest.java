package io.freshet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ReleaseRuleTest {
  private final ReleaseRule rule = new ReleaseRule(.25, false);

  @Test
  void whatIsNotWorseByMoreThanTheToleranceMayFollow() {
    assertThat(rule.allows(.75, .5)).isTrue();
    assertThat(rule.allows(.5, .75)).isTrue();
    assertThat(rule.allows(.5, .7500001)).isFalse();
  }

  @Test
  void toleranceMayBeAShareOfWhatIsInUse() {
    ReleaseRule eighth = new ReleaseRule(.125, true);
    assertThat(eighth.allows(.4375, .5)).isTrue();
    assertThat(eighth.allows(.4374, .5)).isFalse();
    assertThat(eighth.allows(0, .001)).isFalse();
    assertThat(eighth.allows(0, 0)).isTrue();
  }

  @Test
  void withoutToleranceTheSameIsStillNoWorse() {
    assertThat(new ReleaseRule(0, false).allows(.7, .7)).isTrue();
    assertThat(new ReleaseRule(0, false).allows(.7, .7000001)).isFalse();
  }

  @Test
  void whatCouldNotBeMeasuredIsNeverReleased() {
    assertThat(rule.allows(Double.NaN, .5)).isFalse();
    assertThat(rule.allowsFirst(Double.NaN)).isFalse();
  }

  @Test
  void firstReleaseHasNothingToBeHeldAgainst() {
    assertThat(rule.allowsFirst(.1)).isTrue();
  }

  @Test
  void toleranceIsAShare() {
    for (double tolerance : new double[] {-.1, 1.1, Double.NaN}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new ReleaseRule(tolerance, true))
          .withMessage("tolerance must be in [0, 1], was " + tolerance);
    }
  }
}
