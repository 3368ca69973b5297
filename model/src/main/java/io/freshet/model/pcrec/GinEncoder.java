package io.freshet.model.pcrec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.norm.LayerNorm;
import io.freshet.model.network.Initializer;
import io.freshet.model.network.Weights;

/**
 * The graph isomorphism network (Xu et al. 2019, arXiv 1810.00826) that turns an ego network into a
 * vector. It holds no state of its own.
 *
 * <pre>
 * H_0     = [degree ; features] W
 * H_(l+1) = ReLU(LayerNorm(ReLU(((1 + e_l) H_l + A H_l) W1_l + b1_l) W2_l + b2_l))
 * z       = sum_l [H_l of the ego ; mean of H_l] V_l
 * f       = z / |z|
 * </pre>
 */
final class GinEncoder {
  private static final float NORM_EPSILON = 1e-5f;
  private static final float LENGTH_EPSILON = 1e-12f;

  private final PcRecConfig config;
  private final Weights weights;

  GinEncoder(PcRecConfig config, Weights weights) {
    this.config = config;
    this.weights = weights;
  }

  /** Returns weights that have learnt nothing; the same seed gives the same ones. */
  static Weights initial(PcRecConfig config, NDManager manager, long seed) {
    int d = config.width();
    Initializer init = new Initializer(manager, seed);
    init.embedding("degree", EgoBatch.DEGREE_BUCKETS, config.degreeWidth());
    init.matrix("input", config.degreeWidth() + EgoBatch.width(config.returns()), d);
    for (int layer = 0; layer <= config.layers(); layer++) {
      init.matrix("readout" + layer, 2 * d, d);
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      String name = "layer" + layer;
      init.zeros(name + ".self", 1);
      init.matrix(name + ".hidden", d, d);
      init.zeros(name + ".hidden.bias", d);
      init.matrix(name + ".output", d, d);
      init.zeros(name + ".output.bias", d);
      init.ones(name + ".norm.scale", d);
      init.zeros(name + ".norm.shift", d);
    }
    return init.weights();
  }

  /** Returns a vector of length 1 for each ego, (B, D). */
  NDArray encode(EgoBatch batch, NDManager manager) {
    long b = batch.networks();
    long n = batch.nodes();
    NDArray features =
        manager.create(batch.features(), new Shape(b, n, EgoBatch.width(config.returns())));
    NDArray adjacency = manager.create(batch.adjacency(), new Shape(b, n, n));
    NDArray degrees = manager.create(batch.degrees(), new Shape(b, n));
    NDArray isNode = features.split(new long[] {1}, 2).get(0); // (B, n, 1)
    NDArray perNode = isNode.div(isNode.sum(new int[] {1}, true)); // (B, n, 1)

    NDArray rows =
        NDArrays.concat(new NDList(embedded(degrees), features), 2)
            .matMul(weights.get("input")); // (B, n, D)
    NDArray sum = readout(rows, perNode, 0);
    for (int layer = 0; layer < config.layers(); layer++) {
      rows = layer(rows, adjacency, "layer" + layer).mul(isNode); // (B, n, D)
      sum = sum.add(readout(rows, perNode, layer + 1)); // (B, D)
    }
    NDArray length = sum.square().sum(new int[] {1}, true).add(LENGTH_EPSILON).sqrt(); // (B, 1)
    return sum.div(length);
  }

  private NDArray embedded(NDArray degrees) {
    return Embedding.embedding(degrees, weights.get("degree"), SparseFormat.DENSE)
        .singletonOrThrow();
  }

  private NDArray layer(NDArray rows, NDArray adjacency, String name) {
    NDArray self = rows.mul(weights.get(name + ".self").add(1)); // (B, n, D)
    NDArray hidden =
        Activation.relu(
            self.add(adjacency.matMul(rows))
                .matMul(weights.get(name + ".hidden"))
                .add(weights.get(name + ".hidden.bias"))); // (B, n, D)
    NDArray output =
        hidden
            .matMul(weights.get(name + ".output"))
            .add(weights.get(name + ".output.bias")); // (B, n, D)
    NDArray normed =
        LayerNorm.layerNorm(
                output,
                new Shape(config.width()),
                weights.get(name + ".norm.scale"),
                weights.get(name + ".norm.shift"),
                NORM_EPSILON)
            .singletonOrThrow();
    return Activation.relu(normed);
  }

  /** What a layer says of the ego, (B, D). */
  private NDArray readout(NDArray rows, NDArray perNode, int layer) {
    NDArray ego = rows.split(new long[] {1}, 1).get(0).squeeze(1); // (B, D)
    NDArray mean = rows.mul(perNode).sum(new int[] {1}); // (B, D)
    return NDArrays.concat(new NDList(ego, mean), 1).matMul(weights.get("readout" + layer));
  }
}
