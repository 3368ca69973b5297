package io.freshet.model.pcrec;

import static io.freshet.model.pcrec.Pairs.graph;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EgoFeaturesTest {
  private final InteractionGraph path = graph("u a", "v a", "v b");
  private final EgoNetwork network = // u, a, v: b is out of reach
      new EgoNetworkSampler(path, TinyPcRec.CONFIG)
          .network(path.userNode("u"), new SplittableRandom(1));

  @Test
  void eigenvectorsOfThePathAreKnown() {
    float[] features = EgoFeatures.EIGENVECTORS.of(network, 3);
    assertColumn(features, 0, .5, Math.sqrt(.5), .5); // eigenvalue 1: roots of the degrees
    assertColumn(features, 1, -Math.sqrt(.5), 0, Math.sqrt(.5)); // 0: the ends apart
    assertColumn(features, 2, -.5, Math.sqrt(.5), -.5); // -1: users against items
  }

  @Test
  void thoseThatThereAreNotAreZeros() {
    float[] features = EgoFeatures.EIGENVECTORS.of(network, 5);
    for (int node = 0; node < 3; node++) {
      assertThat(features[node * 5 + 3]).isZero();
      assertThat(features[node * 5 + 4]).isZero();
    }
  }

  @Test
  void eachPointsToWhereItsLargestNumberIsPositive() {
    float[] features = EgoFeatures.EIGENVECTORS.of(network, 3);
    for (int k : new int[] {0, 2}) { // of the other, two numbers are as large
      float largest = 0;
      for (int node = 0; node < 3; node++) {
        float value = features[node * 3 + k];
        largest = Math.abs(value) > Math.abs(largest) ? value : largest;
      }
      assertThat(largest).as("eigenvector %d", k).isPositive();
    }
  }

  /** Up to the sign of the second, whose two largest numbers are as large. */
  private static void assertColumn(float[] features, int k, double... expected) {
    double sign = Math.signum(features[k] * expected[0]);
    for (int node = 0; node < expected.length; node++) {
      assertThat((double) features[node * 3 + k])
          .isCloseTo((k == 1 ? sign : 1) * expected[node], within(1e-6));
    }
  }
}
