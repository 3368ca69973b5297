package io.freshet.model.pcrec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ItemIndexTest {
  private static final int WIDTH = 32;
  private static final int MANY = 20_000;
  private static final int CLUSTERS = 100;

  private enum Kind {
    EXACT {
      @Override
      ItemIndex of(ItemVectors items) {
        return ExactIndex.of(items);
      }
    },
    GRAPH {
      @Override
      ItemIndex of(ItemVectors items) {
        return GraphIndex.of(items);
      }
    };

    abstract ItemIndex of(ItemVectors items);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void largestProductsComeFirstWhateverTheLengthsOfTheVectors(Kind kind) {
    ItemIndex index = kind.of(items(List.of("a", "b", "c", "d"), 1, 0, 0, 9, 3, 3, -1, -1));

    assertThat(index.nearest(new float[] {1, 0}, 4, id -> true))
        .containsExactly("c", "a", "b", "d");
    assertThat(index.nearest(new float[] {.1f, 1}, 2, id -> true)).containsExactly("b", "c");
    assertThat(index.nearest(new float[] {.1f, 1}, 0, id -> true)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void equalItemsComeByIdWhateverTheirOrderInTheRelease(Kind kind) {
    ItemIndex index = kind.of(items(List.of("d", "b", "c", "a"), 1, 1, 1, 1, 1, 1, 1, 1));

    assertThat(index.nearest(new float[] {1, 1}, 4, id -> true))
        .containsExactly("a", "b", "c", "d");
    assertThat(index.nearest(new float[] {1, 1}, 4, id -> !id.equals("b")))
        .containsExactly("a", "c", "d");
  }

  @Test
  void equalItemsThatAreTooManyAreTakenById() {
    ItemIndex index = Kind.EXACT.of(items(List.of("d", "b", "c", "a"), 1, 1, 1, 1, 1, 1, 1, 1));

    assertThat(index.nearest(new float[] {1, 1}, 2, id -> true)).containsExactly("a", "b");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whatDoesNotFitMakesRoomForOthers(Kind kind) {
    ItemVectors items = clustered(2_000, new Random(1));
    ItemIndex index = kind.of(items);
    float[] asked = Arrays.copyOf(items.values(), WIDTH);
    List<String> nearest = index.nearest(asked, 100, id -> true);

    List<String> others = index.nearest(asked, 50, id -> !nearest.subList(0, 50).contains(id));

    assertThat(others).hasSize(50);
    assertThat(others.subList(0, 40)).isSubsetOf(nearest.subList(50, 100));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void indexOfNoItemsFindsNone(Kind kind) {
    assertThat(kind.of(items(List.of())).nearest(new float[] {1, 1}, 5, id -> true)).isEmpty();
  }

  @Test
  void graphFindsNearlyAllThatIsNearest() {
    ItemVectors items = clustered(MANY, new Random(1));
    ItemIndex exact = ExactIndex.of(items);
    ItemIndex graph = GraphIndex.of(items);
    Random random = new Random(2);
    int found = 0;
    for (int query = 0; query < 200; query++) {
      int from = random.nextInt(MANY) * WIDTH;
      float[] asked = near(Arrays.copyOfRange(items.values(), from, from + WIDTH), random);
      List<String> nearest = new ArrayList<>(graph.nearest(asked, 50, id -> true));
      nearest.retainAll(exact.nearest(asked, 50, id -> true));
      found += nearest.size();
    }
    assertThat(found / (200 * 50.0)).isGreaterThan(.95);
  }

  @Test
  void sameVectorsMakeAGraphOfTheSameAnswers() {
    ItemVectors items = clustered(3_000, new Random(3));
    ItemIndex one = GraphIndex.of(items);
    ItemIndex other = GraphIndex.of(items);
    for (int row = 0; row < 3_000; row += 10) {
      float[] asked = Arrays.copyOfRange(items.values(), row * WIDTH, (row + 1) * WIDTH);
      assertThat(one.nearest(asked, 50, id -> true))
          .isEqualTo(one.nearest(asked, 50, id -> true))
          .isEqualTo(other.nearest(asked, 50, id -> true));
    }
  }

  @Test
  void exactIndexIsWhatSortingAllGives() {
    ItemVectors items = clustered(2_500, new Random(4));
    float[] asked = Arrays.copyOf(items.values(), WIDTH);
    List<String> sorted =
        IntStream.range(0, 2_500)
            .boxed()
            .sorted(Comparator.comparingDouble(row -> -items.product(row, asked)))
            .limit(30)
            .map(row -> items.ids()[row])
            .toList();

    assertThat(ExactIndex.of(items).nearest(asked, 30, id -> true)).isEqualTo(sorted);
  }

  private static ItemVectors items(List<String> ids, float... values) {
    return ItemVectors.of(ids, values, 2);
  }

  /** Items in clusters, some of them longer than others. */
  private static ItemVectors clustered(int count, Random random) {
    float[][] centers = new float[CLUSTERS][WIDTH];
    for (float[] center : centers) {
      for (int d = 0; d < WIDTH; d++) {
        center[d] = (float) random.nextGaussian();
      }
    }
    float[] values = new float[count * WIDTH];
    for (int row = 0; row < count; row++) {
      float length = .5f + random.nextFloat();
      float[] vector = near(centers[random.nextInt(CLUSTERS)], random);
      for (int d = 0; d < WIDTH; d++) {
        values[row * WIDTH + d] = length * vector[d];
      }
    }
    List<String> ids = IntStream.range(0, count).mapToObj("i%06d"::formatted).toList();
    return ItemVectors.of(ids, values, WIDTH);
  }

  private static float[] near(float[] center, Random random) {
    float[] vector = new float[WIDTH];
    for (int d = 0; d < WIDTH; d++) {
      vector[d] = center[d] + .5f * (float) random.nextGaussian();
    }
    return vector;
  }
}
