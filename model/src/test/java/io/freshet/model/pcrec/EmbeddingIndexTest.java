package io.freshet.model.pcrec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddingIndexTest {
  private final EmbeddingIndex index =
      new EmbeddingIndex(
          Embeddings.of(
                  2,
                  List.of("ann"),
                  new float[] {30, 40},
                  List.of("a", "b"),
                  new float[] {0, 50, 70, 0})
              .released("e1"));

  @Test
  void rootMeanSquareOfTheLengthsIsOne() {
    double squares =
        square(index.ofUser("ann")) + square(index.ofItem("a")) + square(index.ofItem("b"));

    assertThat(squares / 3).isCloseTo(1, within(1e-6));
  }

  @Test
  void allVectorsAreScaledAlike() {
    assertThat(index.ofUser("ann")[1] / index.ofUser("ann")[0]).isCloseTo(4 / 3f, within(1e-6f));
    assertThat(index.ofItem("b")[0] / index.ofItem("a")[1]).isCloseTo(7 / 5f, within(1e-6f));
    assertThat(index.ofItem("a")[1] / index.ofUser("ann")[1]).isCloseTo(5 / 4f, within(1e-6f));
  }

  @Test
  void whoIsNotInTheReleaseHasNoVector() {
    assertThat(index.ofUser("bob")).isNull();
    assertThat(index.ofItem("ann")).isNull();
  }

  @Test
  void itemsAreFoundByTheUsersVector() {
    assertThat(index.nearest(index.ofUser("ann"), 2, id -> true)).containsExactly("b", "a");
    assertThat(index.version()).isEqualTo("e1");
    assertThat(index.width()).isEqualTo(2);
  }

  @Test
  void embeddingsThatAreAllZeroStayZero() {
    EmbeddingIndex zero =
        new EmbeddingIndex(
            Embeddings.of(1, List.of("ann"), new float[1], List.of("a"), new float[1]));

    assertThat(zero.ofUser("ann")).containsExactly(0);
    assertThat(zero.nearest(zero.ofUser("ann"), 1, id -> true)).containsExactly("a");
  }

  private static double square(float[] vector) {
    double sum = 0;
    for (float value : vector) {
      sum += value * value;
    }
    return sum;
  }
}
