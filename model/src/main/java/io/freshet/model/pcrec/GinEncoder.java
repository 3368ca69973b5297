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
import io.freshet.model.network.TransformerLayer;
import io.freshet.model.network.Weights;

/**
 * The graph isomorphism network (Xu et al. 2019, arXiv 1810.00826) that turns an ego network into a
 * vector. It holds no state of its own.
 *
 * <pre>
 * H_0     = [degree ; features] W
 * H_(l+1) = ReLU(LayerNorm(ReLU(((1 + e_l) H_l + A H_l) W1_l + b1_l) W2_l + b2_l))
 * z       = sum_l [H_l of the ego ; mean of H_l] V_l
 * p       = softmax(H_L a) P           over all nodes but the ego; P: where they are in the graph
 * f       = [z / |z| ; p / |p|]
 * </pre>
 *
 * <p>Where the ego is, p, is told by the others, so that it is known of a node that has just come
 * too. Structure decides whose word counts; the positions themselves are only summed, because their
 * axes are another graph's own.
 */
final class GinEncoder {
  private static final float NORM_EPSILON = 1e-5f;
  private static final float LENGTH_EPSILON = 1e-12f;
  private static final float HIDDEN = 1e9f;

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
    if (config.positionWidth() > 0) {
      init.matrix("whose", d, 1);
    }
    init.matrix("input", config.degreeWidth() + EgoBatch.width(config), d);
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

  /** Returns a vector for each ego, (B, D + K), whose two parts have length 1. */
  NDArray encode(EgoBatch batch, NDManager manager) {
    long b = batch.networks();
    long n = batch.nodes();
    NDArray features = manager.create(batch.features(), new Shape(b, n, EgoBatch.width(config)));
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
    NDArray structure = ofLengthOne(sum);
    return config.positionWidth() == 0
        ? structure
        : NDArrays.concat(new NDList(structure, position(rows, features, batch)), 1);
  }

  /** Where the others are, by their own weights, (B, K). */
  private NDArray position(NDArray rows, NDArray features, EgoBatch batch) {
    NDManager manager = rows.getManager();
    Shape shape = new Shape(batch.networks(), batch.nodes(), config.positionWidth());
    NDArray positions = manager.create(batch.positions(), shape); // (B, n, K)
    NDList flags = features.split(new long[] {1, 2}, 2);
    NDArray isOther = flags.get(0).sub(flags.get(1)); // (B, n, 1)
    NDArray weights =
        rows.matMul(this.weights.get("whose"))
            .add(TransformerLayer.times(isOther.sub(1), HIDDEN))
            .softmax(1); // (B, n, 1)
    return ofLengthOne(positions.mul(weights).sum(new int[] {1}));
  }

  private static NDArray ofLengthOne(NDArray rows) {
    return rows.div(rows.square().sum(new int[] {1}, true).add(LENGTH_EPSILON).sqrt());
  }

  private NDArray embedded(NDArray degrees) {
    return Embedding.embedding(degrees, weights.get("degree"), SparseFormat.DENSE)
        .singletonOrThrow();
  }

  private NDArray layer(NDArray rows, NDArray adjacency, String name) {
    NDArray self = weights.get(name + ".self"); // (1)
    NDArray share = rows.getManager().ones(self.getShape()).add(self); // lives as long as the rows
    NDArray hidden =
        Activation.relu(
            rows.mul(share)
                .add(adjacency.matMul(rows))
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
