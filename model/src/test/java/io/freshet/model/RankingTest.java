package io.freshet.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankingTest {
  @Test
  void highestComeFirstAndOfEqualOnesTheEarlier() {
    float[] values = {.5f, .25f, .75f, .5f, 0, .75f};

    assertThat(Ranking.highest(values, 4)).containsExactly(2, 5, 0, 3);
  }

  @Test
  void thereAreNoMoreThanThereAreValues() {
    assertThat(Ranking.highest(new float[] {1, 2}, 10)).containsExactly(1, 0);
    assertThat(Ranking.highest(new float[0], 10)).isEmpty();
  }

  @Test
  void anyNumbersAreInTheOrderOfNumbers() {
    Random random = new Random(1);
    float[] values = new float[1_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(60) - 30));
    }

    assertThat(Ranking.highest(values, values.length))
        .containsExactly(
            IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> values[i]).reversed())
                .mapToInt(i -> i)
                .toArray());
  }
}
