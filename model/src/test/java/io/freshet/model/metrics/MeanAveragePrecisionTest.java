package io.freshet.model.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MeanAveragePrecisionTest {
  @Test
  void sumsThePrecisionAtEachHeldOutItem() {
    List<HeldOutRank> ranks = ranks(5, 2, 1); // in whatever order
    assertThat(MeanAveragePrecision.at(10, ranks))
        .isEqualTo((1 / 1.0 + 2 / 2.0 + 3 / 5.0) / 3, within(1e-12));
    assertThat(MeanAveragePrecision.at(4, ranks)).isEqualTo(2 / 3.0, within(1e-12));
  }

  @Test
  void isDividedByKWhereMoreItemsAreHeldOut() {
    assertThat(MeanAveragePrecision.at(2, ranks(1, 2, 3))).isEqualTo(1);
    assertThat(MeanAveragePrecision.at(2, ranks(2, 3, 4))).isEqualTo(1 / 2.0 / 2);
  }

  @Test
  void oneHeldOutItemIsWorthTheInverseOfItsRank() {
    assertThat(MeanAveragePrecision.at(5, ranks(4))).isEqualTo(.25);
    assertThat(MeanAveragePrecision.at(3, ranks(4))).isEqualTo(0);
    // ranks 1 to 4, of which 3 count
    assertThat(MeanAveragePrecision.at(3, List.of(new HeldOutRank(1, 4))))
        .isEqualTo((1 + 1 / 2.0 + 1 / 3.0) / 4, within(1e-12));
  }

  @Test
  void tieIsWorthTheMeanOverItsOrders() {
    float[] scores = {.9f, .5f, .5f, .5f, .5f, .2f, .2f};
    int[] heldOut = {0, 2, 3, 6};
    List<HeldOutRank> ranks =
        Arrays.stream(heldOut).mapToObj(item -> HeldOutRank.of(scores, item)).toList();
    for (int k = 1; k <= scores.length; k++) {
      assertThat(MeanAveragePrecision.at(k, ranks))
          .isEqualTo(meanOverOrders(k, scores, heldOut), within(1e-12));
    }
  }

  @Test
  void nothingHeldOutHasNoPrecision() {
    assertThat(MeanAveragePrecision.at(5, List.of())).isNaN();
    assertThatThrownBy(() -> MeanAveragePrecision.at(0, List.of()))
        .hasMessage("k must be at least 1, was 0");
  }

  @Test
  void ranksThatLeaveTheOtherHeldOutItemsOutAreRefused() {
    assertThatThrownBy(() -> MeanAveragePrecision.at(5, ranks(1, 1)))
        .hasMessageContaining("was 2 items at HeldOutRank[best=1, worst=1]");
  }

  private static List<HeldOutRank> ranks(int... ranks) {
    return Arrays.stream(ranks).mapToObj(rank -> new HeldOutRank(rank, rank)).toList();
  }

  /** Ranks as one would without ties, once for each order of all items. */
  private static double meanOverOrders(int k, float[] scores, int[] heldOut) {
    List<Integer> items = new ArrayList<>();
    for (int item = 0; item < scores.length; item++) {
      items.add(item);
    }
    return orders(items)
        .map(order -> order.stream().sorted((a, b) -> Float.compare(scores[b], scores[a])).toList())
        .map(order -> Arrays.stream(heldOut).map(item -> 1 + order.indexOf(item)).toArray())
        .mapToDouble(ranks -> MeanAveragePrecision.at(k, ranks(ranks)))
        .average()
        .orElseThrow();
  }

  private static Stream<List<Integer>> orders(List<Integer> items) {
    return items.isEmpty()
        ? Stream.of(List.of())
        : items.stream()
            .flatMap(first -> orders(without(first, items)).map(rest -> with(first, rest)));
  }

  private static List<Integer> without(Integer item, List<Integer> items) {
    return items.stream().filter(other -> !other.equals(item)).toList();
  }

  private static List<Integer> with(Integer first, List<Integer> rest) {
    List<Integer> order = new ArrayList<>(List.of(first));
    order.addAll(rest);
    return order;
  }
}
