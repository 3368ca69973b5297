package io.freshet.local.evaluation;

import io.freshet.model.pcrec.Embeddings;
import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.model.pcrec.NodeEmbeddings;
import io.freshet.model.pcrec.RidgeMap;
import java.util.Locale;
import java.util.Set;

/**
 * Vectors of users who are new to a target: as the embedding job maps them from the source, and the
 * mean of the target's users where nothing is known of them there, or what is known tells nothing.
 */
final class NewUserVectors {
  private final Embeddings source;
  private final RidgeMap map;
  private final float[] mean;

  private NewUserVectors(Embeddings source, RidgeMap map, float[] mean) {
    this.source = source;
    this.map = map;
    this.mean = mean;
  }

  /**
   * @param vectors of the target's nodes
   * @param source of the source's users; null where there are none
   */
  static NewUserVectors of(InteractionGraph target, NodeEmbeddings vectors, Embeddings source) {
    RidgeMap map =
        source == null
            ? null
            : RidgeMap.ofSharedUsers(source, Embeddings.of(target, vectors)).orElse(null);
    return new NewUserVectors(source, map, mean(vectors, target.users()));
  }

  private static float[] mean(NodeEmbeddings vectors, int users) {
    int width = vectors.width();
    double[] sums = new double[width];
    for (int i = 0; i < users * width; i++) {
      sums[i % width] += vectors.values()[i];
    }
    float[] mean = new float[width];
    for (int d = 0; d < width; d++) {
      mean[d] = (float) (sums[d] / users);
    }
    return mean;
  }

  float[] of(String userId) {
    return isMapped(userId) ? map.map(source.ofUser(userId)) : mean;
  }

  private boolean isMapped(String userId) {
    return map != null && map.heldOutError() < 1 && source.ofUser(userId) != null;
  }

  /** Returns how many of some users have more than the mean, for people. */
  String describe(Set<String> users) {
    return "%d of %d new users known from the source, error of the map %s"
        .formatted(
            users.stream().filter(this::isMapped).count(),
            users.size(),
            map == null ? "unknown" : String.format(Locale.ROOT, "%.3f", map.heldOutError()));
  }
}
