package io.freshet.model;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** The middle one of some values; the mean of the two in the middle where they are even. */
public final class Median {
  private Median() {}

  /**
   * Returns the median of a value of each round.
   *
   * @param rounds at least one
   */
  public static <T> double of(List<T> rounds, ToDoubleFunction<T> value) {
    double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
