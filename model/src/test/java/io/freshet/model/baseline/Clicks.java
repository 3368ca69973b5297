package io.freshet.model.baseline;

import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.model.pcrec.Pairs;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Graphs to test with. */
final class Clicks {
  private Clicks() {}

  /**
   * Returns a graph in which the users of even numbers click a share of the items of even numbers,
   * and the odd ones of the odd.
   */
  static InteractionGraph halves(int users, int items, double share, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> pairs = new ArrayList<>();
    for (int user = 0; user < users; user++) {
      for (int item = user % 2; item < items; item += 2) {
        if (random.nextDouble() < share) {
          pairs.add("u%d i%d".formatted(user, item));
        }
      }
    }
    return Pairs.graph(pairs.toArray(String[]::new));
  }
}
