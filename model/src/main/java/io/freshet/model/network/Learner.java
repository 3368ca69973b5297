package io.freshet.model.network;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Weights while they are learnt. A step gathers the items that its batch names into a small table,
 * learns that, and puts it back: its price does not grow with the number of items.
 *
 * <p>PyTorch through DJL collects gradients for one caller in a process at a time.
 */
final class Learner {
  private final NetworkForm form;
  private final Weights weights;
  private final Optimizer optimizer;
  private final NDManager manager;

  /**
   * @param manager of the weights; what a step needs besides is freed with the step
   */
  Learner(NetworkForm form, Weights weights, Optimizer optimizer, NDManager manager) {
    this.form = form;
    this.weights = weights;
    this.optimizer = optimizer;
    this.manager = manager;
    List<String> itemTables = weights.itemTables();
    for (String name : weights.names()) {
      weights.get(name).setRequiresGradient(!itemTables.contains(name));
    }
  }

  /** Learns from a lesson; returns the loss before. */
  float step(Lesson lesson) {
    Batch batch = lesson.batch();
    try (NDManager step = manager.newSubManager()) {
      NDArray rows = step.create(lesson.items(), new Shape(lesson.items().length)); // (U)
      Map<String, NDArray> itemRows = itemRows(rows);
      NDArray labels =
          step.create(lesson.labels(), new Shape(batch.requests(), batch.candidates())); // (B, C)
      NDArray loss;
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        Network network = form.over(weights.with(itemRows), true);
        loss = loss(network.forward(batch, step).logits(), labels);
        collector.backward(loss);
      }
      optimizer.step(rows, itemRows);
      return loss.getFloat();
    }
  }

  private Map<String, NDArray> itemRows(NDArray rows) {
    Map<String, NDArray> itemRows = new HashMap<>();
    for (String table : weights.itemTables()) {
      NDArray values = Optimizer.gather(weights.get(table), rows); // (U, width)
      values.setRequiresGradient(true);
      itemRows.put(table, values);
    }
    return itemRows;
  }

  /**
   * Binary cross-entropy, mean over all items: -log s of those clicked, -log (1 - s) of the others.
   *
   * @param logits (B, C)
   * @param labels (B, C)
   */
  static NDArray loss(NDArray logits, NDArray labels) {
    NDArray zeros = logits.getManager().zeros(logits.getShape());
    NDArray softPlus = zeros.maximum(logits).add(logits.abs().neg().exp().add(1).log()); // (B, C)
    return softPlus.sub(labels.mul(logits)).mean();
  }
}
