package io.freshet.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;

/**
 * One transformer layer as BST has it: rows attend to rows, then each passes through a feed-forward
 * network (Chen et al. 2019, section 2.2). Post-norm, as in the paper:
 *
 * <pre>
 * S  = MH(E) = concat(head_1 .. head_H) W^H,  head_i = Attention(E W^Q, E W^K, E W^V)
 * S' = LayerNorm(E + Dropout(S))
 * F  = LayerNorm(S' + Dropout(LeakyReLU(S' W^(1) + b^(1)) W^(2) + b^(2)))
 * </pre>
 *
 * <p>A mask is 1 for a behavior or target item, 0 for padding, which no row attends to.
 */
public final class TransformerLayer {
  /** What keeps a norm from dividing by zero. */
  public static final float NORM_EPSILON = 1e-5f;

  /** What is left of a negative number between two layers. */
  public static final float LEAKY_SLOPE = .01f;

  /** Nothing is left of e to the minus this, and numbers of 16 bits have it. */
  public static final float HIDDEN = 3e4f;

  /** Up to so many targets of a request it is cheaper to project these than its history. */
  private static final int FEW_TARGETS = 4;

  private final Weights weights;
  private final String name;
  private final int heads;
  private final float dropout;

  /**
   * @param name prefix of this layer's weights
   * @param dropout 0 when scoring
   */
  public TransformerLayer(Weights weights, String name, int heads, float dropout) {
    this.weights = weights;
    this.name = name;
    this.heads = heads;
    this.dropout = dropout;
  }

  /**
   * What a layer gives.
   *
   * @param rows (B, T, D)
   * @param attention (B, H, T, attended rows), each row sums to 1
   */
  public record Output(NDArray rows, NDArray attention) {}

  public static void declare(Initializer init, String name, int width, int feedForwardWidth) {
    for (String matrix : new String[] {"query", "key", "value", "heads"}) {
      init.matrix(name + "." + matrix, width, width);
    }
    init.matrix(name + ".feedForward1", width, feedForwardWidth);
    init.zeros(name + ".feedForward1.bias", feedForwardWidth);
    init.matrix(name + ".feedForward2", feedForwardWidth, width);
    init.zeros(name + ".feedForward2.bias", width);
    for (String norm : new String[] {"attentionNorm", "feedForwardNorm"}) {
      init.ones(name + "." + norm + ".scale", width);
      init.zeros(name + "." + norm + ".shift", width);
    }
  }

  /**
   * Every row attends to every row that is not padding.
   *
   * @param rows (B, T, D)
   * @param mask (B, T)
   */
  public Output everyRow(NDArray rows, NDArray mask) {
    return attend(rows, hidden(mask));
  }

  /**
   * Every row attends to itself and to the rows before it, padding aside.
   *
   * @param rows (B, T, D)
   * @param mask (B, T)
   */
  public Output everyRowSoFar(NDArray rows, NDArray mask) {
    long t = mask.getShape().get(1);
    NDArray place = rows.getManager().arange((int) t);
    NDArray soFar =
        place.expandDims(0).lte(place.expandDims(1)).toType(mask.getDataType(), false); // (T, T)
    NDArray both = mask.expandDims(1).mul(soFar.expandDims(0)); // (B, T, T)
    return attend(rows, times(both.sub(1), HIDDEN).expandDims(1));
  }

  /**
   * @param hidden what is added to the logits, broadcast to (B, H, T, T)
   */
  private Output attend(NDArray rows, NDArray hidden) {
    NDArray query = scaled(project(rows, "query")); // (B, H, T, D/H)
    NDArray key = project(rows, "key"); // (B, H, T, D/H)
    NDArray value = project(rows, "value"); // (B, H, T, D/H)
    NDArray attention = query.matMul(key.swapAxes(2, 3)).add(hidden).softmax(-1); // (B, H, T, T)
    return new Output(finish(rows, attention.matMul(value)), attention);
  }

  /**
   * Only the target items' rows, each of which attends to the history and to itself but not to
   * other target items: for each, exactly what {@link #everyRow} gives in the last row of [history;
   * target item]. Keys and values of the history are computed once for all of them.
   *
   * @param history (B, N, D)
   * @param mask (B, N)
   * @param targets (B, C, D)
   * @return rows (B, C, D), attention (B, H, C, N + 1) with the target item last
   */
  public Output targetRows(NDArray history, NDArray mask, NDArray targets) {
    NDArray query = scaled(project(targets, "query")); // (B, H, C, D/H)
    NDArray key = project(targets, "key"); // (B, H, C, D/H)
    NDArray value = project(targets, "value"); // (B, H, C, D/H)
    boolean isFew = targets.getShape().get(1) <= FEW_TARGETS;

    NDArray toHistory =
        isFew
            ? toUnprojected(query, history)
            : query.matMul(project(history, "key").swapAxes(2, 3)); // (B, H, C, N)
    NDArray toSelf = query.mul(key).sum(new int[] {3}, true); // (B, H, C, 1)
    NDArray logits = NDArrays.concat(new NDList(toHistory.add(hidden(mask)), toSelf), 3);
    NDArray attention = logits.softmax(-1); // (B, H, C, N + 1)
    NDList parts = attention.split(new long[] {mask.getShape().get(1)}, 3);
    NDArray ofHistory =
        isFew
            ? ofUnprojected(parts.get(0), history)
            : parts.get(0).matMul(project(history, "value")); // (B, H, C, D/H)
    NDArray attended = ofHistory.add(parts.get(1).mul(value)); // (B, H, C, D/H)
    return new Output(finish(targets, attended), attention);
  }

