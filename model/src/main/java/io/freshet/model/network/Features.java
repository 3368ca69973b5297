package io.freshet.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import java.nio.IntBuffer;

/**
 * A batch as embeddings: what every network is told.
 *
 * <pre>
 * past        [item ; category]        of each behavior
 * candidates  [item ; category]        of each candidate
 * ranks       a candidate's place in retrieval
 * user        [sum of context ; length of the sequence]
 * products    [1 for none ; product]   of the vectors of the user and of a candidate
 * </pre>
 */
public final class Features {
  /** The width of the embedding of a candidate's rank. */
  public static final int RANK_WIDTH = 8;

  /** The width of {@link #products}. */
  public static final int PRODUCT_WIDTH = Batch.PRODUCT_NUMBERS;

  private static final int LENGTH_WIDTH = 8;

  private final Weights weights;
  private final Batch batch;
  private final NDManager manager;
  private final Rows rows;

  /**
   * @param manager of all that is made
   */
  public Features(Weights weights, Batch batch, NDManager manager) {
    this.weights = weights;
    this.batch = batch;
    this.manager = manager;
    this.rows = Rows.of(batch, manager);
  }

  /** The batch's rows of tables in one piece of memory, for a device is sent it at once. */
  private record Rows(
      NDArray pastItems, // (B, N)
      NDArray pastCategories, // (B, N)
      NDArray pastPositions, // (B, N)
      NDArray items, // (B, C)
      NDArray categories, // (B, C)
      NDArray ranks, // (B, C)
      NDArray context, // (B, M)
      NDArray lengths) { // (B)
    static Rows of(Batch batch, NDManager manager) {
      int b = batch.requests();
      int n = batch.positions();
      int c = batch.candidates();
      IntBuffer all = IntBuffer.allocate(b * (3 * n + 3 * c + batch.contexts() + 1));
      all.put(batch.pastItems()).put(batch.pastCategories()).put(batch.pastPositions());
      all.put(batch.items()).put(batch.categories()).put(batch.ranks());
      all.put(batch.context()).put(batch.lengths());
      long ofPast = (long) b * n;
      long ofAll = (long) b * c;
      long from = 3 * ofPast;
      NDList parts =
          manager
              .create(all.array())
              .split(
                  new long[] {
                    ofPast,
                    2 * ofPast,
                    from,
                    from + ofAll,
                    from + 2 * ofAll,
                    from + 3 * ofAll,
                    from + 3 * ofAll + (long) b * batch.contexts()
                  });
      return new Rows(
          parts.get(0).reshape(b, n),
          parts.get(1).reshape(b, n),
          parts.get(2).reshape(b, n),
          parts.get(3).reshape(b, c),
          parts.get(4).reshape(b, c),
          parts.get(5).reshape(b, c),
          parts.get(6).reshape(b, batch.contexts()),
          parts.get(7));
    }
  }

  /** Declares the tables, a row for each id. */
  public static void declare(
      Initializer init,
      Vocabularies vocabularies,
      int itemWidth,
      int categoryWidth,
      int contextWidth) {
    init.embedding("item", vocabularies.items().size(), itemWidth);
    init.embedding("category", vocabularies.categories().size(), categoryWidth);
    init.embedding("context", vocabularies.contexts().size(), contextWidth);
    init.embedding("length", Batch.LENGTH_BUCKETS, LENGTH_WIDTH);
    init.embedding("rank", Batch.RANK_BUCKETS, RANK_WIDTH);
  }

  /** Returns the width of what is known of the user and the moment. */
  public static int userWidth(int contextWidth) {
    return contextWidth + LENGTH_WIDTH;
  }

  /** Returns the items of the behaviors, (B, N, item). */
  public NDArray pastItems() {
    return look("item", rows.pastItems); // (B, N, item)
  }

  /** Returns items and categories of the behaviors, (B, N, item + category). */
  public NDArray past() {
    return joined(pastItems(), look("category", rows.pastCategories));
  }

  /** Returns where the behaviors stand, (B, N, position), by the table of that name. */
  public NDArray pastPositions() {
    return look("position", rows.pastPositions);
  }

  /** Returns 1 for a behavior and 0 for padding, (B, N). */
  public NDArray mask() {
    return isRow(rows.pastItems);
  }

  /** Returns the items of the candidates from a table that has a row for each, (B, C, width). */
  public NDArray items(String table) {
    return look(table, rows.items);
  }

  /** Returns the categories of the candidates from a table of a row for each, (B, C, width). */
  public NDArray categories(String table) {
    return look(table, rows.categories);
  }

  /** Returns items and categories of the candidates, (B, C, item + category). */
  public NDArray candidates() {
    return joined(items("item"), categories("category"));
  }

  /** Returns the places of the candidates in retrieval, (B, C, rank). */
  public NDArray ranks() {
    return look("rank", rows.ranks);
  }

  /** Returns what is known of the user and the moment, (B, context + length). */
  public NDArray user() {
    return NDArrays.concat(new NDList(context("context"), look("length", rows.lengths)), 1);
  }

  /** Returns the sum over the pieces of context from a table of a row for each, (B, width). */
  public NDArray context(String table) {
    return look(table, rows.context).mul(isRow(rows.context).expandDims(2)).sum(new int[] {1});
  }

  /** Returns how well the candidates' vectors suit the users', (B, C, 2). */
  public NDArray products() {
    return create(batch.products(), new Shape(batch.requests(), batch.candidates(), PRODUCT_WIDTH));
  }

  /** Returns some rows of a table: of (*), (*, width). */
  public NDArray look(String table, NDArray numbers) {
    return Embedding.embedding(numbers, weights.get(table), SparseFormat.DENSE).singletonOrThrow();
  }

  private static NDArray joined(NDArray left, NDArray right) {
    return NDArrays.concat(new NDList(left, right), 2);
  }

  /** Ones and zeros of the weights' numbers. */
  private NDArray isRow(NDArray numbers) {
    return numbers.gt(0).toType(type(), false);
  }

  private NDArray create(float[] values, Shape shape) {
    return manager.create(values, shape).toType(type(), false);
  }

  private DataType type() {
    return weights.numbers();
  }
}
