package io.freshet.model.bst;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Embedding;
import io.freshet.model.BehaviorAge;
import io.freshet.model.bst.BstConfig.Readout;
import java.util.List;

/**
 * The network of the paper (Chen et al. 2019, figure 1): embeddings, transformer layers, fully
 * connected layers. It holds no state of its own: {@link Weights} come from outside, and every
 * array it makes lives as long as the manager it is given.
 *
 * <pre>
 * e = [item ; category ; position]     a behavior, or the target item with a position of its own
 * x = [item ; category ; rank]         what is known of the target item besides; rank: its place in retrieval
 * u = [sum of context ; length]        what is known of the user and the moment
 * y = MLP([readout(layers(e_1 .. e_N, e_target)) ; x ; u])
 * </pre>
 */
final class BehaviorSequenceTransformer {
  /** The table that has a row for every item, by far the largest. */
  static final String ITEMS = "item";

  private static final int LENGTH_WIDTH = 8;
  private static final int LENGTH_BUCKETS = 11; // lengths up to 512 have 10 bits
  private static final int RANK_WIDTH = 8;
  private static final int RANK_BUCKETS = 16; // ranks up to 10,000 have 14 bits

  private final BstConfig config;
  private final Weights weights;
  private final float dropout;

  /**
   * @param dropout the share of values to drop, 0 when scoring
   */
  private BehaviorSequenceTransformer(BstConfig config, Weights weights, float dropout) {
    this.config = config;
    this.weights = weights;
    this.dropout = dropout;
  }

  static BehaviorSequenceTransformer scoring(BstConfig config, Weights weights) {
    return new BehaviorSequenceTransformer(config, weights, 0);
  }

  static BehaviorSequenceTransformer training(BstConfig config, Weights weights) {
    return new BehaviorSequenceTransformer(config, weights, config.dropout());
  }

  /**
   * What the network says.
   *
   * @param logits (B, C), before the sigmoid
   * @param attention (B, C, N) of the target item to the behaviors in the last layer, mean over the
   *     heads
   */
  record Output(NDArray logits, NDArray attention) {}

  /** Returns weights that have learnt nothing, for tables of the given numbers of rows. */
  static Weights initial(
      BstConfig config, int items, int categories, int contexts, NDManager manager, long seed) {
    Initializer init = new Initializer(manager, seed);
    init.embedding(ITEMS, items, config.itemWidth());
    init.embedding("category", categories, config.categoryWidth());
    init.embedding("position", BehaviorAge.BUCKETS, config.positionWidth());
    init.embedding("context", contexts, config.contextWidth());
    init.embedding("length", LENGTH_BUCKETS, LENGTH_WIDTH);
    init.embedding("rank", RANK_BUCKETS, RANK_WIDTH);
    for (int layer = 0; layer < config.depth(); layer++) {
      TransformerLayer.declare(init, "layer" + layer, config.width(), config.feedForwardWidth());
    }
    declareReadout(init, config);
    declareMlp(init, config);
    return init.weights();
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

  private static void declareMlp(Initializer init, BstConfig config) {
    List<Integer> widths = config.mlpWidths();
    int readoutWidth =
        config.readout() == Readout.CONCAT
            ? (config.sequenceLength() + 1) * config.width()
            : config.width();
    init.matrix("mlp0.readout", readoutWidth, widths.get(0));
    init.matrix(
        "mlp0.target", config.itemWidth() + config.categoryWidth() + RANK_WIDTH, widths.get(0));
    init.matrix("mlp0.user", config.contextWidth() + LENGTH_WIDTH, widths.get(0));
    init.zeros("mlp0.bias", widths.get(0));
    for (int i = 1; i < widths.size(); i++) {
      init.matrix("mlp" + i, widths.get(i - 1), widths.get(i));
      init.zeros("mlp" + i + ".bias", widths.get(i));
    }
    init.matrix("score", widths.get(widths.size() - 1), 1);
    init.zeros("score.bias", 1);
  }

  /** The bucket of a number of behaviors, on a log scale. */
  static int lengthBucket(int behaviors) {
    return bits(behaviors);
  }

  /** The bucket of a rank in retrieval, on a log scale; 0 for an item that was not retrieved. */
  static int rankBucket(int rank) {
    return Math.min(bits(rank), RANK_BUCKETS - 1);
  }

  private static int bits(int number) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(number);
  }

