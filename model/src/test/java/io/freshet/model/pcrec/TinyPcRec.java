package io.freshet.model.pcrec;

import java.util.Random;
import java.util.stream.IntStream;

/** A small encoder that has everything, and graphs for it. */
final class TinyPcRec {
  static final PcRecConfig CONFIG =
      new PcRecConfig(
          12, 30, .5f, 2, 6, EgoFeatures.RETURNS, 3, 4, 8, 4, 2, 32, .9f, .1f, .01f, 8, 10);

  private TinyPcRec() {}

  /** Users click items at random, low numbers more often. */
  static InteractionGraph graph(long seed) {
    Random random = new Random(seed);
    return Pairs.graph(
        IntStream.range(0, 400)
            .mapToObj(i -> "u" + uneven(random, 40) + " i" + uneven(random, 60))
            .toArray(String[]::new));
  }

  private static int uneven(Random random, int bound) {
    return (int) (bound * random.nextDouble() * random.nextDouble());
  }
}
