package io.freshet.model;

import java.util.Arrays;

/**
 * BST's position feature, the age of a behavior: {@code pos(v_i) = t(v_t) - t(v_i)}, the time of
 * recommendation minus the time of the behavior (Chen et al. 2019, section 2.1), in buckets of a
 * log scale.
 *
 * <p>Two buckets to each doubling, from under a second to over ten years; buckets of their own for
 * the target item, for behaviors whose time is unknown, and for those later than the
 * recommendation, by clock skew. Stream, training and replay all ask here.
 */
public final class BehaviorAge {
  /** The bucket of the target item. */
  public static final int TARGET = 0;

  /** The bucket of behaviors without a time. */
  public static final int UNKNOWN = 1;

  /** The bucket of behaviors later than the recommendation. */
  public static final int SKEWED = 2;

  private static final int YOUNGEST = 3;
  private static final int LONGEST_HALF_OCTAVES = 57; // 2^(57/2) seconds: a little over 12 years
  private static final long[] BOUNDS_MILLIS = boundsMillis();

  /** How many buckets there are; each is in [0, BUCKETS). */
  public static final int BUCKETS = YOUNGEST + BOUNDS_MILLIS.length + 1;

  private BehaviorAge() {}

  /**
   * Returns the bucket of a behavior.
   *
   * @param nowMillis the time of recommendation, epoch milliseconds
   * @param behaviorMillis epoch milliseconds, or {@link Behavior#UNKNOWN_TIME}
   */
  public static int bucket(long nowMillis, long behaviorMillis) {
    if (behaviorMillis == Behavior.UNKNOWN_TIME) {
      return UNKNOWN;
    }
    if (behaviorMillis > nowMillis) {
      return SKEWED;
    }
    int found = Arrays.binarySearch(BOUNDS_MILLIS, nowMillis - behaviorMillis);
    return YOUNGEST + (found >= 0 ? found + 1 : -found - 1);
  }

  /** Returns the ages at which a bucket begins, of all buckets but the youngest. */
  private static long[] boundsMillis() {
    long[] bounds = new long[LONGEST_HALF_OCTAVES + 1];
    Arrays.setAll(bounds, k -> (long) StrictMath.ceil(1_000 * StrictMath.pow(2, k / 2.0)));
    return bounds;
  }
}
