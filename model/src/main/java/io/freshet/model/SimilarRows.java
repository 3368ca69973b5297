package io.freshet.model;

import java.util.Arrays;
import java.util.List;

/**
 * Rows of an item table by how alike they are to some items, of which each has a list of neighbors:
 * a row gains by each list that it is in, 1 / i by the i-th, less where it stands behind others
 * there. Equally alike ones stand as in the table.
 *
 * <p>It is made for each click, of some hundreds of rows: numbers in arrays, in place of objects.
 */
final class SimilarRows {
  /** Damps the first ranks: a list brings its rows 1 / (rank + this), rank from 0. */
  private static final int RANK_DAMPING = 10;

  private static final int GOLDEN_RATIO = 0x9E3779B9; // of all ints: spreads what is close

  private final long[] alike; // a likeness's bits over what is left above the row: the best is last

  private SimilarRows(long[] alike) {
    this.alike = alike;
  }

  /** Returns the rows of the lists, the list that counts most first. */
  static SimilarRows in(List<int[]> lists) {
    int places = lists.stream().mapToInt(list -> list.length).sum();
    int[] table = new int[4 * Integer.highestOneBit(Math.max(1, places))]; // rows, from 1
    double[] likeness = new double[table.length];
    int rows = 0;
    for (int i = 0; i < lists.size(); i++) {
      double ofList = 1.0 / (i + 1);
      int rank = 0;
      for (int row : lists.get(i)) {
        int slot = slot(row, table);
        rows += table[slot] == 0 ? 1 : 0;
        table[slot] = row + 1;
        likeness[slot] += ofList / (RANK_DAMPING + rank++);
      }
    }
    return new SimilarRows(sorted(rows, table, likeness));
  }

  /** Returns where the row stands in the table, or would. */
  private static int slot(int row, int[] table) {
    int slot = (row * GOLDEN_RATIO) >>> (Integer.numberOfLeadingZeros(table.length) + 1);
    while (table[slot] != 0 && table[slot] != row + 1) {
      slot = (slot + 1) & (table.length - 1);
    }
    return slot;
  }

  private static long[] sorted(int rows, int[] table, double[] likeness) {
    long[] alike = new long[rows];
    int count = 0;
    for (int slot = 0; slot < table.length; slot++) {
      if (table[slot] != 0) {
        int left = Integer.MAX_VALUE - (table[slot] - 1);
        alike[count++] = (long) Float.floatToIntBits((float) likeness[slot]) << Integer.SIZE | left;
      }
    }
    Arrays.sort(alike);
    return alike;
  }

  int size() {
    return alike.length;
  }

  /** Returns the row at a place: 0 is that of the most alike. */
  int row(int place) {
    return Integer.MAX_VALUE - (int) at(place);
  }

  /** Returns how alike the row at a place is. */
  float likeness(int place) {
    return Float.intBitsToFloat((int) (at(place) >>> Integer.SIZE));
  }

  private long at(int place) {
    return alike[alike.length - 1 - place];
  }
}
