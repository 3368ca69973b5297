package io.freshet.model.network;

import java.util.Arrays;

/**
 * What one step of a training learns from.
 *
 * @param items the rows (U) of the items that the step names, in order, without repeats; padding,
 *     row 0, is the first
 * @param batch whose items are numbers of places in {@code items}
 * @param labels (B, C)
 */
record Lesson(long[] items, Batch batch, float[] labels) {
  /** Returns the lesson of a batch whose items are rows. */
  static Lesson of(Batch batch, float[] labels) {
    int[] all = Arrays.copyOf(batch.items(), batch.items().length + batch.pastItems().length + 1);
    System.arraycopy(batch.pastItems(), 0, all, batch.items().length, batch.pastItems().length);
    int[] distinct = Arrays.stream(all).sorted().distinct().toArray();
    Batch renumbered =
        batch.withItems(places(batch.pastItems(), distinct), places(batch.items(), distinct));
    return new Lesson(Arrays.stream(distinct).asLongStream().toArray(), renumbered, labels);
  }

  private static int[] places(int[] rows, int[] distinct) {
    int[] places = new int[rows.length];
    Arrays.setAll(places, i -> Arrays.binarySearch(distinct, rows[i]));
    return places;
  }
}
