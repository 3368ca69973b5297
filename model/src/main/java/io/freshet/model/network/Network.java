package io.freshet.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Weights in a form that scores with them. */
public interface Network {
  /** Scores every candidate of the batch; what that makes lives as long as {@code manager}. */
  Output forward(Batch batch, NDManager manager);

  /**
   * What a network says.
   *
   * @param logits (B, C), before the sigmoid
   * @param attention (B, C, N) that each candidate paid to each behavior; null where the form of
   *     the network knows none
   */
  record Output(NDArray logits, NDArray attention) {}
}
