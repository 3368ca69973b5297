package io.freshet.model.pcrec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphEncoderTest {
  private static final PcRecConfig CONFIG = TinyPcRec.CONFIG;
  private static final GraphEncoder.Listener NOBODY = (done, steps, loss) -> {};

  private final InteractionGraph source = TinyPcRec.graph(1);
  private final InteractionGraph target = TinyPcRec.graph(2);

  @Test
  void sameSeedGivesTheSameVectorsToTheLastBit() {
    float[] vectors = embed(CONFIG, 1).values();
    assertThat(embed(CONFIG, 1).values()).isEqualTo(vectors);
    assertThat(embed(CONFIG, 2).values()).isNotEqualTo(vectors);
  }

  @Test
  void everyNodeOfAnotherGraphHasAVectorOfLengthOne() {
    NodeEmbeddings vectors = embed(CONFIG, 1);
    assertThat(vectors.nodes()).isEqualTo(target.nodes());
    for (int node = 0; node < vectors.nodes(); node++) {
      assertThat(vectors.product(node, node)).isCloseTo(1, within(1e-5f));
    }
  }

  @Test
  void vectorsDoNotDependOnWhoIsEncodedBeside() {
    InteractionGraph one = Pairs.graph("u a", "v a", "v b");
    InteractionGraph two = Pairs.graph("u a", "v a", "v b", "x y", "x z", "w z");
    try (GraphEncoder encoder = GraphEncoder.pretrain(source, CONFIG, 1, NOBODY)) {
      float[] alone = encoder.embed(one).row(one.userNode("v"));
      assertThat(encoder.embed(two).row(two.userNode("v"))).containsExactly(alone, within(1e-6f));
    }
  }

  @Test
  void learnsToTellWhoseViewsAre() {
    PcRecConfig longer =
        new PcRecConfig(12, 30, .5f, 2, 6, 3, 4, 8, 2, 64, .98f, .2f, .005f, 16, 300);
    List<Double> losses = new ArrayList<>();
    try (GraphEncoder unused =
        GraphEncoder.pretrain(source, longer, 1, (done, steps, loss) -> losses.add(loss))) {
      assertThat(losses).hasSize(30);
      assertThat(mean(losses.subList(25, 30))).isLessThan(mean(losses.subList(1, 6)) - .2);
    }
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  private NodeEmbeddings embed(PcRecConfig config, long seed) {
    try (GraphEncoder encoder = GraphEncoder.pretrain(source, config, seed, NOBODY)) {
      return encoder.embed(target);
    }
  }
}
