package io.freshet.model.bst;

/**
 * Requests as rows of the embedding tables. Shorter sequences are padded in front with row 0, so
 * that the newest behavior is last, and shorter lists of candidates or context behind.
 *
 * @param requests B
 * @param positions N, at least 1
 * @param candidates C
 * @param contexts M, at least 1
 * @param pastItems (B, N)
 * @param pastCategories (B, N)
 * @param pastAges (B, N)
 * @param lengths (B) bucket of the number of behaviors
 * @param items (B, C)
 * @param categories (B, C)
 * @param ranks (B, C) bucket of the rank in retrieval
 * @param context (B, M)
 */
record Batch(
    int requests,
    int positions,
    int candidates,
    int contexts,
    int[] pastItems,
    int[] pastCategories,
    int[] pastAges,
    int[] lengths,
    int[] items,
    int[] categories,
    int[] ranks,
    int[] context) {

  /** Room for what is yet to be filled in: all padding. */
  static Batch padding(int requests, int positions, int candidates, int contexts) {
    return new Batch(
        requests,
        positions,
        candidates,
        contexts,
        new int[requests * positions],
        new int[requests * positions],
        new int[requests * positions],
        new int[requests],
        new int[requests * candidates],
        new int[requests * candidates],
        new int[requests * candidates],
        new int[requests * contexts]);
  }

  /** The same requests with rows of another item table. */
  Batch withItems(int[] otherPastItems, int[] otherItems) {
    return new Batch(
        requests,
        positions,
        candidates,
        contexts,
        otherPastItems,
        pastCategories,
        pastAges,
        lengths,
        otherItems,
        categories,
        ranks,
        context);
  }
}
