package io.freshet.model.bst;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.Arrays;

/**
 * Weights while they are learnt. A step gathers the items that its batch names into a small table,
 * learns that, and puts it back: its price does not grow with the number of items.
 *
 * <p>PyTorch through DJL collects gradients for one caller in a process at a time.
 */
final class Learner {
  private final BstConfig config;
  private final Weights weights;
  private final Adam adam;
  private final NDManager manager;

  /**
   * @param manager of the weights; what a step needs besides is freed with the step
   */
  Learner(BstConfig config, Weights weights, Adam adam, NDManager manager) {
    this.config = config;
    this.weights = weights;
    this.adam = adam;
    this.manager = manager;
    for (String name : weights.names()) {
      weights.get(name).setRequiresGradient(!name.equals(BehaviorSequenceTransformer.ITEMS));
    }
  }

  /** Learns from requests whose first candidate is the clicked one; returns the loss before. */
  float step(Batch batch) {
    int[] distinct = distinct(batch);
    Batch renumbered =
        batch.withItems(renumber(batch.pastItems(), distinct), renumber(batch.items(), distinct));
    try (NDManager step = manager.newSubManager()) {
      NDArray rows =
          step.create(Arrays.stream(distinct).asLongStream().toArray(), new Shape(distinct.length));
      NDArray items =
          weights.get(BehaviorSequenceTransformer.ITEMS).get(step, new NDIndex("{}", rows));
      items.setRequiresGradient(true);
      NDArray loss;
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        BehaviorSequenceTransformer network =
            BehaviorSequenceTransformer.training(
                config, weights.with(BehaviorSequenceTransformer.ITEMS, items));
        loss = loss(network.forward(renumbered, step).logits());
        collector.backward(loss);
      }
      adam.step(BehaviorSequenceTransformer.ITEMS, rows, items);
      return loss.getFloat();
    }
  }

  /**
   * Binary cross-entropy, mean over all items: -log s of the clicked one, -log (1 - s) of others.
   *
   * @param logits (B, C), the clicked one first
   */
  static NDArray loss(NDArray logits) {
    long c = logits.getShape().get(1);
    NDArray clicked = logits.split(new long[] {1}, 1).get(0); // (B, 1)
    NDArray zeros = logits.getManager().zeros(logits.getShape());
    NDArray softPlus = zeros.maximum(logits).add(logits.abs().neg().exp().add(1).log());
    return softPlus.mean().sub(clicked.mean().div(c));
  }

  /** The item rows of the batch, in order, without repeats; padding, row 0, among them. */
  private static int[] distinct(Batch batch) {
    int[] all = Arrays.copyOf(batch.items(), batch.items().length + batch.pastItems().length + 1);
    System.arraycopy(batch.pastItems(), 0, all, batch.items().length, batch.pastItems().length);
    return Arrays.stream(all).sorted().distinct().toArray();
  }

  /** Row 0 stays row 0: it is the first of {@code distinct}. */
  private static int[] renumber(int[] rows, int[] distinct) {
    int[] renumbered = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      renumbered[i] = Arrays.binarySearch(distinct, rows[i]);
    }
    return renumbered;
  }
}
