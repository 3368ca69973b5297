package io.freshet.model.pcrec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphPositionsTest {
  private static final int WIDTH = 2;

  private final InteractionGraph graph = twoTowns();

  /** Everybody in a town clicks nearly everything there; one user has been to both. */
  private static InteractionGraph twoTowns() {
    List<String> pairs = new ArrayList<>(List.of("u0 i9"));
    for (int user = 0; user < 10; user++) {
      for (int item = 0; item < 5; item++) {
        if ((user + item) % 4 != 0) {
          pairs.add("u" + user + " i" + (user < 5 ? item : item + 5));
        }
      }
    }
    return Pairs.graph(pairs.toArray(String[]::new));
  }

  @Test
  void nearNodesHaveLikeDirections() {
    assertThat(likeness("u1", "u2")).isGreaterThan(.9);
    assertThat(likeness("u1", "i1")).isGreaterThan(.9);
    assertThat(likeness("u8", "i8")).isGreaterThan(.9);
    assertThat(likeness("u1", "u8")).isLessThan(.5);
    assertThat(likeness("u1", "i8")).isLessThan(.5);
    assertThat(likeness("i1", "i8")).isLessThan(.5);
  }

  @Test
  void sameGraphGivesTheSameOnesOfLengthOne() {
    GraphPositions positions = GraphPositions.of(graph, WIDTH);
    assertThat(GraphPositions.of(twoTowns(), WIDTH).values()).isEqualTo(positions.values());
    NodeEmbeddings vectors = new NodeEmbeddings(WIDTH, positions.values());
    for (int node = 0; node < graph.nodes(); node++) {
      assertThat(vectors.product(node, node)).isCloseTo(1, within(1e-5f));
    }
  }

  @Test
  void graphOfFewerDirectionsThanAskedForLeavesTheOthersEmpty() {
    GraphPositions positions = GraphPositions.of(Pairs.graph("u a", "u b", "v a", "v b"), 4);
    for (float value : positions.values()) {
      assertThat(value).isFinite();
    }
    NodeEmbeddings vectors = new NodeEmbeddings(4, positions.values());
    assertThat(vectors.product(0, 3)).isCloseTo(1, within(1e-4f)); // all are one place
  }

  private double likeness(String one, String other) {
    return new NodeEmbeddings(WIDTH, GraphPositions.of(graph, WIDTH).values())
        .product(node(one), node(other));
  }

  private int node(String id) {
    return id.startsWith("u") ? graph.userNode(id) : graph.itemNode(id);
  }
}
