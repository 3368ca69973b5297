package io.freshet.model.bst;

import ai.djl.ndarray.NDManager;
import io.freshet.model.ItemTable;
import java.util.Map;

/** What a training has brought, ready to be released. Close it to free the weights. */
public final class TrainedBst implements AutoCloseable {
  private final BstConfig config;
  private final Vocabularies vocabularies;
  private final Weights weights;
  private final ItemTable items;
  private final Map<String, Double> metrics;
  private final NDManager manager;

  TrainedBst(
      BstConfig config,
      Vocabularies vocabularies,
      Weights weights,
      ItemTable items,
      Map<String, Double> metrics,
      NDManager manager) {
    this.config = config;
    this.vocabularies = vocabularies;
    this.weights = weights;
    this.items = items;
    this.metrics = metrics;
    this.manager = manager;
  }

  BstConfig config() {
    return config;
  }

  Vocabularies vocabularies() {
    return vocabularies;
  }

  Weights weights() {
    return weights;
  }

  ItemTable items() {
    return items;
  }

  /**
   * Returns what was measured, by name: {@code validation_auc}, {@code examples}, {@code epochs}.
   */
  public Map<String, Double> metrics() {
    return metrics;
  }

  @Override
  public void close() {
    manager.close();
  }
}
