package io.freshet.model.pcrec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.RandomMatrices_DDRM;
import org.junit.jupiter.api.Test;

class AlignmentTest {
  private static final int WIDTH = 8;

  private final Embeddings earlier = random(1, ids("u", 0, 20), ids("i", 0, 50));

  @Test
  void turnedCopyRanksTheSameButIsAnotherInputUntilItIsAligned() {
    Embeddings turned = turned(earlier, 1);
    assertThat(product(turned, "u3", "i4")).isCloseTo(product(earlier, "u3", "i4"), within(1e-4));
    assertThat(distance(turned.ofItem("i4"), earlier.ofItem("i4"))).isGreaterThan(.5);

    Alignment alignment = Alignment.onto(earlier, turned);
    assertThat(alignment.residual()).isLessThan(1e-5);
    for (String item : earlier.items()) {
      assertThat(distance(alignment.aligned().ofItem(item), earlier.ofItem(item))).isLessThan(1e-4);
    }
    assertThat(distance(alignment.aligned().ofUser("u3"), earlier.ofUser("u3"))).isLessThan(1e-4);
  }

  @Test
  void innerProductsStayWhateverTheVectors() {
    Embeddings newer = random(2, ids("u", 10, 30), ids("i", 25, 70));
    Embeddings aligned = Alignment.onto(earlier, newer).aligned();
    for (String user : newer.users()) {
      for (String item : newer.items()) {
        assertThat(product(aligned, user, item))
            .isCloseTo(product(newer, user, item), within(1e-4));
      }
    }
  }

  @Test
  void residualTellsHowFarSharedItemsStillAre() {
    Embeddings newer = random(2, ids("u", 10, 30), ids("i", 25, 70));
    Alignment alignment = Alignment.onto(earlier, newer);
    double before = 0;
    double after = 0;
    double length = 0;
    for (String item : ids("i", 25, 50)) {
      float[] was = earlier.ofItem(item);
      before += Math.pow(distance(newer.ofItem(item), was), 2);
      after += Math.pow(distance(alignment.aligned().ofItem(item), was), 2);
      length += Math.pow(distance(new float[WIDTH], was), 2);
    }
    assertThat(alignment.residual()).isCloseTo(Math.sqrt(after / length), within(1e-4));
    assertThat(after).isLessThan(before);
  }

  @Test
  void vectorsWithoutSharedItemsStayAsTheyAre() {
    Embeddings newer = random(2, ids("u", 0, 20), ids("other", 0, 50));
    Alignment alignment = Alignment.onto(earlier, newer);
    assertThat(alignment.aligned()).isSameAs(newer);
    assertThat(alignment.residual()).isNaN();
  }

  @Test
  void oneSharedItemIsEnoughToKeepAllProducts() {
    Embeddings newer = random(2, ids("u", 0, 20), List.of("i1", "other"));
    Embeddings aligned = Alignment.onto(earlier, newer).aligned();
    assertThat(product(aligned, "u1", "other"))
        .isCloseTo(product(newer, "u1", "other"), within(1e-4));
  }

  @Test
  void anotherWidthIsRefused() {
    Embeddings wider = Embeddings.of(9, List.of("u"), new float[9], List.of("i"), new float[9]);
    assertThatThrownBy(() -> Alignment.onto(earlier, wider))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("width must be 8, was 9");
  }

  private static List<String> ids(String prefix, int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> prefix + i).toList();
  }

  private static Embeddings random(long seed, List<String> users, List<String> items) {
    Random random = new Random(seed);
    return Embeddings.of(
        WIDTH, users, values(users.size(), random), items, values(items.size(), random));
  }

  private static float[] values(int rows, Random random) {
    float[] values = new float[rows * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static Embeddings turned(Embeddings some, long seed) {
    DMatrixRMaj rotation = RandomMatrices_DDRM.orthogonal(WIDTH, WIDTH, new Random(seed));
    return Embeddings.of(
        WIDTH,
        some.users(),
        turned(some.userValues(), rotation),
        some.items(),
        turned(some.itemValues(), rotation));
  }

  private static float[] turned(float[] values, DMatrixRMaj rotation) {
    float[] turned = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      double sum = 0;
      for (int d = 0; d < WIDTH; d++) {
        sum += values[i / WIDTH * WIDTH + d] * rotation.get(d, i % WIDTH);
      }
      turned[i] = (float) sum;
    }
    return turned;
  }

  private static double product(Embeddings some, String user, String item) {
    float[] one = some.ofUser(user);
    float[] other = some.ofItem(item);
    return IntStream.range(0, WIDTH).mapToDouble(d -> one[d] * other[d]).sum();
  }

  private static double distance(float[] one, float[] other) {
    return Math.sqrt(
        IntStream.range(0, WIDTH).mapToDouble(d -> Math.pow(one[d] - other[d], 2)).sum());
  }
}
