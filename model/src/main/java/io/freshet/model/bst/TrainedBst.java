package io.freshet.model.bst;

import io.freshet.model.ItemTable;
import io.freshet.model.network.TrainedNetwork;
import java.util.Map;

/**
 * What a training has brought, ready to be released. Close it to free the weights.
 *
 * @param network of the form {@link BstConfig}
 * @param items for retrieval
 */
public record TrainedBst(TrainedNetwork network, ItemTable items) implements AutoCloseable {
  /** Returns the form of the network. */
  public BstConfig config() {
    return (BstConfig) network.form();
  }

  /**
   * Returns what was measured, by name: {@code validation_auc}, {@code examples}, {@code epochs}.
   */
  public Map<String, Double> metrics() {
    return network.metrics();
  }

  @Override
  public void close() {
    network.close();
  }
}
