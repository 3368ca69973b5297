package io.freshet.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MedianTest {
  @Test
  void medianIsTheMiddleOneInOrder() {
    assertThat(Median.of(List.of(9, 1, 2), value -> value)).isEqualTo(2);
  }

  @Test
  void medianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() {
    assertThat(Median.of(List.of(9, 1, 2, 4), value -> value)).isEqualTo(3);
  }
}
