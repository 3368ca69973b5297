package io.freshet.model.bst;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import io.freshet.model.bst.BstConfig.Readout;
import io.freshet.model.network.Batch;
import io.freshet.model.network.Features;
import io.freshet.model.network.FullyConnected;
import io.freshet.model.network.Initializer;
import io.freshet.model.network.Network;
import io.freshet.model.network.TransformerLayer;
import io.freshet.model.network.Vocabularies;
import io.freshet.model.network.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The network of the paper (Chen et al. 2019, figure 1): embeddings, transformer layers, fully
 * connected layers. It holds no state of its own: {@link Weights} come from outside, and every
 * array it makes lives as long as the manager it is given.
 *
 * <pre>
 * e = [item ; category ; position]     a behavior, or the target item with a position of its own
 * x = [item ; category ; rank]         what is known of the target item besides; rank: its place in retrieval
 * u = [sum of context ; length]        what is known of the user and the moment
 * p = [1 for none ; product]           of the user's and the target item's vector; where the form has them
 * y = MLP([readout(layers(e_1 .. e_N, e_target)) ; x ; p ; u])
 * </pre>
 */
final class BehaviorSequenceTransformer implements Network {
  private static final String READOUT = "readout";
  private static final String TARGET = "target";
  static final String USER = "user";
  private static final String PRODUCT = "product";

  private final BstConfig config;
  private final Weights weights;
  private final float dropout;

  /**
   * @param dropout the share of values to drop, 0 when scoring
   */
  BehaviorSequenceTransformer(BstConfig config, Weights weights, float dropout) {
    this.config = config;
    this.weights = weights;
    this.dropout = dropout;
  }

  /** Returns weights that have learnt nothing. */
  static Weights initial(
      BstConfig config, Vocabularies vocabularies, NDManager manager, long seed) {
    Initializer init = new Initializer(manager, seed);
    Features.declare(
        init, vocabularies, config.itemWidth(), config.categoryWidth(), config.contextWidth());
    init.embedding("position", config.position().rows(), config.positionWidth());
    for (int layer = 0; layer < config.depth(); layer++) {
      TransformerLayer.declare(init, "layer" + layer, config.width(), config.feedForwardWidth());
    }
    declareReadout(init, config);
    int readoutWidth =
        config.readout() == Readout.CONCAT
            ? (config.sequenceLength() + 1) * config.width()
            : config.width();
    Map<String, Integer> inputs = new LinkedHashMap<>();
    inputs.put(READOUT, readoutWidth);
    inputs.put(TARGET, config.targetFeatures());
    inputs.put(USER, config.userFeatures());
    if (config.vectorWidth() > 0) {
      inputs.put(PRODUCT, Features.PRODUCT_WIDTH);
    }
    FullyConnected.declare(init, inputs, config.mlpWidths());
    return init.weights();
  }

  /** Returns the names of what the fully connected layers read of a candidate, in one order. */
  static List<String> candidateInputs(BstConfig config) {
    return config.vectorWidth() > 0 ? List.of(READOUT, TARGET, PRODUCT) : List.of(READOUT, TARGET);
  }

  private static void declareReadout(Initializer init, BstConfig config) {
    int width = config.width();
    if (config.readout() == Readout.ATTENTION) {
      init.matrix("readout.target", width, width);
      init.matrix("readout.row", width, width);
      init.zeros("readout.bias", width);
      init.matrix("readout.weight", width, 1);
      init.matrix("readout.joined", 2 * width, width);
    }
  }

  /** Scores every candidate of the batch in the cheapest form that is exact. */
  @Override
  public Output forward(Batch batch, NDManager manager) {
    return config.sharesHistory() ? sharingHistory(batch, manager) : plain(batch, manager);
  }

  /** One transformer layer in which the history is computed once per request. */
  Output sharingHistory(Batch batch, NDManager manager) {
    Embedded in = embed(batch, manager);
    TransformerLayer.Output layer = layer(0).targetRows(in.history, in.mask, in.targets);
    return new Output(mlp(layer.rows(), in), toBehaviors(layer.attention()));
  }

  /** The paper's form, for any depth and read-out: a sequence of its own for every candidate. */
  Output plain(Batch batch, NDManager manager) {
    Embedded in = embed(batch, manager);
    long b = batch.requests();
    long c = batch.candidates();
    long n = batch.positions();
    long d = config.width();
    NDArray history =
        in.history.expandDims(1).broadcast(b, c, n, d).reshape(b * c, n, d); // (B*C, N, D)
    NDArray rows =
        NDArrays.concat(new NDList(history, in.targets.reshape(b * c, 1, d)), 1); // (B*C, N+1, D)
    NDArray mask = in.mask.expandDims(1).broadcast(b, c, n).reshape(b * c, n); // (B*C, N)
    mask =
        NDArrays.concat(
            new NDList(mask, manager.ones(new Shape(b * c, 1), mask.getDataType())),
            1); // (B*C, N+1)

    NDArray attention = null;
    for (int layer = 0; layer < config.depth(); layer++) {
      TransformerLayer.Output output = layer(layer).everyRow(rows, mask);
      rows = output.rows(); // (B*C, N+1, D)
      attention = output.attention(); // (B*C, H, N+1, N+1)
    }
    NDArray readout = readout(rows, mask).reshape(b, c, -1); // (B, C, R)
    NDArray ofTarget =
        attention
            .split(new long[] {n}, 2)
            .get(1) // (B*C, H, 1, N+1)
            .reshape(b, c, config.heads(), n + 1)
            .swapAxes(1, 2); // (B, H, C, N+1)
    return new Output(mlp(readout, in), toBehaviors(ofTarget));
  }

