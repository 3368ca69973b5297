package io.freshet.model.pcrec;

import io.freshet.model.Vocabulary;
import java.util.List;

/**
 * The vectors of a domain's users and items by id. A user's and an item's inner product is the
 * score of the pair.
 *
 * <p>Immutable and thread-safe. All users stand in one array and all items in another.
 */
public final class Embeddings {
  private final String version;
  private final int width;
  private final Rows users;
  private final Rows items;

  /** Vectors by id, row by row. */
  private record Rows(Vocabulary ids, int width, float[] values) {
    private static final int FIRST = 2; // after padding and one row of unknown ids

    static Rows of(List<String> ids, int width, float[] values, String what) {
      Rows rows = new Rows(new Vocabulary(ids, 1), width, values);
      int known = rows.ids.size() - FIRST;
      if (known != ids.size() || values.length != (long) known * width) {
        throw new IllegalArgumentException(
            "%s must be different, with %d values each, was %d of %d, with %d values"
                .formatted(what, width, known, ids.size(), values.length));
      }
      return rows;
    }

    float[] of(String id) {
      if (!ids.contains(id)) {
        return null;
      }
      int from = (ids.row(id) - FIRST) * width;
      float[] vector = new float[width];
      System.arraycopy(values, from, vector, 0, width);
      return vector;
    }
  }

  private Embeddings(String version, int width, Rows users, Rows items) {
    this.version = version;
    this.width = width;
    this.users = users;
    this.items = items;
  }

  /**
   * Returns vectors of no release yet.
   *
   * @param userValues (users, D), row by row; not copied
   * @param itemValues (items, D), likewise
   */
  public static Embeddings of(
      int width,
      List<String> userIds,
      float[] userValues,
      List<String> itemIds,
      float[] itemValues) {
    return new Embeddings(
        null,
        width,
        Rows.of(userIds, width, userValues, "users"),
        Rows.of(itemIds, width, itemValues, "items"));
  }

  /** Returns vectors of users alone. */
  public static Embeddings ofUsers(int width, List<String> ids, float[] values) {
    return of(width, ids, values, List.of(), new float[0]);
  }

  /** Returns the vectors of a graph's nodes. */
  public static Embeddings of(InteractionGraph graph, NodeEmbeddings vectors) {
    int ofUsers = graph.users() * vectors.width();
    float[] userValues = new float[ofUsers];
    float[] itemValues = new float[graph.items() * vectors.width()];
    System.arraycopy(vectors.values(), 0, userValues, 0, ofUsers);
    System.arraycopy(vectors.values(), ofUsers, itemValues, 0, itemValues.length);
    return of(vectors.width(), graph.userIds(), userValues, graph.itemIds(), itemValues);
  }

  /** Returns the same vectors, as of a release. */
  Embeddings released(String as) {
    return new Embeddings(as, width, users, items);
  }

  /** Returns the version of the release that was loaded; null for vectors of none. */
  public String version() {
    return version;
  }

  /** Returns D. */
  public int width() {
    return width;
  }

  /** Returns a copy of a user's vector; null where there is none. */
  public float[] ofUser(String userId) {
    return users.of(userId);
  }

  /** Returns a copy of an item's vector; null where there is none. */
  public float[] ofItem(String itemId) {
    return items.of(itemId);
  }

  /** Returns the users in the order of their vectors. */
  public List<String> users() {
    return users.ids().ids();
  }

  /** Returns the items in the order of their vectors. */
  public List<String> items() {
    return items.ids().ids();
  }

  /** Returns the vectors of all users (users, D), row by row; not to be changed. */
  public float[] userValues() {
    return users.values();
  }

  /** Returns the vectors of all items (items, D), row by row; not to be changed. */
  public float[] itemValues() {
    return items.values();
  }
}
