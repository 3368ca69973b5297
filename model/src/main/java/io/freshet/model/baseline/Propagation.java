package io.freshet.model.baseline;

import io.freshet.model.pcrec.InteractionGraph;
import java.util.Arrays;

/**
 * The mean of a node's vector and of those that 1 to L steps over a graph's edges lead to, each
 * step weighted by {@code 1 / sqrt(degree * degree)} of the two nodes that it joins: linear in the
 * vectors, and symmetric.
 */
final class Propagation {
  private final InteractionGraph graph;
  private final int layers;
  private final int width;
  private final float[] weights; // of each node: 1 / sqrt(degree)
  private final float[] before; // (nodes, D)

  Propagation(InteractionGraph graph, int layers, int width) {
    this.graph = graph;
    this.layers = layers;
    this.width = width;
    this.weights = new float[graph.nodes()];
    for (int node = 0; node < weights.length; node++) {
      weights[node] = (float) (1 / Math.sqrt(graph.degree(node)));
    }
    this.before = new float[graph.nodes() * width];
  }

  /**
   * Applies it to {@code in}, as {@code in + A (in + A (in + ...))}.
   *
   * @param in (nodes, D)
   * @param out (nodes, D), overwritten
   */
  void apply(float[] in, float[] out) {
    System.arraycopy(in, 0, out, 0, in.length);
    for (int layer = 0; layer < layers; layer++) {
      System.arraycopy(out, 0, before, 0, out.length);
      for (int node = 0; node < graph.nodes(); node++) {
        gather(node, out);
        addTo(node, in, out);
      }
    }
    for (int i = 0; i < out.length; i++) {
      out[i] /= layers + 1;
    }
  }

  /** Puts what one step brings in a node's row. */
  private void gather(int node, float[] out) {
    int row = node * width;
    Arrays.fill(out, row, row + width, 0);
    for (int i = 0; i < graph.degree(node); i++) {
      int neighbor = graph.neighbor(node, i);
      float weight = weights[node] * weights[neighbor];
      int from = neighbor * width;
      for (int d = 0; d < width; d++) {
        out[row + d] += weight * before[from + d];
      }
    }
  }

  private void addTo(int node, float[] in, float[] out) {
    for (int d = node * width; d < (node + 1) * width; d++) {
      out[d] += in[d];
    }
  }
}
