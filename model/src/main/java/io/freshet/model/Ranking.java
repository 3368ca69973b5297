package io.freshet.model;

import java.util.Arrays;

/**
 * The scores of one request's candidates, in the request's order.
 *
 * @param scores (C) click probabilities in [0, 1]
 * @param attention (C, N) the share of attention that each past item of the request drew, the mean
 *     over the heads; rows sum to at most 1, the rest went to the candidate itself. N counts the
 *     behaviors that the model looked at, the newest ones: fewer than the request's where the
 *     model's own length is shorter. A row may be null where its candidate was not to be explained
 */
public record Ranking(float[] scores, float[][] attention) {
  /**
   * Returns where the highest values stand, the highest first, and of equal ones the earlier first.
   *
   * @param values finite
   * @param count of places that are returned, or as many as there are values
   */
  public static int[] highest(float[] values, int count) {
    long[] order = new long[values.length]; // the value's rank above, its place below
    for (int place = 0; place < values.length; place++) {
      int bits = Float.floatToIntBits(values[place]);
      int ascending = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
      order[place] = (long) ~ascending << Integer.SIZE | place;
    }
    Arrays.sort(order);
    return Arrays.stream(order).limit(count).mapToInt(ranked -> (int) ranked).toArray();
  }
}