  /**
   * The two sides of the network's input.
   *
   * @param history (B, N, D)
   * @param mask (B, N) 1 for a behavior, 0 for padding
   * @param targets (B, C, D)
   * @param ofTargets features of the targets, (B, C, *), by name
   * @param ofUsers features of the users, (B, *), by name
   */
  record Embedded(
      NDArray history,
      NDArray mask,
      NDArray targets,
      Map<String, NDArray> ofTargets,
      Map<String, NDArray> ofUsers) {}

  Embedded embed(Batch batch, NDManager manager) {
    Features features = new Features(weights, batch, manager);
    NDArray history = joined(features.past(), features.pastPositions()); // (B, N, D)
    NDArray known = features.candidates(); // (B, C, item + category)
    NDArray position =
        features
            .look("position", manager.zeros(new Shape(1, 1), DataType.INT32)) // the target's
            .broadcast(batch.requests(), batch.candidates(), config.positionWidth());
    NDArray targets = joined(known, position); // (B, C, D)
    Map<String, NDArray> ofTargets = new LinkedHashMap<>();
    Map<String, NDArray> ofUsers = new LinkedHashMap<>();
    NDArray targetFeatures = joined(known, features.ranks()); // (B, C, item + category + rank)
    ofTargets.put(TARGET, TransformerLayer.dropped(targetFeatures, dropout));
    ofUsers.put(USER, features.user()); // (B, context + length)
    if (config.vectorWidth() > 0) {
      ofTargets.put(PRODUCT, TransformerLayer.dropped(features.products(), dropout)); // (B, C, 2)
    }
    return new Embedded(
        TransformerLayer.dropped(history, dropout),
        features.mask(),
        TransformerLayer.dropped(targets, dropout),
        ofTargets,
        ofUsers);
  }

  private static NDArray joined(NDArray left, NDArray right) {
    return NDArrays.concat(new NDList(left, right), 2);
  }

  /** Reduces the rows of the last layer, (S, N+1, D), to what the fully connected layers read. */
  private NDArray readout(NDArray rows, NDArray mask) {
    long sequences = rows.getShape().get(0);
    long n = rows.getShape().get(1) - 1;
    NDArray target = rows.split(new long[] {n}, 1).get(1); // (S, 1, D)
    return switch (config.readout()) {
      case TARGET -> target;
      case CONCAT -> {
        long missing = config.sequenceLength() - n;
        NDArray zeroed = rows.mul(mask.expandDims(2)); // (S, N+1, D)
        NDArray padding =
            rows.getManager()
                .zeros(new Shape(sequences, missing, config.width()), rows.getDataType());
        yield missing == 0 ? zeroed : NDArrays.concat(new NDList(padding, zeroed), 1);
      }
      case ATTENTION -> {
        NDArray gate =
            Activation.sigmoid(
                target
                    .matMul(weights.get("readout.target"))
                    .add(rows.matMul(weights.get("readout.row")))
                    .add(weights.get("readout.bias"))); // (S, N+1, D)
        NDArray share =
            gate.matMul(weights.get("readout.weight")).mul(mask.expandDims(2)); // (S, N+1, 1)
        NDArray global = share.mul(rows).sum(new int[] {1}, true); // (S, 1, D)
        yield NDArrays.concat(new NDList(target, global), 2).matMul(weights.get("readout.joined"));
      }
    };
  }

  /** The fully connected layers, (B, C, R) to (B, C). */
  private NDArray mlp(NDArray readout, Embedded in) {
    Map<String, NDArray> ofCandidates = new LinkedHashMap<>();
    ofCandidates.put(READOUT, readout);
    ofCandidates.putAll(in.ofTargets);
    return new FullyConnected(weights, config.mlpWidths().size()).logits(ofCandidates, in.ofUsers);
  }

  /** (B, H, C, N+1) to (B, C, N): the mean over the heads, without the target item itself. */
  private static NDArray toBehaviors(NDArray attention) {
    long n = attention.getShape().get(3) - 1;
    return attention.mean(new int[] {1}).split(new long[] {n}, 2).get(0);
  }

  private TransformerLayer layer(int layer) {
    return new TransformerLayer(weights, "layer" + layer, config.heads(), dropout);
  }
}
