package io.freshet.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Makes the weights of a network that has learnt nothing; the same seed gives the same ones. */
public final class Initializer {
  private static final double EMBEDDING_BOUND = .05;

  private final NDManager manager;
  private final SplittableRandom random;
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();

  public Initializer(NDManager manager, long seed) {
    this.manager = manager;
    this.random = new SplittableRandom(seed);
  }

  /** A matrix to multiply rows with: uniform, with the variance that keeps theirs (Glorot). */
  public void matrix(String name, int in, int out) {
    uniform(name, Math.sqrt(6.0 / (in + out)), in, out);
  }

  public void embedding(String name, int rows, int width) {
    uniform(name, EMBEDDING_BOUND, rows, width);
  }

  public void zeros(String name, int width) {
    arrays.put(name, manager.zeros(new Shape(width)));
  }

  public void ones(String name, int width) {
    arrays.put(name, manager.ones(new Shape(width)));
  }

  public Weights weights() {
    return new Weights(arrays);
  }

  private void uniform(String name, double bound, int rows, int columns) {
    float[] values = new float[Math.multiplyExact(rows, columns)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-bound, bound);
    }
    arrays.put(name, Weights.aligned(manager.create(values, new Shape(rows, columns))));
  }
}
