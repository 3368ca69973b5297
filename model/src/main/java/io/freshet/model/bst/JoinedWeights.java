package io.freshet.model.bst;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.freshet.model.network.Weights;
import java.util.List;

/**
 * Matrices of one input side by side, so that one product makes what several would; less than a MB
 * in the paper's form.
 *
 * @param ofHistory (D, 2 D) [W^K W^V]
 * @param ofTargets (D, 3 D) [W^Q / sqrt(D/H) W^K W^V]
 * @param ofRows (D + X, W) what of the first fully connected layer reads a candidate's row and what
 *     is known of it
 * @param ofUsers (U, W) what of it reads the user
 */
record JoinedWeights(NDArray ofHistory, NDArray ofTargets, NDArray ofRows, NDArray ofUsers) {
  /** Returns those of a network of one layer, which live as long as {@code manager}. */
  static JoinedWeights of(BstConfig config, Weights weights, NDManager manager) {
    try (NDManager parts = manager.newSubManager()) {
      NDArray scale =
          parts.create((float) (1 / Math.sqrt((double) config.width() / config.heads())));
      NDArray query = scale.mul(weights.get("layer0.query"));
      NDArray key = weights.get("layer0.key");
      NDArray value = weights.get("layer0.value");
      return new JoinedWeights(
          joined(manager, 1, key, value),
          joined(manager, 1, query, key, value),
          firstLayer(manager, weights, BehaviorSequenceTransformer.candidateInputs(config)),
          firstLayer(manager, weights, List.of(BehaviorSequenceTransformer.USER)));
    }
  }

  private static NDArray firstLayer(NDManager manager, Weights weights, List<String> inputs) {
    NDArray[] matrices =
        inputs.stream().map(input -> weights.get("mlp0." + input)).toArray(NDArray[]::new);
    return joined(manager, 0, matrices);
  }

  private static NDArray joined(NDManager manager, int axis, NDArray... matrices) {
    NDArray joined = NDArrays.concat(new NDList(matrices), axis);
    joined.attach(manager);
    return joined;
  }
}
