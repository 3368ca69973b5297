package io.freshet.model.pcrec;

import java.util.List;

/**
 * Ego networks as the encoder reads them: by structure alone, so that what is learnt on one graph
 * holds on another with other users and items. Smaller networks are padded behind.
 *
 * @param networks B
 * @param nodes n, of the largest network
 * @param degrees (B, n) bucket of the degree in the whole graph, on a log scale; 0 for padding
 * @param features (B, n, {@link #width}): 1 for a node, 1 for the ego, 1 for a user, and {@link
 *     EgoFeatures}
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
  static int width(PcRecConfig config) {
    return FLAGS + config.featureCount();
  }

  static EgoBatch of(List<EgoNetwork> networks, PcRecConfig config) {
    int n = networks.stream().mapToInt(EgoNetwork::size).max().orElse(1);
    int width = width(config);
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
      batch.add(config.features().of(network, config.featureCount()), b, config.featureCount());
    }
    return batch;
  }

  private static int degreeBucket(int degree) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(degree);
    return Math.min(bits, DEGREE_BUCKETS - 1);
  }

  /** Puts the numbers of a network's nodes behind their flags. */
  private void add(float[] ofNodes, int b, int count) {
    for (int from = 0, row = b * nodes; from < ofNodes.length; from += count, row++) {
      System.arraycopy(ofNodes, from, features, row * (FLAGS + count) + FLAGS, count);
    }
  }
}
