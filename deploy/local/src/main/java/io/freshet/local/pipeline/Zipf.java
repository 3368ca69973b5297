package io.freshet.local.pipeline;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Draws 0 to n - 1, r with a chance in proportion to 1 / (r + 1)^skew: a few come most often. */
final class Zipf {
  private final double[] sums;

  Zipf(int n, double skew) {
    this.sums = new double[n];
    double sum = 0;
    for (int r = 0; r < n; r++) {
      sum += Math.pow(r + 1, -skew);
      sums[r] = sum;
    }
  }

  int draw(SplittableRandom random) {
    int found = Arrays.binarySearch(sums, random.nextDouble() * sums[sums.length - 1]);
    return found >= 0 ? found + 1 : -found - 1;
  }
}
