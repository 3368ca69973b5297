package io.freshet.model.bst;

import ai.djl.ndarray.NDManager;
import io.freshet.model.ClickLog;
import io.freshet.model.ComputeDevice;
import io.freshet.model.ItemTable;
import io.freshet.model.network.Devices;
import io.freshet.model.network.TrainedNetwork;
import io.freshet.model.network.Vocabularies;
import java.util.Map;

/**
 * What a training has brought, ready to be released. Close it to free the weights.
 *
 * @param network of the form {@link BstConfig}
 * @param items for retrieval
 */
public record TrainedBst(TrainedNetwork network, ItemTable items) implements AutoCloseable {
  /**
   * Returns a BST that knows the log's items and has learnt nothing: what a training starts from.
   * It is as fast as one that has.
   *
   * @return to be closed by the caller
   */
  public static TrainedBst untrained(BstConfig config, ClickLog log, long seed) {
    NDManager manager = Devices.newManager(ComputeDevice.CPU);
    Vocabularies vocabularies = Vocabularies.of(log, 1);
    return new TrainedBst(
        new TrainedNetwork(
            config, vocabularies, config.initial(vocabularies, manager, seed), Map.of(), manager),
        ItemTable.of(log));
  }

  /** Returns the form of the network. */
  public BstConfig config() {
    return (BstConfig) network.form();
  }

  /**
   * Returns what was measured, by name: {@code validation_grouped_auc}, {@code examples}, {@code
   * epochs}.
   */
  public Map<String, Double> metrics() {
    return network.metrics();
  }

  @Override
  public void close() {
    network.close();
  }
}
