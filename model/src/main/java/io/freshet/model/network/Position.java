package io.freshet.model.network;

import io.freshet.model.Behavior;
import io.freshet.model.BehaviorAge;

/**
 * What a network is told of where a behavior stands in the sequence, as a row of a table. Row 0 is
 * the target item's.
 */
public enum Position {
  /** Nothing. */
  NONE(1),

  /** The place counted from the newest, 1 for that one. */
  INDEX(513),

  /** The age in buckets of a log scale, {@link BehaviorAge}; the paper's, and the default. */
  AGE(BehaviorAge.BUCKETS),

  /** The age in days, up to {@link #MOST_DAYS}. */
  DAYS(BehaviorAge.SKEWED + 2 + Position.MOST_DAYS);

  private static final int MOST_DAYS = 512;
  private static final long DAY_MILLIS = 86_400_000;

  private final int rows;

  Position(int rows) {
    this.rows = rows;
  }

  /** Returns the number of rows, each in [0, rows). */
  public int rows() {
    return rows;
  }

  /**
   * Returns the row of a behavior.
   *
   * @param nowMillis the time of recommendation, epoch milliseconds
   * @param behaviorMillis epoch milliseconds, or {@link Behavior#UNKNOWN_TIME}
   * @param fromNewest 1 for the newest behavior, at most 512
   */
  public int row(long nowMillis, long behaviorMillis, int fromNewest) {
    return switch (this) {
      case NONE -> 0;
      case INDEX -> fromNewest;
      case AGE -> BehaviorAge.bucket(nowMillis, behaviorMillis);
      case DAYS -> days(nowMillis, behaviorMillis);
    };
  }

  private static int days(long nowMillis, long behaviorMillis) {
    int bucket = BehaviorAge.bucket(nowMillis, behaviorMillis);
    return bucket <= BehaviorAge.SKEWED
        ? bucket
        : BehaviorAge.SKEWED
            + 1
            + (int) Math.min((nowMillis - behaviorMillis) / DAY_MILLIS, MOST_DAYS);
  }
}
