package io.freshet.model.pcrec;

import static io.freshet.model.pcrec.Pairs.graph;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EgoNetworkSamplerTest {
  private static final PcRecConfig CONFIG = TinyPcRec.CONFIG;

  private final InteractionGraph graph = TinyPcRec.graph(1);
  private final EgoNetworkSampler sampler = new EgoNetworkSampler(graph, CONFIG);

  @Test
  void viewIsAroundItsEgoAndBounded() {
    for (int ego = 0; ego < graph.nodes(); ego++) {
      EgoNetwork view = sampler.view(ego, new SplittableRandom(ego));
      assertThat(view.nodes()[0]).isEqualTo(ego);
      assertThat(view.size()).isBetween(2, CONFIG.nodesMax());
      assertHasEveryEdge(view);
    }
  }

  @Test
  void networkIsWhatIsUpToSoManyHopsAway() {
    InteractionGraph path = graph("u a", "v a", "v b", "w b", "w c");
    int u = path.userNode("u");
    assertThat(ids(path, hops(path, 1).network(u, new SplittableRandom(1))))
        .containsExactly("u", "a");
    assertThat(ids(path, hops(path, 2).network(u, new SplittableRandom(1))))
        .containsExactly("u", "a", "v");
    assertThat(ids(path, hops(path, 3).network(u, new SplittableRandom(1))))
        .containsExactly("u", "a", "v", "b");
  }

  @Test
  void networkOfAPopularNodeIsBounded() {
    InteractionGraph star =
        graph(IntStream.range(0, 500).mapToObj(i -> "u" + i + " hub").toArray(String[]::new));
    EgoNetwork network =
        new EgoNetworkSampler(star, CONFIG).network(star.itemNode("hub"), new SplittableRandom(1));
    assertThat(network.size()).isBetween(2, 1 + CONFIG.fanOut());
  }

  @Test
  void networkHasEveryEdgeAmongItsNodes() {
    for (int ego = 0; ego < graph.nodes(); ego++) {
      assertHasEveryEdge(sampler.network(ego, new SplittableRandom(ego)));
    }
  }

  @Test
  void sameSourceDrawsTheSame() {
    assertThat(sampler.view(3, new SplittableRandom(5)).nodes())
        .isEqualTo(sampler.view(3, new SplittableRandom(5)).nodes());
    assertThat(sampler.network(3, new SplittableRandom(5)).nodes())
        .isEqualTo(sampler.network(3, new SplittableRandom(5)).nodes());
  }

  @Test
  void popularEgosAreDrawnMoreOftenButLessThanTheyArePopular() {
    InteractionGraph uneven = graph("a x", "b x", "c x", "d x", "d y");
    EgoNetworkSampler drawing = new EgoNetworkSampler(uneven, CONFIG);
    SplittableRandom random = new SplittableRandom(1);
    int[] drawn = new int[uneven.nodes()];
    for (int i = 0; i < 100_000; i++) {
      drawn[drawing.ego(random)]++;
    }
    double weightOfX = Math.pow(4, .75);
    double ratio = (double) drawn[uneven.itemNode("x")] / drawn[uneven.userNode("a")];
    assertThat(ratio).isCloseTo(weightOfX, within(.1));
    assertThat(Arrays.stream(drawn)).allMatch(count -> count > 0);
  }

  private static EgoNetworkSampler hops(InteractionGraph graph, int radius) {
    return new EgoNetworkSampler(graph, CONFIG.withRadius(radius));
  }

  private static List<String> ids(InteractionGraph graph, EgoNetwork network) {
    List<String> ids = new ArrayList<>();
    for (int node : network.nodes()) {
      ids.add(
          graph.isUser(node)
              ? graph.userIds().get(node)
              : graph.itemIds().get(node - graph.users()));
    }
    return ids;
  }

  private void assertHasEveryEdge(EgoNetwork network) {
    int[] nodes = network.nodes();
    assertThat(nodes).doesNotHaveDuplicates();
    for (int one = 0; one < nodes.length; one++) {
      for (int other = 0; other < nodes.length; other++) {
        int place = other;
        assertThat(IntStream.of(network.neighbors()[one]).anyMatch(i -> i == place))
            .isEqualTo(graph.areJoined(nodes[one], nodes[other]));
      }
    }
  }
}
