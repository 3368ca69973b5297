package io.freshet.model.pcrec;

import static io.freshet.model.pcrec.Pairs.graph;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InteractionGraphTest {
  @Test
  void joinsEachPairOnce() {
    InteractionGraph graph = graph("u a", "v b", "u b", "u a");
    assertThat(graph.userIds()).containsExactly("u", "v");
    assertThat(graph.itemIds()).containsExactly("a", "b");
    assertThat(graph.edges()).isEqualTo(3);
    assertThat(neighbors(graph, graph.userNode("u")))
        .containsExactly(graph.itemNode("a"), graph.itemNode("b"));
    assertThat(neighbors(graph, graph.itemNode("b")))
        .containsExactly(graph.userNode("u"), graph.userNode("v"));
    assertThat(graph.areJoined(graph.userNode("v"), graph.itemNode("b"))).isTrue();
    assertThat(graph.areJoined(graph.itemNode("a"), graph.userNode("v"))).isFalse();
  }

  @Test
  void whatItDoesNotHaveHasNoNode() {
    InteractionGraph graph = graph("u a");
    assertThat(graph.userNode("a")).isEqualTo(-1);
    assertThat(graph.itemNode("u")).isEqualTo(-1);
    assertThat(graph.isUser(graph.userNode("u"))).isTrue();
    assertThat(graph.isUser(graph.itemNode("a"))).isFalse();
  }

  @Test
  void edgesAreTheSameInBothDirections() {
    InteractionGraph graph = random(1);
    int edges = 0;
    for (int node = 0; node < graph.nodes(); node++) {
      int[] row = neighbors(graph, node);
      assertThat(row).isNotEmpty().isSorted().doesNotHaveDuplicates();
      for (int neighbor : row) {
        assertThat(graph.isUser(neighbor)).isNotEqualTo(graph.isUser(node));
        assertThat(graph.areJoined(neighbor, node)).isTrue();
        edges++;
      }
    }
    assertThat(edges).isEqualTo(2 * graph.edges());
  }

  @Test
  void coreIsTheLargestPartOfThatDegree() {
    InteractionGraph graph = graph("u a", "u b", "v a", "v b", "w b", "w c", "x c");
    InteractionGraph core = graph.core(2);
    assertThat(core.userIds()).containsExactly("u", "v");
    assertThat(core.itemIds()).containsExactly("a", "b");
    assertThat(core.edges()).isEqualTo(4);
    assertThat(graph.core(3).nodes()).isZero();
    assertThat(graph.core(1).edges()).isEqualTo(graph.edges());
  }

  @Test
  void coreKeepsEveryEdgeAmongItsNodes() {
    InteractionGraph graph = random(2);
    InteractionGraph core = graph.core(4);
    assertThat(core.nodes()).isBetween(1, graph.nodes() - 1);
    for (String user : core.userIds()) {
      assertThat(core.degree(core.userNode(user))).isGreaterThanOrEqualTo(4);
      for (String item : core.itemIds()) {
        assertThat(core.areJoined(core.userNode(user), core.itemNode(item)))
            .isEqualTo(graph.areJoined(graph.userNode(user), graph.itemNode(item)));
      }
    }
  }

  private static InteractionGraph random(long seed) {
    Random random = new Random(seed);
    return graph(
        IntStream.range(0, 500)
            .mapToObj(i -> "u" + random.nextInt(60) + " i" + random.nextInt(90))
            .toArray(String[]::new));
  }

  private static int[] neighbors(InteractionGraph graph, int node) {
    return IntStream.range(0, graph.degree(node)).map(i -> graph.neighbor(node, i)).toArray();
  }
}
