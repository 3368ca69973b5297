package io.freshet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.model.network.GroupVectors;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EmbeddingHistoryTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  private final EmbeddingSpace first = new GroupVectors(4);
  private final EmbeddingSpace second = new GroupVectors(4);
  private final EmbeddingHistory history =
      new EmbeddingHistory(Map.of(NOON.plusSeconds(60), second, NOON, first));

  @Test
  void newestThatKnowNothingLaterAreGiven() {
    assertThat(history.at(NOON.minusMillis(1))).isSameAs(EmbeddingSpace.NONE);
    assertThat(history.at(NOON)).isSameAs(first);
    assertThat(history.at(NOON.plusSeconds(59))).isSameAs(first);
    assertThat(history.at(NOON.plusSeconds(60))).isSameAs(second);
    assertThat(history.latest()).isSameAs(second);
    assertThat(history.width()).isEqualTo(4);
  }

  @Test
  void oneSpaceMayBeGivenAtAnyTime() {
    assertThat(EmbeddingHistory.always(first).at(Instant.EPOCH)).isSameAs(first);
  }

  @Test
  void noneAreNoneAtAnyTime() {
    assertThat(EmbeddingHistory.NONE.at(NOON)).isSameAs(EmbeddingSpace.NONE);
    assertThat(EmbeddingHistory.NONE.latest()).isSameAs(EmbeddingSpace.NONE);
    assertThat(EmbeddingHistory.NONE.width()).isZero();
  }

  @Test
  void otherWidthsAreRefused() {
    assertThatThrownBy(
            () -> new EmbeddingHistory(Map.of(NOON, first, Instant.MAX, new GroupVectors(5))))
        .hasMessageContaining("width must be");
  }
}
