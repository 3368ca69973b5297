package io.freshet.streaming.recommendation;

import io.freshet.model.EmbeddingSpace;
import io.freshet.schemas.Release;

/** Embeddings on the heap, which may be those of other subtasks too. */
record EmbeddingsInUse(Release release, EmbeddingSpace space) implements InUse {
  /** Returns the embeddings, in which something has been looked for. */
  static EmbeddingsInUse triedOut(Release release, EmbeddingSpace space) {
    if (space.nearest(new float[space.width()], 1, item -> true).isEmpty()) {
      throw new IllegalArgumentException("embeddings must be of at least one item, was of none");
    }
    return new EmbeddingsInUse(release, space);
  }

  @Override
  public void close() {}
}
