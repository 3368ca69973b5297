package io.freshet.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import ai.djl.pytorch.jni.JniUtils;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;

/**
 * Moves weights along their gradients. Of the tables of items only the rows that a step has used
 * are read, updated and written: a step costs the same however many items there are.
 */
public abstract sealed class Optimizer {
  private final Weights weights;
  private final Map<String, Weights> accumulators;
  private long steps;

  private Optimizer(Weights weights, Map<String, Weights> accumulators, long steps) {
    this.weights = weights;
    this.accumulators = accumulators;
    this.steps = steps;
  }

  /**
   * Returns an optimizer that has made no step yet.
   *
   * @param manager of what it keeps beside the weights
   */
  public static Optimizer fresh(
      OptimizerRule rule, float learningRate, Weights weights, NDManager manager) {
    Map<String, Weights> zeros = new LinkedHashMap<>();
    for (String name : rule.accumulators()) {
      zeros.put(name, weights.zeros(manager));
    }
    return of(rule, learningRate, weights, zeros, 0);
  }

  /**
   * Returns an optimizer that goes on.
   *
   * @param accumulators by their names, as {@link #accumulators} gave them
   * @param steps how many have been made already
   */
  public static Optimizer of(
      OptimizerRule rule,
      float learningRate,
      Weights weights,
      Map<String, Weights> accumulators,
      long steps) {
    return switch (rule) {
      case ADAM -> new Adam(learningRate, weights, accumulators, steps);
      case ADAGRAD -> new Adagrad(learningRate, weights, accumulators, steps);
    };
  }

  /** Returns how many steps have been made. */
  public long steps() {
    return steps;
  }

  /** Returns what is kept beside the weights: for each name an array for each weight. */
  public Map<String, Weights> accumulators() {
    return accumulators;
  }

  /**
   * Makes one step along the gradients. Where PyTorch computes with one thread, the items' rows
   * move on another, for they take as long as all other weights together; with several they would
   * take the processors from each other.
   *
   * @param rows the numbers (U) of the items that took part, without repeats
   * @param itemRows for each table of items those rows (U, width), with a gradient
   */
  void step(NDArray rows, Map<String, NDArray> itemRows) {
    steps++;
    CompletableFuture<Void> items =
        CompletableFuture.runAsync(
            () -> {
              try (NoGradients unused = new NoGradients()) {
                itemRows.forEach((table, values) -> stepItems(table, rows, values));
              }
            },
            JniUtils.getNumThreads() > 1 ? Runnable::run : ForkJoinPool.commonPool());
    try {
      weights.names().stream().filter(name -> !itemRows.containsKey(name)).forEach(this::stepAll);
    } finally {
      items.join();
    }
  }

  private void stepItems(String table, NDArray rows, NDArray values) {
    List<NDArray> kept = kept(table);
    List<NDArray> parts = kept.stream().map(all -> gather(all, rows)).toList();
    update(values, parts);
    NDIndex index = new NDIndex("{}", rows);
    weights.get(table).set(index, values);
    for (int i = 0; i < parts.size(); i++) {
      kept.get(i).set(index, parts.get(i));
    }
  }

  /** Returns a copy of some rows of a table, which lives as long as their numbers. */
  static NDArray gather(NDArray table, NDArray rows) {
    return Embedding.embedding(rows, table, SparseFormat.DENSE).singletonOrThrow();
  }

  /** Makes one step along the gradients of weights without tables of items. */
  public void step() {
    steps++;
    weights.names().forEach(this::stepAll);
  }

  private void stepAll(String name) {
    update(weights.get(name), kept(name));
  }

  private List<NDArray> kept(String name) {
    return accumulators.values().stream().map(all -> all.get(name)).toList();
  }

  private void update(NDArray weight, List<NDArray> kept) {
    try (NDArray gradient = weight.getGradient()) {
      update(weight, gradient, kept);
    }
  }

  /** Updates the weight, and what is kept beside it, in place. */
  abstract void update(NDArray weight, NDArray gradient, List<NDArray> kept);

  private static final class Adam extends Optimizer {
    private static final float BETA1 = .9f;
    private static final float BETA2 = .999f;
    private static final float EPSILON = 1e-8f;

    private final float learningRate;

    Adam(float learningRate, Weights weights, Map<String, Weights> accumulators, long steps) {
      super(weights, accumulators, steps);
      this.learningRate = learningRate;
    }

    @Override
    void update(NDArray weight, NDArray gradient, List<NDArray> kept) {
      double t = steps();
      double correction = Math.sqrt(1 - Math.pow(BETA2, t)) / (1 - Math.pow(BETA1, t));
      weight
          .getNDArrayInternal()
          .adamUpdate(
              new NDList(weight, gradient, kept.get(0), kept.get(1)),
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

  private static final class Adagrad extends Optimizer {
    private static final float EPSILON = 1e-10f;

    private final float learningRate;

    Adagrad(float learningRate, Weights weights, Map<String, Weights> accumulators, long steps) {
      super(weights, accumulators, steps);
      this.learningRate = learningRate;
    }

    @Override
    void update(NDArray weight, NDArray gradient, List<NDArray> kept) {
      NDArray squares = kept.get(0);
      try (NDManager step = weight.getManager().newSubManager()) {
        gradient.attach(step);
        squares.addi(gradient.square());
        NDArray root = squares.sqrt();
        root.attach(step);
        weight.subi(gradient.mul(learningRate).divi(root.addi(EPSILON)));
        gradient.subi(gradient); // the next step's is added to it
      }
    }
  }
}
