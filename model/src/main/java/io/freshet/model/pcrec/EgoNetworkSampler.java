package io.freshet.model.pcrec;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Draws what is around a node: views, by random walks that return to it, and ego networks, by hops
 * (Wang et al. 2021). All bounded, however large the graph and popular the node.
 *
 * <p>It holds nothing that changes: any number of threads may draw, each with a source of its own.
 */
public final class EgoNetworkSampler {
  private static final double POPULARITY = .75;

  private final InteractionGraph graph;
  private final PcRecConfig config;
  private final GraphPositions positions;
  private final double[] upTo; // of each node, the sum of weights down to it

  /** Finds the positions of all nodes, which costs some passes over the edges. */
  public EgoNetworkSampler(InteractionGraph graph, PcRecConfig config) {
    this.graph = graph;
    this.config = config;
    this.positions = GraphPositions.of(graph, config.positionWidth());
    this.upTo = new double[graph.nodes()];
    Arrays.setAll(upTo, node -> Math.pow(graph.degree(node), POPULARITY));
    Arrays.parallelPrefix(upTo, Double::sum);
  }

  InteractionGraph graph() {
    return graph;
  }

  PcRecConfig config() {
    return config;
  }

  /** Draws an ego, a popular node more often than others: by its degree to the power of 0.75. */
  int ego(SplittableRandom random) {
    int found = Arrays.binarySearch(upTo, random.nextDouble() * upTo[upTo.length - 1]);
    return found < 0 ? -found - 1 : found + 1;
  }

  /** Draws a view: the nodes that a walk from the ego meets before one restart too many. */
  EgoNetwork view(int ego, SplittableRandom random) {
    Set<Integer> met = new LinkedHashSet<>();
    met.add(ego);
    int at = ego;
    for (int hop = 0; hop < config.walkHops() && met.size() < config.nodesMax(); hop++) {
      if (random.nextDouble() < config.restart()) {
        at = ego;
      } else {
        at = graph.neighbor(at, random.nextInt(graph.degree(at)));
        met.add(at);
      }
    }
    return among(met);
  }

  /**
   * Returns the ego networks of some nodes, the same each time, for {@link GraphEncoder#encode}
   * anywhere.
   *
   * @param to the node after the last
   */
  public byte[] networks(int from, int to) {
    return EgoNetwork.written(networksOf(from, to));
  }

  List<EgoNetwork> networksOf(int from, int to) {
    return IntStream.range(from, to)
        .parallel()
        .mapToObj(node -> network(node, new SplittableRandom(node)))
        .toList();
  }

  /** Draws the ego network: what is up to r hops away, of each node at most so many neighbors. */
  EgoNetwork network(int ego, SplittableRandom random) {
    Set<Integer> met = new LinkedHashSet<>();
    met.add(ego);
    int[] rim = {ego};
    for (int hop = 0; hop < config.radius(); hop++) {
      int inside = met.size();
      for (int node : rim) {
        addNeighbors(node, met, random);
      }
      rim = met.stream().skip(inside).mapToInt(Integer::intValue).toArray();
    }
    return among(met);
  }

  private void addNeighbors(int node, Set<Integer> met, SplittableRandom random) {
    int degree = graph.degree(node);
    boolean all = degree <= config.fanOut();
    for (int i = 0; i < Math.min(degree, config.fanOut()) && met.size() < config.nodesMax(); i++) {
      met.add(graph.neighbor(node, all ? i : random.nextInt(degree)));
    }
  }

  private EgoNetwork among(Set<Integer> met) {
    int[] nodes = met.stream().mapToInt(Integer::intValue).toArray();
    int[][] neighbors = new int[nodes.length][nodes.length];
    int[] degrees = new int[nodes.length];
    for (int one = 0; one < nodes.length; one++) {
      for (int other = one + 1; other < nodes.length; other++) {
        if (graph.isUser(nodes[one]) != graph.isUser(nodes[other])
            && graph.areJoined(nodes[one], nodes[other])) {
          neighbors[one][degrees[one]++] = other;
          neighbors[other][degrees[other]++] = one;
        }
      }
    }
    for (int node = 0; node < nodes.length; node++) {
      neighbors[node] = Arrays.copyOf(neighbors[node], degrees[node]);
    }
    return new EgoNetwork(
        graph.users(),
        nodes,
        IntStream.of(nodes).map(graph::degree).toArray(),
        positions.of(nodes),
        neighbors);
  }
}
