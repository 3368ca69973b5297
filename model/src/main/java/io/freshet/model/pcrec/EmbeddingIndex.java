package io.freshet.model.pcrec;

import io.freshet.model.EmbeddingSpace;
import java.util.List;
import java.util.function.Predicate;

/**
 * Embeddings in use: all made longer or shorter by one factor, so that the root mean square of
 * their lengths is 1, and their items found by their vectors. Their order by inner product stays
 * what it was.
 *
 * <p>The index is built when something is looked for first; for more than some 30,000 items this
 * takes minutes.
 */
public final class EmbeddingIndex implements EmbeddingSpace {
  private final Embeddings embeddings;
  private final float factor;
  private volatile ItemIndex items;

  public EmbeddingIndex(Embeddings embeddings) {
    this.embeddings = embeddings;
    this.factor = factor(embeddings);
  }

  private static float factor(Embeddings embeddings) {
    double squares = squares(embeddings.userValues()) + squares(embeddings.itemValues());
    long vectors =
        ((long) embeddings.userValues().length + embeddings.itemValues().length)
            / embeddings.width();
    return squares > 0 ? (float) Math.sqrt(vectors / squares) : 1;
  }

  private static double squares(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return sum;
  }

  @Override
  public String version() {
    return embeddings.version();
  }

  @Override
  public int width() {
    return embeddings.width();
  }

  @Override
  public float[] ofUser(String userId) {
    return scaled(embeddings.ofUser(userId));
  }

  @Override
  public float[] ofItem(String itemId) {
    return scaled(embeddings.ofItem(itemId));
  }

  private float[] scaled(float[] vector) {
    if (vector != null) {
      for (int d = 0; d < vector.length; d++) {
        vector[d] *= factor;
      }
    }
    return vector;
  }

  @Override
  public List<String> nearest(float[] vector, int count, Predicate<String> fits) {
    return items().nearest(vector, count, fits);
  }

  private ItemIndex items() {
    ItemIndex built = items;
    return built == null ? build() : built;
  }

  private synchronized ItemIndex build() {
    if (items == null) {
      items =
          ItemIndex.of(
              ItemVectors.of(embeddings.items(), embeddings.itemValues(), embeddings.width()));
    }
    return items;
  }
}
