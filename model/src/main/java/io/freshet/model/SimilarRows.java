package io.freshet.model;

import java.util.Arrays;
import java.util.List;
import org.agrona.collections.Hashing;
import org.agrona.collections.Int2IntHashMap;

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

  private static final int NOT_FOUND = -1;

  private final long[] alike; // a likeness's bits over what is left above the row: the best is last

  private SimilarRows(long[] alike) {
    this.alike = alike;
  }

  /** Returns the rows of the lists, the list that counts most first. */
  static SimilarRows in(List<int[]> lists) {
    int most = lists.stream().mapToInt(list -> list.length).sum();
    Int2IntHashMap places = new Int2IntHashMap(most, Hashing.DEFAULT_LOAD_FACTOR, NOT_FOUND);
    int[] rows = new int[most];
    double[] likeness = new double[most];
    for (int i = 0; i < lists.size(); i++) {
      double ofList = 1.0 / (i + 1);
      int rank = 0;
      for (int row : lists.get(i)) {
        int next = places.size();
        int known = places.putIfAbsent(row, next);
        int place = known == NOT_FOUND ? next : known;
        rows[place] = row;
        likeness[place] += ofList / (RANK_DAMPING + rank++);
      }
    }
    return new SimilarRows(sorted(places.size(), rows, likeness));
  }

  private static long[] sorted(int count, int[] rows, double[] likeness) {
    long[] alike = new long[count];
    for (int i = 0; i < count; i++) {
      int left = Integer.MAX_VALUE - rows[i];
      alike[i] = (long) Float.floatToIntBits((float) likeness[i]) << Integer.SIZE | left;
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
