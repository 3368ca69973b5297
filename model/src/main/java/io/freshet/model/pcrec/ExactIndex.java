package io.freshet.model.pcrec;

import io.freshet.model.pcrec.ItemVectors.Found;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/**
 * Finds items by looking at all of them. Their vectors stand column by column, in blocks of rows,
 * so that the processor multiplies many rows at once and their sums stay near; each row's sum is
 * that of {@link ItemVectors#product}, to the last bit.
 */
final class ExactIndex implements ItemIndex {
  private static final int ROWS = 1_024; // of a block
  private static final int FOUR = 4; // columns at a time

  private final String[] ids;
  private final float[][][] columns; // block by block, each (V, rows)

  private ExactIndex(String[] ids, float[][][] columns) {
    this.ids = ids;
    this.columns = columns;
  }

  static ExactIndex of(ItemVectors items) {
    float[][][] columns = new float[(items.size() + ROWS - 1) / ROWS][items.width()][];
    for (int b = 0; b < columns.length; b++) {
      int from = b * ROWS;
      int rows = Math.min(ROWS, items.size() - from);
      for (int d = 0; d < items.width(); d++) {
        columns[b][d] = new float[rows];
        for (int row = 0; row < rows; row++) {
          columns[b][d][row] = items.values()[(from + row) * items.width() + d];
        }
      }
    }
    return new ExactIndex(items.ids(), columns);
  }

  @Override
  public List<String> nearest(float[] vector, int count, Predicate<String> fits) {
    if (count < 1) {
      return List.of();
    }
    PriorityQueue<Found> best = new PriorityQueue<>(Found.BEST_FIRST.reversed()); // worst on top
    float atLeast = Float.NEGATIVE_INFINITY;
    float[] products = new float[ROWS];
    for (int b = 0; b < columns.length; b++) {
      multiply(columns[b], vector, products);
      int rows = columns[b][0].length;
      for (int row = 0; row < rows; row++) {
        int item = b * ROWS + row;
        if ((best.size() < count || products[row] > atLeast) && fits.test(ids[item])) {
          best.add(new Found(item, products[row]));
          if (best.size() > count) {
            best.poll();
          }
          atLeast = best.peek().product();
        }
      }
    }
    return best.stream().sorted(Found.BEST_FIRST).map(item -> ids[item.row()]).toList();
  }

  /**
   * @param columns (V, rows)
   * @param vector (V)
   * @param products (rows), overwritten
   */
  private static void multiply(float[][] columns, float[] vector, float[] products) {
    Arrays.fill(products, 0);
    int d = 0;
    for (; d + FOUR <= vector.length; d += FOUR) {
      addFour(columns, d, vector, products);
    }
    for (; d < vector.length; d++) {
      add(columns[d], vector[d], products);
    }
  }

  /**
   * A loop that the compiler makes vectors of, as it does where each column is an array of its own;
   * four at a time, since sums then come and go a quarter as often.
   */
  private static void addFour(float[][] columns, int d, float[] vector, float[] sums) {
    float[] c0 = columns[d];
    float[] c1 = columns[d + 1];
    float[] c2 = columns[d + 2];
    float[] c3 = columns[d + 3];
    float v0 = vector[d];
    float v1 = vector[d + 1];
    float v2 = vector[d + 2];
    float v3 = vector[d + 3];
    for (int row = 0; row < c0.length; row++) {
      sums[row] = sums[row] + c0[row] * v0 + c1[row] * v1 + c2[row] * v2 + c3[row] * v3;
    }
  }

  private static void add(float[] column, float times, float[] sums) {
    for (int row = 0; row < column.length; row++) {
      sums[row] += column[row] * times;
    }
  }
}
