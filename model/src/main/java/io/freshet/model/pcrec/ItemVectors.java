package io.freshet.model.pcrec;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Vectors of items in the order of their ids.
 *
 * @param ids in order, without repeats
 * @param values (items, V), row by row; not copied
 * @param width V
 */
record ItemVectors(String[] ids, float[] values, int width) {
  /** A row and how well it suits. */
  record Found(int row, float product) {
    /** Largest product first, equal ones by id. */
    static final Comparator<Found> BEST_FIRST =
        Comparator.comparingDouble((Found found) -> -found.product()).thenComparingInt(Found::row);
  }

  /**
   * @param ids without repeats
   * @param values (items, V), row by row
   */
  static ItemVectors of(List<String> ids, float[] values, int width) {
    Integer[] order = new Integer[ids.size()];
    Arrays.setAll(order, row -> row);
    Arrays.sort(order, Comparator.comparing(ids::get));
    String[] ordered = new String[order.length];
    float[] rows = new float[values.length];
    for (int row = 0; row < order.length; row++) {
      ordered[row] = ids.get(order[row]);
      System.arraycopy(values, order[row] * width, rows, row * width, width);
    }
    return new ItemVectors(ordered, rows, width);
  }

  int size() {
    return ids.length;
  }

  /** Returns a copy of a row. */
  float[] vector(int row) {
    return Arrays.copyOfRange(values, row * width, (row + 1) * width);
  }

  /** Returns the inner product of a row and {@code vector}. */
  float product(int row, float[] vector) {
    int from = row * width;
    float sum = 0;
    for (int d = 0; d < width; d++) {
      sum += values[from + d] * vector[d];
    }
    return sum;
  }

  List<String> ids(List<Found> found) {
    return found.stream().map(item -> ids[item.row()]).toList();
  }
}
