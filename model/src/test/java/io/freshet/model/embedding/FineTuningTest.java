package io.freshet.model.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.model.baseline.BprConfig;
import io.freshet.model.baseline.MatrixFactorization;
import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.model.pcrec.NodeEmbeddings;
import io.freshet.model.pcrec.Pairs;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class FineTuningTest {
  private static final BprConfig CONFIG = new BprConfig(2, .05f, .01f, 4, 5, 5, 1);

  private final InteractionGraph graph = Pairs.graph("u a", "v a", "v b", "w b", "w c");
  private final NodeEmbeddings encoded =
      new NodeEmbeddings(3, new float[] {1, 0, 9, 0, 1, 9, 1, 0, 9, 0, 1, 9, 1, 0, 9, 0, 1, 9});

  @Test
  void positionsAreKeptAsTheyAreWhereValidationIsBetterForIt() {
    NodeEmbeddings vectors = train(encoded, with -> with.width() < 3 ? 0 : with.row(0)[2]);
    assertThat(vectors.width()).isEqualTo(3);
    float kept = vectors.row(0)[2];
    assertThat(kept).isPositive();
    for (int node = 0; node < graph.nodes(); node++) {
      assertThat(vectors.row(node)[2]).isEqualTo(kept);
    }
  }

  @Test
  void positionsAreLeftOutWhereValidationIsWorseForThem() {
    NodeEmbeddings vectors = train(encoded, with -> with.width() < 3 ? 0 : -with.row(0)[2]);
    for (int node = 0; node < graph.nodes(); node++) {
      assertThat(vectors.row(node)[2]).isZero();
    }
  }

  @Test
  void vectorsWithoutPositionsAreOnlyFineTuned() {
    NodeEmbeddings structure = encoded.columns(0, 2);
    NodeEmbeddings start = structure.times(MatrixFactorization.startLength(2));
    ToDoubleFunction<NodeEmbeddings> validation = vectors -> vectors.product(0, 3);
    assertThat(train(structure, validation).values())
        .isEqualTo(
            MatrixFactorization.train(graph, start, CONFIG, validation, done -> {}).values());
  }

  private NodeEmbeddings train(NodeEmbeddings vectors, ToDoubleFunction<NodeEmbeddings> worth) {
    return FineTuning.train(graph, vectors, CONFIG, worth, done -> {});
  }
}
