package io.freshet.model;

import static io.freshet.model.Check.check;

import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Embeddings by the moment before which all lies that they have learnt from. Who asks at a moment
 * is given the newest that know nothing later, as a stream would have had them: a network that
 * learnt from a click with vectors that know of that click would trust them too much. Immutable and
 * thread-safe.
 */
public final class EmbeddingHistory {
  /** No embeddings at any time. */
  public static final EmbeddingHistory NONE = new EmbeddingHistory(Map.of());

  private final NavigableMap<Instant, EmbeddingSpace> byEnd;

  /**
   * @param byEnd spaces by the moment that what they have learnt from ends before; all as wide
   */
  public EmbeddingHistory(Map<Instant, EmbeddingSpace> byEnd) {
    this.byEnd = new TreeMap<>(byEnd);
    int width = width();
    byEnd
        .values()
        .forEach(space -> check(space.width() == width, "width", "" + width, space.width()));
  }

  /** Returns a history of embeddings that are given at any moment, whatever they know. */
  public static EmbeddingHistory always(EmbeddingSpace space) {
    return new EmbeddingHistory(Map.of(Instant.MIN, space));
  }

  /** Returns V, the width of all vectors; 0 where there are none. */
  public int width() {
    return latest().width();
  }

  /** Returns the newest embeddings that know nothing later; {@link EmbeddingSpace#NONE} if none. */
  public EmbeddingSpace at(Instant moment) {
    Map.Entry<Instant, EmbeddingSpace> known = byEnd.floorEntry(moment);
    return known == null ? EmbeddingSpace.NONE : known.getValue();
  }

  /** Returns the newest embeddings; {@link EmbeddingSpace#NONE} if there are none. */
  public EmbeddingSpace latest() {
    return byEnd.isEmpty() ? EmbeddingSpace.NONE : byEnd.lastEntry().getValue();
  }
}
