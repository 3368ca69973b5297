package io.freshet.model.pcrec;

import java.util.Arrays;

/**
 * A vector for each node of a graph.
 *
 * @param width D
 * @param values (nodes, D), row by row; not copied
 */
public record NodeEmbeddings(int width, float[] values) {
  public NodeEmbeddings {
    if (width < 1 || values.length % width != 0) {
      throw new IllegalArgumentException(
          "values must be whole rows of width %d, was %d".formatted(width, values.length));
    }
  }

  public int nodes() {
    return values.length / width;
  }

  /** Returns a copy of a node's vector. */
  public float[] row(int node) {
    return Arrays.copyOfRange(values, node * width, (node + 1) * width);
  }

  /** Returns the inner product of two nodes' vectors. */
  public float product(int node, int other) {
    float sum = 0;
    for (int d = 0; d < width; d++) {
      sum += values[node * width + d] * values[other * width + d];
    }
    return sum;
  }

  /** Returns the same vectors, each {@code factor} times as long. */
  public NodeEmbeddings times(float factor) {
    float[] longer = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      longer[i] = factor * values[i];
    }
    return new NodeEmbeddings(width, longer);
  }

  /** Returns some columns of the vectors. */
  public NodeEmbeddings columns(int from, int to) {
    float[] part = new float[nodes() * (to - from)];
    for (int node = 0; node < nodes(); node++) {
      System.arraycopy(values, node * width + from, part, node * (to - from), to - from);
    }
    return new NodeEmbeddings(to - from, part);
  }

  /** Returns the vectors with another of the same node behind each. */
  public NodeEmbeddings beside(NodeEmbeddings others) {
    int wide = width + others.width;
    float[] both = new float[nodes() * wide];
    for (int node = 0; node < nodes(); node++) {
      System.arraycopy(values, node * width, both, node * wide, width);
      System.arraycopy(others.values, node * others.width, both, node * wide + width, others.width);
    }
    return new NodeEmbeddings(wide, both);
  }
}
