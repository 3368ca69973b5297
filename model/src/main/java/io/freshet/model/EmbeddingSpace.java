package io.freshet.model;

import java.util.List;
import java.util.function.Predicate;

/**
 * Vectors of users and items that were learnt together: the larger the inner product of two, the
 * better they suit each other. As the models read them, the root mean square of the vectors'
 * lengths is 1. Immutable and thread-safe.
 */
public interface EmbeddingSpace {
  /** No vectors at all. */
  EmbeddingSpace NONE =
      new EmbeddingSpace() {
        @Override
        public String version() {
          return null;
        }

        @Override
        public int width() {
          return 0;
        }

        @Override
        public float[] ofUser(String userId) {
          return null;
        }

        @Override
        public float[] ofItem(String itemId) {
          return null;
        }

        @Override
        public List<String> nearest(float[] vector, int count, Predicate<String> fits) {
          return List.of();
        }
      };

  /** Returns the version of the release that the vectors are from; null where they are of none. */
  String version();

  /** Returns V, the width of a vector; 0 for {@link #NONE}. */
  int width();

  /** Returns the user's vector; null where there is none. */
  float[] ofUser(String userId);

  /** Returns the item's vector; null where there is none. */
  float[] ofItem(String itemId);

  /**
   * Returns the items whose inner product with {@code vector} is largest, largest first, at most
   * {@code count} of them; equal ones by id. In a large space some may be missed; the same
   * arguments give the same items.
   *
   * @param fits whether an item may be among them
   */
  List<String> nearest(float[] vector, int count, Predicate<String> fits);
}
