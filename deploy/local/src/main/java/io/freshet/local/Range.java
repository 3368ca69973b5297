package io.freshet.local;

import io.freshet.model.Median;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The median of a value of some rounds, and between what it lay. */
record Range(double median, double lowest, double highest) {
  static <T> Range of(List<T> rounds, ToDoubleFunction<T> value) {
    DoubleSummaryStatistics all = rounds.stream().mapToDouble(value).summaryStatistics();
    return new Range(Median.of(rounds, value), all.getMin(), all.getMax());
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", median, lowest, highest);
  }
}