  /** Scores every candidate of the batch in the cheapest form that is exact. */
  Output forward(Batch batch, NDManager manager) {
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
    mask = NDArrays.concat(new NDList(mask, manager.ones(new Shape(b * c, 1))), 1); // (B*C, N+1)

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
   * @param targetFeatures (B, C, item + category + rank)
   * @param userFeatures (B, context + length)
   */
  private record Embedded(
      NDArray history,
      NDArray mask,
      NDArray targets,
      NDArray targetFeatures,
      NDArray userFeatures) {}

  private Embedded embed(Batch batch, NDManager manager) {
    Shape past = new Shape(batch.requests(), batch.positions());
    Shape candidates = new Shape(batch.requests(), batch.candidates());
    NDArray pastItems = manager.create(batch.pastItems(), past); // (B, N)
    NDArray history =
        NDArrays.concat(
            new NDList(
                look("item", pastItems),
                look("category", manager.create(batch.pastCategories(), past)),
                look("position", manager.create(batch.pastAges(), past))),
            2); // (B, N, D)
    NDArray known =
        NDArrays.concat(
            new NDList(
                look("item", manager.create(batch.items(), candidates)),
                look("category", manager.create(batch.categories(), candidates))),
            2); // (B, C, item + category)
    NDArray rank = look("rank", manager.create(batch.ranks(), candidates)); // (B, C, rank)
    NDArray position =
        look("position", manager.create(new int[] {BehaviorAge.TARGET}, new Shape(1, 1)))
            .broadcast(batch.requests(), batch.candidates(), config.positionWidth());
    NDArray targets = NDArrays.concat(new NDList(known, position), 2); // (B, C, D)
    NDArray features =
        NDArrays.concat(new NDList(known, rank), 2); // (B, C, item + category + rank)
    return new Embedded(
        TransformerLayer.dropped(history, dropout),
        isRow(pastItems),
        TransformerLayer.dropped(targets, dropout),
        TransformerLayer.dropped(features, dropout),
        user(batch, manager));
  }

  /** What is known of the user and the moment, (B, context + length). */
  private NDArray user(Batch batch, NDManager manager) {
    NDArray rows = manager.create(batch.context(), new Shape(batch.requests(), batch.contexts()));
    NDArray context =
        look("context", rows).mul(isRow(rows).expandDims(2)).sum(new int[] {1}); // (B, context)
    NDArray length = look("length", manager.create(batch.lengths(), new Shape(batch.requests())));
    return NDArrays.concat(new NDList(context, length), 1);
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
        NDArray padding = rows.getManager().zeros(new Shape(sequences, missing, config.width()));
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

  /**
   * The fully connected layers, (B, C, R) to (B, C). The first is split by what it reads, so that
   * the user's part is computed once per request.
   */
  private NDArray mlp(NDArray readout, Embedded in) {
    NDArray user = in.userFeatures.matMul(weights.get("mlp0.user")); // (B, W)
    NDArray rows =
        readout
            .matMul(weights.get("mlp0.readout"))
            .add(in.targetFeatures.matMul(weights.get("mlp0.target")))
            .add(user.add(weights.get("mlp0.bias")).expandDims(1)); // (B, C, W)
    for (int i = 1; i < config.mlpWidths().size(); i++) {
      rows =
          TransformerLayer.leakyRelu(rows)
              .matMul(weights.get("mlp" + i))
              .add(weights.get("mlp" + i + ".bias")); // (B, C, W)
    }
    return TransformerLayer.leakyRelu(rows)
        .matMul(weights.get("score"))
        .add(weights.get("score.bias"))
        .squeeze(2); // (B, C)
  }

  /** (B, H, C, N+1) to (B, C, N): the mean over the heads, without the target item itself. */
  private static NDArray toBehaviors(NDArray attention) {
    long n = attention.getShape().get(3) - 1;
    return attention.mean(new int[] {1}).split(new long[] {n}, 2).get(0);
  }

  private TransformerLayer layer(int layer) {
    return new TransformerLayer(weights, "layer" + layer, config.heads(), dropout);
  }

  private NDArray look(String table, NDArray rows) {
    return Embedding.embedding(rows, weights.get(table), SparseFormat.DENSE).singletonOrThrow();
  }

  private static NDArray isRow(NDArray rows) {
    return rows.gt(0).toType(DataType.FLOAT32, false);
  }
}
