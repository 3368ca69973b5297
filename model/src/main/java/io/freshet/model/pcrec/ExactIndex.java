package io.freshet.model.pcrec;

import io.freshet.model.pcrec.ItemVectors.Found;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/** Finds items by looking at all of them. */
record ExactIndex(ItemVectors items) implements ItemIndex {
  @Override
  public List<String> nearest(float[] vector, int count, Predicate<String> fits) {
    if (count < 1) {
      return List.of();
    }
    PriorityQueue<Found> best = new PriorityQueue<>(Found.BEST_FIRST.reversed()); // worst on top
    float atLeast = Float.NEGATIVE_INFINITY;
    for (int row = 0; row < items.size(); row++) {
      float product = items.product(row, vector);
      if (best.size() < count || product > atLeast) {
        if (fits.test(items.ids()[row])) {
          best.add(new Found(row, product));
          if (best.size() > count) {
            best.poll();
          }
          atLeast = best.peek().product();
        }
      }
    }
    return items.ids(best.stream().sorted(Found.BEST_FIRST).toList());
  }
}
