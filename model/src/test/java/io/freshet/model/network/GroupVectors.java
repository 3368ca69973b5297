package io.freshet.model.network;

import io.freshet.model.EmbeddingSpace;
import java.util.List;
import java.util.function.Predicate;

/**
 * Users and items in groups, by the number in their ids; an id without one has no vector. Those of
 * a group stand in the same place.
 */
public record GroupVectors(int width) implements EmbeddingSpace {
  @Override
  public String version() {
    return "groups";
  }

  @Override
  public float[] ofUser(String userId) {
    return of(userId);
  }

  @Override
  public float[] ofItem(String itemId) {
    return of(itemId);
  }

  private float[] of(String id) {
    String digits = id.replaceAll("\\D", "");
    if (digits.isEmpty()) {
      return null;
    }
    float[] vector = new float[width];
    vector[Integer.parseInt(digits) % width] = 1;
    return vector;
  }

  @Override
  public List<String> nearest(float[] vector, int count, Predicate<String> fits) {
    return List.of();
  }
}
