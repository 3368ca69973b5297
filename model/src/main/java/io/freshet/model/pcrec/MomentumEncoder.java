package io.freshet.model.pcrec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.freshet.model.network.Weights;

/**
 * The encoder of the keys: it learns nothing itself, but follows the query encoder slowly, so that
 * vectors in the queue stay comparable (He et al. 2020, section 3.2).
 */
final class MomentumEncoder {
  private final PcRecConfig config;
  private final Weights weights;

  /**
   * @param weights at first those of the query encoder; changed in place
   */
  MomentumEncoder(PcRecConfig config, Weights weights) {
    this.config = config;
    this.weights = weights;
  }

  /** Returns the keys of a batch, (B, D). */
  NDArray encode(EgoBatch batch, NDManager manager) {
    return new GinEncoder(config, weights).encode(batch, manager);
  }

  /** Moves a step towards the query encoder: k = m k + (1 - m) q. */
  void follow(Weights query) {
    for (String name : weights.names()) {
      NDArray key = weights.get(name);
      try (NDArray difference = query.get(name).sub(key)) {
        difference.muli(1 - config.momentum());
        key.addi(difference);
      }
    }
  }
}
