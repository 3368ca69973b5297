package io.freshet.model.pcrec;

import static io.freshet.model.pcrec.Pairs.graph;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EgoBatchTest {
  private static final int WIDTH = EgoBatch.width(TinyPcRec.CONFIG);

  private final InteractionGraph path = graph("u a", "v a", "v b");
  private final EgoNetworkSampler sampler = new EgoNetworkSampler(path, TinyPcRec.CONFIG);

  @Test
  void nodesAreKnownByTheirPlaceAndByWalksThatReturn() {
    EgoBatch batch = batch("u");
    int u = 0;
    int a = 1;
    int v = 2;
    assertThat(row(batch, u)).startsWith(1, 1, 1);
    assertThat(row(batch, a)).startsWith(1, 0, 0);
    assertThat(row(batch, v)).startsWith(1, 0, 1);
    assertReturns(row(batch, u), .5, .5); // u a u, or on to v and back
    assertReturns(row(batch, a), 1, 1);
    assertReturns(row(batch, v), .5, .5);
  }

  @Test
  void degreesAreThoseOfTheWholeGraph() {
    EgoBatch batch = batch("u");
    assertThat(batch.degrees()).containsExactly(1, 2, 2); // of v, b is out of reach
    assertThat(batch.adjacency()).containsExactly(0, 1, 0, 1, 0, 1, 0, 1, 0);
  }

  @Test
  void smallerNetworksArePaddedBehind() {
    EgoBatch batch = batch("u", "v");
    assertThat(batch.nodes()).isEqualTo(4);
    assertThat(row(batch, 3)).containsOnly(0);
    assertThat(batch.degrees()[3]).isZero();
    EgoBatch alone = batch("u");
    for (int node = 0; node < 3; node++) {
      assertThat(row(batch, node)).isEqualTo(row(alone, node));
    }
  }

  private EgoBatch batch(String... users) {
    List<EgoNetwork> networks =
        Arrays.stream(users)
            .map(user -> sampler.network(path.userNode(user), new SplittableRandom(1)))
            .toList();
    return EgoBatch.of(networks, TinyPcRec.CONFIG);
  }

  private static float[] row(EgoBatch batch, int row) {
    return Arrays.copyOfRange(batch.features(), row * WIDTH, (row + 1) * WIDTH);
  }

  private static void assertReturns(float[] row, double after2, double after4) {
    assertThat((double) row[3]).isCloseTo(after2, within(1e-6));
    assertThat((double) row[4]).isCloseTo(after4, within(1e-6));
  }
}
