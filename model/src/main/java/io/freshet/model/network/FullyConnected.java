package io.freshet.model.network;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;

/**
 * Fully connected layers with LeakyReLU between them, that end in one logit (Chen et al. 2019,
 * section 2.3).
 *
 * <p>The first is split by what it reads, so that what is the same for all candidates of a request
 * is computed once for them.
 */
public final class FullyConnected {
  private static final String NAME = "mlp";

  private final Weights weights;
  private final int layers;

  /**
   * @param layers how many {@link #declare} was given
   */
  public FullyConnected(Weights weights, int layers) {
    this.weights = weights;
    this.layers = layers;
  }

  /**
   * Declares the layers' weights.
   *
   * @param inputs the width of each input by its name
   * @param widths of the layers, first to last
   */
  public static void declare(Initializer init, Map<String, Integer> inputs, List<Integer> widths) {
    inputs.forEach((input, width) -> init.matrix(NAME + "0." + input, width, widths.get(0)));
    init.zeros(NAME + "0.bias", widths.get(0));
    for (int i = 1; i < widths.size(); i++) {
      init.matrix(NAME + i, widths.get(i - 1), widths.get(i));
      init.zeros(NAME + i + ".bias", widths.get(i));
    }
    init.matrix("score", widths.get(widths.size() - 1), 1);
    init.zeros("score.bias", 1);
  }

  /**
   * Returns a logit for each candidate, (B, C).
   *
   * @param ofCandidates what each candidate has of its own, (B, C, *), by name; at least one
   * @param ofRequests what a request's candidates have in common, (B, *), by name
   */
  public NDArray logits(Map<String, NDArray> ofCandidates, Map<String, NDArray> ofRequests) {
    NDArray common = weights.get(NAME + "0.bias"); // (W)
    for (Map.Entry<String, NDArray> input : ofRequests.entrySet()) {
      common = project(input).add(common); // (B, W)
    }
    NDArray rows = null;
    for (Map.Entry<String, NDArray> input : ofCandidates.entrySet()) {
      rows = rows == null ? project(input) : rows.add(project(input)); // (B, C, W)
    }
    rows = rows.add(ofRequests.isEmpty() ? common : common.expandDims(1)); // (B, C, W)
    for (int i = 1; i < layers; i++) {
      rows =
          TransformerLayer.leakyRelu(rows)
              .matMul(weights.get(NAME + i))
              .add(weights.get(NAME + i + ".bias")); // (B, C, W)
    }
    return TransformerLayer.leakyRelu(rows)
        .matMul(weights.get("score"))
        .add(weights.get("score.bias"))
        .squeeze(2); // (B, C)
  }

  private NDArray project(Map.Entry<String, NDArray> input) {
    return input.getValue().matMul(weights.get(NAME + "0." + input.getKey()));
  }
}
