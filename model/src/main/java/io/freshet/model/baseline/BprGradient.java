package io.freshet.model.baseline;

import io.freshet.model.baseline.BprTraining.Batch;
import io.freshet.model.pcrec.NodeEmbeddings;
import java.util.Arrays;

/**
 * The gradient of BPR's loss, {@code -ln sigmoid(u . i - u . j)} summed over the pairs of a batch,
 * with respect to the vectors; only the rows that a batch touches are not zero.
 */
final class BprGradient {
  private final int width;
  private final float[] values; // (nodes, D)
  private final boolean[] isTouched;
  private final int[] touched;
  private int touchedCount;

  BprGradient(int nodes, int width) {
    this.width = width;
    this.values = new float[nodes * width];
    this.isTouched = new boolean[nodes];
    this.touched = new int[nodes];
  }

  /** Adds that of a batch; returns its loss. */
  double add(Batch batch, NodeEmbeddings embeddings) {
    float[] vectors = embeddings.values();
    double loss = 0;
    for (int pair = 0; pair < batch.size(); pair++) {
      int user = touch(batch.users()[pair]);
      int clicked = touch(batch.clicked()[pair]);
      int other = touch(batch.others()[pair]);
      float margin = 0;
      for (int d = 0; d < width; d++) {
        margin += vectors[user + d] * (vectors[clicked + d] - vectors[other + d]);
      }
      float pull = (float) (1 / (1 + Math.exp(margin)));
      for (int d = 0; d < width; d++) {
        values[user + d] -= pull * (vectors[clicked + d] - vectors[other + d]);
        values[clicked + d] -= pull * vectors[user + d];
        values[other + d] += pull * vectors[user + d];
      }
      loss += Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin)));
    }
    return loss;
  }

  /**
   * Adds, to a gradient of (nodes, D), that of {@code regularization / 2} times the squared lengths
   * of the vectors that a batch names.
   */
  static void addRegularization(
      Batch batch, NodeEmbeddings embeddings, float regularization, float[] gradient) {
    for (int pair = 0; pair < batch.size(); pair++) {
      addRow(batch.users()[pair], embeddings, regularization, gradient);
      addRow(batch.clicked()[pair], embeddings, regularization, gradient);
      addRow(batch.others()[pair], embeddings, regularization, gradient);
    }
  }

  private static void addRow(int node, NodeEmbeddings embeddings, float factor, float[] gradient) {
    int width = embeddings.width();
    for (int d = node * width; d < (node + 1) * width; d++) {
      gradient[d] += factor * embeddings.values()[d];
    }
  }

  /** Returns where the node's row begins. */
  private int touch(int node) {
    if (!isTouched[node]) {
      isTouched[node] = true;
      touched[touchedCount++] = node;
    }
    return node * width;
  }

  /** Returns the gradient, (nodes, D). */
  float[] values() {
    return values;
  }

  /** Takes a step of an optimizer on the touched rows, and forgets the gradient. */
  void apply(Adam optimizer, NodeEmbeddings embeddings) {
    for (int i = 0; i < touchedCount; i++) {
      optimizer.step(touched[i], values, embeddings.values());
    }
    clear();
  }

  void clear() {
    for (int i = 0; i < touchedCount; i++) {
      int row = touched[i] * width;
      Arrays.fill(values, row, row + width, 0);
      isTouched[touched[i]] = false;
    }
    touchedCount = 0;
  }
}