  /**
   * The logits q_c (E W^K)^T as (q_c W^KT) E^T, which need no keys of the history.
   *
   * @param query (B, H, C, D/H)
   * @param history (B, N, D)
   * @return (B, H, C, N)
   */
  private NDArray toUnprojected(NDArray query, NDArray history) {
    NDArray ofHeads = ofHeads("key", query.getManager()).swapAxes(1, 2); // (H, D/H, D)
    return byRequest(byHead(query).matMul(ofHeads), query.getShape()) // (B, H * C, D)
        .matMul(history.swapAxes(1, 2)) // (B, H * C, N)
        .reshape(
            query.getShape().get(0), heads, query.getShape().get(2), history.getShape().get(1));
  }

  /**
   * What is attended to, a (E W^V), as (a E) W^V, which needs no values of the history.
   *
   * @param attention (B, H, C, N)
   * @param history (B, N, D)
   * @return (B, H, C, D/H)
   */
  private NDArray ofUnprojected(NDArray attention, NDArray history) {
    Shape shape = attention.getShape();
    NDArray rows =
        attention
            .reshape(shape.get(0), shape.get(1) * shape.get(2), shape.get(3))
            .matMul(history) // (B, H * C, D)
            .reshape(shape.get(0), heads, shape.get(2), -1); // (B, H, C, D)
    return byHead(rows)
        .matMul(ofHeads("value", rows.getManager())) // (H, B * C, D/H)
        .reshape(heads, shape.get(0), shape.get(2), -1)
        .swapAxes(0, 1); // (B, H, C, D/H)
  }

  /** A matrix (D, D) as one for each head, (H, D, D/H), that lives as long as the manager. */
  private NDArray ofHeads(String matrix, NDManager manager) {
    long width = weight(matrix).getShape().get(0);
    NDArray ofHeads = weight(matrix).reshape(width, heads, width / heads); // (D, H, D/H)
    ofHeads.attach(manager);
    return ofHeads.swapAxes(0, 1);
  }

  /** (B, H, C, *) to (H, B * C, *). */
  private NDArray byHead(NDArray rows) {
    return rows.swapAxes(0, 1).reshape(heads, -1, rows.getShape().get(3));
  }

  /** (H, B * C, *) to (B, H * C, *), of what has the shape (B, H, C, *). */
  private NDArray byRequest(NDArray rows, Shape shape) {
    return rows.reshape(heads, shape.get(0), shape.get(2), -1)
        .swapAxes(0, 1)
        .reshape(shape.get(0), heads * shape.get(2), -1);
  }

  /** From what the heads attended to, (B, H, T, D/H), to the layer's rows, (B, T, D). */
  private NDArray finish(NDArray rows, NDArray attended) {
    NDArray multiHead = joined(attended).matMul(weight("heads")); // (B, T, D)
    NDArray normed = norm(rows.add(dropped(multiHead)), "attentionNorm"); // (B, T, D)
    return norm(normed.add(dropped(feedForward(normed))), "feedForwardNorm"); // (B, T, D)
  }

  private NDArray feedForward(NDArray rows) {
    NDArray inner =
        rows.matMul(weight("feedForward1")).add(weight("feedForward1.bias")); // (B, T, F)
    return leakyRelu(inner)
        .matMul(weight("feedForward2"))
        .add(weight("feedForward2.bias")); // (B, T, D)
  }

  /** (B, T, D) to (B, H, T, D/H). */
  private NDArray project(NDArray rows, String matrix) {
    Shape shape = rows.getShape();
    return rows.matMul(weight(matrix))
        .reshape(shape.get(0), shape.get(1), heads, shape.get(2) / heads)
        .swapAxes(1, 2);
  }

  /** (B, H, T, D/H) to (B, T, D). */
  private static NDArray joined(NDArray rows) {
    Shape shape = rows.getShape();
    return rows.swapAxes(1, 2).reshape(shape.get(0), shape.get(2), shape.get(1) * shape.get(3));
  }

  private static NDArray scaled(NDArray query) {
    return times(query, (float) (1 / Math.sqrt((double) query.getShape().get(3))));
  }

  /** What is added to the logits, (B, 1, 1, T): nothing for a row, minus infinity for padding. */
  public static NDArray hidden(NDArray mask) {
    return times(mask.sub(1), HIDDEN).expandDims(1).expandDims(1);
  }

  /**
   * Multiplies by a number that stays in memory as long as the rows. DJL's own {@code mul(Number)}
   * frees it at once, and a gradient collected later would be multiplied by whatever is there then.
   */
  public static NDArray times(NDArray rows, float number) {
    return rows.mul(rows.getManager().create(number));
  }

  private NDArray norm(NDArray rows, String norm) {
    Shape width = new Shape(rows.getShape().get(2));
    return LayerNorm.layerNorm(
            rows, width, weight(norm + ".scale"), weight(norm + ".shift"), NORM_EPSILON)
        .singletonOrThrow();
  }

  private NDArray dropped(NDArray rows) {
    return dropped(rows, dropout);
  }

  public static NDArray dropped(NDArray rows, float dropout) {
    return dropout == 0 ? rows : Dropout.dropout(rows, dropout, true).singletonOrThrow();
  }

  public static NDArray leakyRelu(NDArray rows) {
    return Activation.leakyRelu(rows, LEAKY_SLOPE);
  }

  private NDArray weight(String weight) {
    return weights.get(name + "." + weight);
  }
}
