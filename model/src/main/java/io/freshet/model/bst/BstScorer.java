package io.freshet.model.bst;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import io.freshet.model.Vocabulary;
import io.freshet.model.bst.BehaviorSequenceTransformer.Embedded;
import io.freshet.model.network.Batch;
import io.freshet.model.network.Network;
import io.freshet.model.network.TransformerLayer;
import io.freshet.model.network.Weights;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The network of one layer whose target row alone is read, written for scoring: the same equations
 * as {@link BehaviorSequenceTransformer}, in few passes over memory. Nothing can be learnt through
 * it, for it adds in place.
 *
 * <pre>
 * K = E W^K, V = E W^V                       E: a request's behaviors, once for all its candidates
 * q = e W^Q / sqrt(D/H), k = e W^K, v = e W^V      e: a candidate, with a position of its own
 * o = softmax([q K^T ; q k]) [V ; v]         head by head
 * S = LN(e + o W^H)
 * F = LN(S + FFN(S))
 * y = MLP([F ; x ; u])                       x: what is known of the candidate, u: of the user
 * </pre>
 */
final class BstScorer implements Network {
  private static final String LAYER = "layer0.";

  private final BstConfig config;
  private final Weights weights;
  private final BehaviorSequenceTransformer network;
  private final JoinedWeights joined;
  private final Map<String, NDArray> transposed = new HashMap<>(); // as DJL wants them

  /**
   * @param manager of what is joined of the weights here: less than a MB in the paper's form
   */
  BstScorer(BstConfig config, Weights weights, NDManager manager) {
    this.config = config;
    this.weights = weights;
    this.network = new BehaviorSequenceTransformer(config, weights, 0);
    this.joined = JoinedWeights.of(config, weights, manager);
    transpose(LAYER + "feedForward1", manager);
    transpose(LAYER + "feedForward2", manager);
    for (int i = 1; i < config.mlpWidths().size(); i++) {
      transpose("mlp" + i, manager);
    }
    transpose("score", manager);
  }

  private void transpose(String layer, NDManager manager) {
    NDArray matrix = weights.get(layer).transpose(); // shares the weight's memory
    matrix.attach(manager);
    transposed.put(layer, matrix);
  }

  @Override
  public Output forward(Batch batch, NDManager manager) {
    Embedded in = network.embed(batch, manager);
    long b = batch.requests();
    long c = batch.candidates();
    long n = batch.positions();
    NDArray history = flat(in.history()).matMul(joined.ofHistory()); // (B*N, 2 D)
    NDList keysAndValues = byHead(history, b, n, 2); // 2 (1, B, H, N, D/H)
    NDArray targets = flat(in.targets()); // (B*C, D)
    NDList ofEach = byHead(targets.matMul(joined.ofTargets()), b, c, 3); // 3 (1, B, H, C, D/H)

    NDArray attention = attention(ofEach, keysAndValues.get(0), batch, in); // (1, B, H, C, N + 1)
    NDList parts = attention.split(new long[] {n}, 4);
    NDArray attended = parts.get(0).matMul(keysAndValues.get(1)); // (1, B, H, C, D/H)
    attended.addi(parts.get(1).mul(ofEach.get(2)));

    NDArray rows = finish(targets, attended.swapAxes(2, 3).reshape(b * c, -1)); // (B*C, D)
    NDArray toBehaviors = attention.mean(new int[] {2}).squeeze(0).split(new long[] {n}, 2).get(0);
    return new Output(logits(rows, in, b, c), toBehaviors);
  }

  private static NDArray attention(NDList ofEach, NDArray keys, Batch batch, Embedded in) {
    NDArray query = ofEach.get(0); // (1, B, H, C, D/H)
    NDArray toHistory = query.matMul(keys.swapAxes(3, 4)); // (1, B, H, C, N)
    if (isPadded(batch)) {
      toHistory.addi(TransformerLayer.hidden(in.mask()));
    }
    NDArray toSelf = query.mul(ofEach.get(1)).sum(new int[] {4}, true); // (1, B, H, C, 1)
    return NDArrays.concat(new NDList(toHistory, toSelf), 4).softmax(-1);
  }

  private static boolean isPadded(Batch batch) {
    return Arrays.stream(batch.pastItems()).anyMatch(row -> row == Vocabulary.PADDING);
  }

  /** (*, *, width) to (*, width). */
  private static NDArray flat(NDArray rows) {
    return rows.reshape(-1, rows.getShape().get(2));
  }

  /** (B*T, parts * D) to so many parts (1, B, H, T, D/H). */
  private NDList byHead(NDArray rows, long b, long t, long parts) {
    int h = config.heads();
    return rows.reshape(b, t, parts, h, config.width() / h).transpose(2, 0, 3, 1, 4).split(parts);
  }

  /** From a candidate's row and what its heads attended to, (B*C, D) both, to (B*C, D). */
  private NDArray finish(NDArray targets, NDArray attended) {
    NDArray multiHead = attended.matMul(weights.get(LAYER + "heads")); // (B*C, D)
    NDArray normed = norm(multiHead.addi(targets), "attentionNorm"); // (B*C, D)
    NDArray inner = linear(normed, LAYER + "feedForward1"); // (B*C, F)
    NDArray fed = linear(TransformerLayer.leakyRelu(inner), LAYER + "feedForward2"); // (B*C, D)
    return norm(fed.addi(normed), "feedForwardNorm"); // (B*C, D)
  }

  private NDArray logits(NDArray rows, Embedded in, long b, long c) {
    NDList known = new NDList(rows);
    in.ofTargets().values().forEach(features -> known.add(flat(features)));
    NDList ofUser = new NDList();
    ofUser.addAll(in.ofUsers().values());
    NDArray common = NDArrays.concat(ofUser, 1).matMul(joined.ofUsers()); // (B, W)
    common.addi(weights.get("mlp0.bias"));
    NDArray out = NDArrays.concat(known, 1).matMul(joined.ofRows()); // (B*C, W)
    out.reshape(b, c, -1).addi(common.expandDims(1));
    for (int i = 1; i < config.mlpWidths().size(); i++) {
      out = linear(TransformerLayer.leakyRelu(out), "mlp" + i); // (B*C, W)
    }
    return linear(TransformerLayer.leakyRelu(out), "score").reshape(b, c); // (B, C)
  }

  private NDArray norm(NDArray rows, String norm) {
    return LayerNorm.layerNorm(
            rows,
            new Shape(config.width()),
            weights.get(LAYER + norm + ".scale"),
            weights.get(LAYER + norm + ".shift"),
            TransformerLayer.NORM_EPSILON)
        .singletonOrThrow();
  }

  /** Multiplies and adds the bias in one pass. */
  private NDArray linear(NDArray rows, String layer) {
    return Linear.linear(rows, transposed.get(layer), weights.get(layer + ".bias"))
        .singletonOrThrow();
  }
}
