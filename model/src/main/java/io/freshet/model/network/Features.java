package io.freshet.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;

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

  /**
   * @param manager of all that is made
   */
  public Features(Weights weights, Batch batch, NDManager manager) {
    this.weights = weights;
    this.batch = batch;
    this.manager = manager;
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
    return look("item", pastRows(batch.pastItems())); // (B, N, item)
  }

  /** Returns items and categories of the behaviors, (B, N, item + category). */
  public NDArray past() {
    return joined(pastItems(), look("category", pastRows(batch.pastCategories())));
  }

  /** Returns where the behaviors stand, (B, N, position), by the table of that name. */
  public NDArray pastPositions() {
    return look("position", pastRows(batch.pastPositions()));
  }

  /** Returns 1 for a behavior and 0 for padding, (B, N). */
  public NDArray mask() {
    return isRow(pastRows(batch.pastItems()));
  }

  /** Returns the items of the candidates from a table that has a row for each, (B, C, width). */
  public NDArray items(String table) {
    return look(table, candidateRows(batch.items()));
  }

  /** Returns the categories of the candidates from a table of a row for each, (B, C, width). */
  public NDArray categories(String table) {
    return look(table, candidateRows(batch.categories()));
  }

  /** Returns items and categories of the candidates, (B, C, item + category). */
  public NDArray candidates() {
    return joined(items("item"), categories("category"));
  }

  /** Returns the places of the candidates in retrieval, (B, C, rank). */
  public NDArray ranks() {
    return look("rank", candidateRows(batch.ranks()));
  }

  /** Returns what is known of the user and the moment, (B, context + length). */
  public NDArray user() {
    NDArray length = look("length", manager.create(batch.lengths(), new Shape(batch.requests())));
    return NDArrays.concat(new NDList(context("context"), length), 1);
  }

  /** Returns the sum over the pieces of context from a table of a row for each, (B, width). */
  public NDArray context(String table) {
    NDArray rows = manager.create(batch.context(), new Shape(batch.requests(), batch.contexts()));
    return look(table, rows).mul(isRow(rows).expandDims(2)).sum(new int[] {1});
  }

  /** Returns how well the candidates' vectors suit the users', (B, C, 2). */
  public NDArray products() {
    return create(batch.products(), new Shape(batch.requests(), batch.candidates(), PRODUCT_WIDTH));
  }

  /** Returns some rows of a table: of (*), (*, width). */
  public NDArray look(String table, NDArray rows) {
    return Embedding.embedding(rows, weights.get(table), SparseFormat.DENSE).singletonOrThrow();
  }

  private NDArray pastRows(int[] rows) {
    return manager.create(rows, new Shape(batch.requests(), batch.positions()));
  }

  private NDArray candidateRows(int[] rows) {
    return manager.create(rows, new Shape(batch.requests(), batch.candidates()));
  }

  private static NDArray joined(NDArray left, NDArray right) {
    return NDArrays.concat(new NDList(left, right), 2);
  }

  /** Ones and zeros of the weights' numbers. */
  private NDArray isRow(NDArray rows) {
    return rows.gt(0).toType(numbers(), false);
  }

  private NDArray create(float[] values, Shape shape) {
    return manager.create(values, shape).toType(numbers(), false);
  }

  private DataType numbers() {
    return weights.numbers();
  }
}
