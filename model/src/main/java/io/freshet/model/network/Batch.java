package io.freshet.model.network;

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
 * @param pastPositions (B, N) see {@link Position}
 * @param lengths (B) bucket of the number of behaviors
 * @param items (B, C)
 * @param categories (B, C)
 * @param ranks (B, C) bucket of the rank in retrieval
 * @param context (B, M)
 * @param vectorWidth V, 0 where the network is given no vectors
 * @param products (B, C, 2) 1 where the user or the item has no vector, and the product of the two
 *     where they have; zeros for padding, nothing where V is 0
 */
public record Batch(
    int requests,
    int positions,
    int candidates,
    int contexts,
    int[] pastItems,
    int[] pastCategories,
    int[] pastPositions,
    int[] lengths,
    int[] items,
    int[] categories,
    int[] ranks,
    int[] context,
    int vectorWidth,
    float[] products) {
  static final int LENGTH_BUCKETS = 11; // lengths up to 512 have 10 bits
  static final int RANK_BUCKETS = 16; // ranks up to 10,000 have 14 bits
  static final int PRODUCT_NUMBERS = 2;

  /** The bucket of a number of behaviors, on a log scale. */
  static int lengthBucket(int behaviors) {
    return bits(behaviors);
  }

  /** The bucket of a rank in retrieval, on a log scale; 0 for an item that was not retrieved. */
  static int rankBucket(int rank) {
    return Math.min(bits(rank), RANK_BUCKETS - 1);
  }

  private static int bits(int number) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(number);
  }

  /** Room for what is yet to be filled in: all padding. */
  static Batch padding(int requests, int positions, int candidates, int contexts, int vectorWidth) {
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
        new int[requests * contexts],
        vectorWidth,
        new float[vectorWidth == 0 ? 0 : requests * candidates * PRODUCT_NUMBERS]);
  }

  /** The same requests with rows of other item tables. */
  Batch withItems(int[] otherPastItems, int[] otherItems) {
    return new Batch(
        requests,
        positions,
        candidates,
        contexts,
        otherPastItems,
        pastCategories,
        pastPositions,
        lengths,
        otherItems,
        categories,
        ranks,
        context,
        vectorWidth,
        products);
  }
}
