package io.freshet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SimilarRowsTest {
  @Test
  void rowGainsByEachListItIsIn() {
    SimilarRows similar = SimilarRows.in(List.of(new int[] {7, 3}, new int[] {3}));

    assertThat(rows(similar)).containsExactly(3, 7);
    assertThat(similar.likeness(0)).isCloseTo(1 / 11f + 1 / 20f, within(1e-6f));
    assertThat(similar.likeness(1)).isCloseTo(1 / 10f, within(1e-6f));
  }

  @Test
  void equallyAlikeRowsStandAsInTheTable() {
    int[] one = IntStream.range(0, 10).map(i -> 100 - i).toArray();
    // The second list counts half, and half of 1 / 10 is 1 / 20, what the first brings at rank 10.
    int[] first = IntStream.concat(IntStream.of(one), IntStream.of(8)).toArray();
    assertThat(rows(SimilarRows.in(List.of(first, new int[] {5})))).containsSubsequence(5, 8);
    int[] other = IntStream.concat(IntStream.of(one), IntStream.of(5)).toArray();
    assertThat(rows(SimilarRows.in(List.of(other, new int[] {8})))).containsSubsequence(5, 8);
  }

  @Test
  void listsOfNothingHoldNothing() {
    assertThat(rows(SimilarRows.in(List.of()))).isEmpty();
    assertThat(rows(SimilarRows.in(List.of(new int[0], new int[0])))).isEmpty();
  }

  @Test
  void ordersRandomListsAsDefined() {
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 200; round++) {
      List<int[]> lists = new ArrayList<>();
      Map<Integer, Double> expected = new HashMap<>();
      for (int i = 0; i < random.nextInt(11); i++) {
        int[] list = random.ints(random.nextInt(51), 0, 200).distinct().toArray();
        lists.add(list);
        for (int rank = 0; rank < list.length; rank++) {
          expected.merge(list[rank], 1.0 / (i + 1) / (rank + 10), Double::sum);
        }
      }
      Comparator<Integer> mostAlikeFirst =
          Comparator.<Integer, Float>comparing(row -> -expected.get(row).floatValue())
              .thenComparing(row -> row);
      assertThat(rows(SimilarRows.in(lists)))
          .isEqualTo(expected.keySet().stream().sorted(mostAlikeFirst).toList());
    }
  }

  private static List<Integer> rows(SimilarRows similar) {
    return IntStream.range(0, similar.size()).mapToObj(similar::row).toList();
  }
}
