package io.freshet.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BehaviorAgeTest {
  private static final long NOW = 1_700_000_000_000L;

  @Test
  void targetUnknownAndSkewHaveBucketsOfTheirOwn() {
    assertThat(bucket(Duration.ZERO))
        .isNotIn(BehaviorAge.TARGET, BehaviorAge.UNKNOWN, BehaviorAge.SKEWED);
    assertThat(BehaviorAge.bucket(NOW, Behavior.UNKNOWN_TIME)).isEqualTo(BehaviorAge.UNKNOWN);
    assertThat(BehaviorAge.bucket(NOW, NOW + 1)).isEqualTo(BehaviorAge.SKEWED);
  }

  @Test
  void bucketsGrowWithAgeTwoToADoubling() {
    assertThat(bucket(Duration.ofMillis(999))).isEqualTo(bucket(Duration.ZERO));
    assertThat(bucket(Duration.ofSeconds(1))).isEqualTo(bucket(Duration.ZERO) + 1);
    assertThat(bucket(Duration.ofSeconds(2))).isEqualTo(bucket(Duration.ofSeconds(1)) + 2);
    assertThat(bucket(Duration.ofDays(64))).isEqualTo(bucket(Duration.ofDays(32)) + 2);
  }

  @Test
  void bucketsNeverFallAsAgesRise() {
    int last = bucket(Duration.ZERO);
    for (long millis = 1; millis > 0 && millis < Long.MAX_VALUE / 3; millis = millis * 5 / 4 + 1) {
      int bucket = BehaviorAge.bucket(millis, 0);
      assertThat(bucket).isBetween(last, BehaviorAge.BUCKETS - 1);
      last = bucket;
    }
  }

  @Test
  void lastBucketBeginsPastTenYears() {
    assertThat(bucket(Duration.ofDays(3_650))).isLessThan(BehaviorAge.BUCKETS - 1);
    assertThat(bucket(Duration.ofDays(5_000))).isEqualTo(BehaviorAge.BUCKETS - 1);
  }

  private static int bucket(Duration age) {
    return BehaviorAge.bucket(NOW, NOW - age.toMillis());
  }
}
