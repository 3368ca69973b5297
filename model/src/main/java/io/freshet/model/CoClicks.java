package io.freshet.model;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts which items the same users click close to each other.
 *
 * <p>Two clicks of a user count together when at most {@link #WINDOW} clicks lie from one to the
 * other, the closer the more. How alike two items are is that sum, divided by what their popularity
 * alone would explain: {@code sum / (sqrt(clicks_a * clicks_b) + SHRINKAGE)}, where the shrinkage
 * keeps one chance meeting of two rare items from being a rule.
 */
final class CoClicks {
  static final int NEIGHBORS = 50;
  private static final int WINDOW = 10;
  private static final int SHRINKAGE = 5;

  private final Map<String, int[]> lastRows = new HashMap<>(); // by user, newest first, -1 for none
  private long[] pairs = new long[1 << 16]; // row, row and closeness packed: see pack
  private int size;

  /** Adds a click; the clicks of a user come oldest first. */
  void add(String userId, int row) {
    int[] last = lastRows.computeIfAbsent(userId, user -> none());
    for (int i = 0; i < WINDOW; i++) {
      if (last[i] >= 0 && last[i] != row) {
        append(pack(row, last[i], WINDOW - i));
        append(pack(last[i], row, WINDOW - i));
      }
    }
    System.arraycopy(last, 0, last, 1, WINDOW - 1);
    last[0] = row;
  }

  /**
   * Returns for each row its neighbors, most alike first, at most {@link #NEIGHBORS}.
   *
   * @param clicks of each row
   */
  int[][] neighbors(int[] clicks) {
    int[][] neighbors = new int[clicks.length][0];
    Arrays.parallelSort(pairs, 0, size);
    for (int start = 0, end; start < size; start = end) {
      int row = row(pairs[start]);
      end = start + 1;
      while (end < size && row(pairs[end]) == row) {
        end++;
      }
      neighbors[row] = mostAlike(start, end, clicks);
    }
    return neighbors;
  }

  private record Neighbor(int row, double likeness) {}

  /**
   * Returns the neighbors of the row whose pairs stand, sorted, from {@code start} to {@code end}.
   */
  private int[] mostAlike(int start, int end, int[] clicks) {
    Neighbor[] found = new Neighbor[end - start];
    int count = 0;
    for (int at = start; at < end; ) {
      int other = other(pairs[at]);
      int sum = 0;
      for (; at < end && other(pairs[at]) == other; at++) {
        sum += closeness(pairs[at]);
      }
      double expected = Math.sqrt((double) clicks[row(pairs[start])] * clicks[other]);
      found[count++] = new Neighbor(other, sum / (expected + SHRINKAGE));
    }
    return Arrays.stream(found, 0, count)
        .sorted(Comparator.comparingDouble(Neighbor::likeness).reversed())
        .limit(NEIGHBORS)
        .mapToInt(Neighbor::row)
        .toArray();
  }

  private void append(long pair) {
    if (size == pairs.length) {
      pairs = Arrays.copyOf(pairs, 2 * size);
    }
    pairs[size++] = pair;
  }

  private static int[] none() {
    int[] none = new int[WINDOW];
    Arrays.fill(none, -1);
    return none;
  }

  /**
   * Packs 28 bits of each row and 4 of closeness, so that sorting brings a row's pairs together.
   */
  private static long pack(int row, int other, int closeness) {
    return (long) row << 32 | (long) other << 4 | closeness;
  }

  private static int row(long pair) {
    return (int) (pair >>> 32);
  }

  private static int other(long pair) {
    return (int) (pair >>> 4) & 0xFFFFFFF;
  }

  private static int closeness(long pair) {
    return (int) pair & 0xF;
  }
}
