package io.freshet.streaming.recommendation;

import io.freshet.model.EmbeddingSpace;
import io.freshet.schemas.Release;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Embeddings in memory: user {@code vic} and the items {@code near1} to {@code near3} have a
 * vector, and those items are the nearest to anything, in this order. Loads are counted, and fail,
 * with {@link TestReleases}'.
 */
final class TestEmbeddings implements ReleaseLoader<EmbeddingSpace> {
  private static final long serialVersionUID = 1;
  private static final List<String> ITEMS = List.of("near1", "near2", "near3");

  @Override
  public EmbeddingSpace load(Release release, Path scratch) throws IOException {
    TestReleases.EMBEDDING_LOADS.incrementAndGet();
    if (TestReleases.UNREADABLE.contains(release.version())) {
      throw new IOException("Cannot read release " + release.version() + ": it is a test's");
    }
    return new Space(release.version());
  }

  private record Space(String version) implements EmbeddingSpace {
    @Override
    public int width() {
      return 1;
    }

    @Override
    public float[] ofUser(String userId) {
      return userId.equals("vic") ? new float[] {1} : null;
    }

    @Override
    public float[] ofItem(String itemId) {
      return ITEMS.contains(itemId) ? new float[] {1} : null;
    }

    @Override
    public List<String> nearest(float[] vector, int count, Predicate<String> fits) {
      return Stream.concat(ITEMS.stream(), Stream.of(version + "-only"))
          .filter(fits)
          .limit(count)
          .toList();
    }
  }
}
