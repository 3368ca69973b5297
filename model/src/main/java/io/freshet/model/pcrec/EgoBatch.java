package io.freshet.model.pcrec;

import java.util.List;

/**
 * Ego networks as the encoder reads them: by structure alone, so that what is learnt on one graph
 * holds on another with other users and items. Smaller networks are padded behind.
 *
 * @param networks B
 * @param nodes n, of the largest network
 * @param degrees (B, n) bucket of the degree in the whole graph, on a log scale; 0 for padding
 * @param features (B, n, {@link #width}): 1 for a node, 1 for the ego, 1 for a user, and the
 *     chances that a random walk within the network is back where it began after 2, 4, ... 2R hops
 * @param positions (B, n, K) in the whole graph
 * @param adjacency (B, n, n)
 */
record EgoBatch(
    int networks,
    int nodes,
    int[] degrees,
    float[] features,
    float[] positions,
    float[] adjacency) {
  static final int DEGREE_BUCKETS = 24; // degrees up to 8 million
  private static final int FLAGS = 3;

  /** The number of features of a node. */
  static int width(int returns) {
    return FLAGS + returns;
  }

  static EgoBatch of(List<EgoNetwork> networks, PcRecConfig config) {
    int returns = config.returns();
    int n = networks.stream().mapToInt(EgoNetwork::size).max().orElse(1);
    int width = width(returns);
    EgoBatch batch =
        new EgoBatch(
            networks.size(),
            n,
            new int[networks.size() * n],
            new float[networks.size() * n * width],
            new float[networks.size() * n * config.positionWidth()],
            new float[networks.size() * n * n]);
    for (int b = 0; b < networks.size(); b++) {
      EgoNetwork network = networks.get(b);
      for (int i = 0; i < network.size(); i++) {
        int row = b * n + i;
        batch.degrees[row] = degreeBucket(network.degrees()[i]);
        batch.features[row * width] = 1;
        batch.features[row * width + 1] = i == 0 ? 1 : 0;
        batch.features[row * width + 2] = network.isUser(i) ? 1 : 0;
        for (int other : network.neighbors()[i]) {
          batch.adjacency[row * n + other] = 1;
        }
      }
      System.arraycopy(
          network.positions(),
          0,
          batch.positions,
          b * n * config.positionWidth(),
          network.positions().length);
      batch.addReturns(network, b, returns);
    }
    return batch;
  }

  private static int degreeBucket(int degree) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(degree);
    return Math.min(bits, DEGREE_BUCKETS - 1);
  }

  /** The walk of a bipartite graph is back only after an even number of hops. */
  private void addReturns(EgoNetwork network, int b, int returns) {
    int size = network.size();
    float[][] at = new float[size][size]; // chance to be at a node, by where the walk began
    for (int start = 0; start < size; start++) {
      at[start][start] = 1;
    }
    for (int k = 0; k < returns; k++) {
      at = hop(network, hop(network, at));
      for (int start = 0; start < size; start++) {
        features[(b * nodes + start) * width(returns) + FLAGS + k] = at[start][start];
      }
    }
  }

  /** Returns where a walk stands that takes a hop first: the mean over the neighbors. */
  private static float[][] hop(EgoNetwork network, float[][] at) {
    int size = network.size();
    float[][] next = new float[size][size];
    for (int node = 0; node < size; node++) {
      int[] neighbors = network.neighbors()[node];
      float share = 1f / neighbors.length;
      for (int neighbor : neighbors) {
        for (int to = 0; to < size; to++) {
          next[node][to] += share * at[neighbor][to];
        }
      }
    }
    return next;
  }
}
