package io.freshet.model.bst;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;

/**
 * Adam (Kingma and Ba 2015). Of the table of items only the rows that a step has used are read,
 * updated and written: a step costs the same however many items there are.
 */
final class Adam {
  private static final float BETA1 = .9f;
  private static final float BETA2 = .999f;
  private static final float EPSILON = 1e-8f;

  private final Weights weights;
  private final Weights means;
  private final Weights variances;
  private final float learningRate;
  private long steps;

  /**
   * @param weights all that is learnt
   * @param means the running means of their gradients, zero at first
   * @param variances the running means of their gradients' squares, zero at first
   * @param steps how many have been made already
   */
  Adam(Weights weights, Weights means, Weights variances, float learningRate, long steps) {
    this.weights = weights;
    this.means = means;
    this.variances = variances;
    this.learningRate = learningRate;
    this.steps = steps;
  }

  long steps() {
    return steps;
  }

  Weights means() {
    return means;
  }

  Weights variances() {
    return variances;
  }

  /**
   * Makes one step along the gradients.
   *
   * @param rowsOf the weight of which only some rows took part
   * @param rows the numbers (U) of those rows, without repeats
   * @param values those rows (U, width), with a gradient
   */
  void step(String rowsOf, NDArray rows, NDArray values) {
    steps++;
    for (String name : weights.names()) {
      if (!name.equals(rowsOf)) {
        update(weights.get(name), means.get(name), variances.get(name));
      }
    }
    NDManager manager = values.getManager();
    NDIndex index = new NDIndex("{}", rows);
    NDArray mean = take(means.get(rowsOf), index, manager);
    NDArray variance = take(variances.get(rowsOf), index, manager);
    update(values, mean, variance);
    weights.get(rowsOf).set(index, values);
    means.get(rowsOf).set(index, mean);
    variances.get(rowsOf).set(index, variance);
  }

  /** Returns some rows of a table as an array of its own that lives as long as {@code manager}. */
  static NDArray take(NDArray table, NDIndex rows, NDManager manager) {
    return table.get(manager, rows);
  }

  private void update(NDArray weight, NDArray mean, NDArray variance) {
    double correction =
        Math.sqrt(1 - Math.pow(BETA2, (double) steps)) / (1 - Math.pow(BETA1, (double) steps));
    try (NDArray gradient = weight.getGradient()) {
      weight
          .getNDArrayInternal()
          .adamUpdate(
              new NDList(weight, gradient, mean, variance),
              new NDList(weight),
              learningRate,
              (float) (learningRate * correction),
              0, // no weight decay
              1, // no rescaling
              -1, // no clipping
              BETA1,
              BETA2,
              EPSILON,
              true,
              false);
    }
  }
}
