package io.freshet.model.pcrec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;

/**
 * The vectors of the newest views, oldest replaced first: what a view is told apart from (He et al.
 * 2020, arXiv 1911.05722, as PCRec takes it). Lives as long as its manager.
 */
final class NegativeQueue {
  private final NDArray vectors; // (Q, D)
  private int next;

  /**
   * @param vectors (Q, D), changed in place
   * @param pushed how many it has ever taken
   */
  NegativeQueue(NDArray vectors, long pushed) {
    this.vectors = vectors;
    this.next = (int) (pushed % vectors.getShape().get(0));
  }

  /** Returns a queue full of random directions. */
  static NegativeQueue random(int size, int width, NDManager manager, SplittableRandom random) {
    float[] values = new float[size * width];
    for (int row = 0; row < size; row++) {
      double squares = 0;
      for (int d = 0; d < width; d++) {
        values[row * width + d] = (float) random.nextGaussian();
        squares += values[row * width + d] * values[row * width + d];
      }
      for (int d = 0; d < width; d++) {
        values[row * width + d] /= (float) Math.sqrt(squares);
      }
    }
    try (NDArray ofJava = manager.create(values, new Shape(size, width))) {
      return new NegativeQueue(ofJava.duplicate(), 0);
    }
  }

  /** (Q, D). */
  NDArray vectors() {
    return vectors;
  }

  /**
   * Puts in as many as a divisor of Q.
   *
   * @param newest (B, D)
   */
  void push(NDArray newest) {
    int count = (int) newest.getShape().get(0);
    vectors.set(new NDIndex("{}:{}", next, next + count), newest);
    next = (next + count) % (int) vectors.getShape().get(0);
  }
}
