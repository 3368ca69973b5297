package io.freshet.model.pcrec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RidgeMapTest {
  private static final int WIDTH = 4;

  private final Random random = new Random(1);
  private final float[] slope = gaussian(WIDTH * WIDTH);
  private final float[] shift = gaussian(WIDTH);

  @Test
  void findsTheMapThatTheVectorsHaveInCommon() {
    NodeEmbeddings from = vectors(200);
    RidgeMap map = RidgeMap.fit(from, mapped(from, 0));
    assertThat(map.heldOutError()).isLessThan(1e-4);
    NodeEmbeddings unseen = vectors(10);
    for (int i = 0; i < unseen.nodes(); i++) {
      assertThat(map.map(unseen.row(i))).containsExactly(mapped(unseen, 0).row(i), within(.01f));
    }
  }

  @Test
  void whereThereIsNothingInCommonItGivesAboutTheMean() {
    NodeEmbeddings to = vectors(40);
    RidgeMap map = RidgeMap.fit(vectors(40), to);
    assertThat(map.heldOutError()).isGreaterThan(.8);
    float[] mean = new float[WIDTH];
    for (int i = 0; i < to.values().length; i++) {
      mean[i % WIDTH] += to.values()[i] / to.nodes();
    }
    assertThat(map.map(vectors(1).row(0))).containsExactly(mean, within(.3f));
  }

  @Test
  void noiseMakesItSmallerThanLeastSquaresWouldBe() {
    NodeEmbeddings from = vectors(30);
    RidgeMap map = RidgeMap.fit(from, mapped(from, 3));
    NodeEmbeddings unseen = vectors(200);
    double missed = 0;
    double spread = 0;
    for (int i = 0; i < unseen.nodes(); i++) {
      float[] is = map.map(unseen.row(i));
      float[] must = mapped(unseen, 0).row(i);
      for (int d = 0; d < WIDTH; d++) {
        missed += Math.pow(is[d] - must[d], 2);
        spread += Math.pow(must[d] - shift[d], 2);
      }
    }
    assertThat(missed).isLessThan(spread);
  }

  @Test
  void usersWhomBothDomainsKnowAreThePairs() {
    NodeEmbeddings from = vectors(60);
    NodeEmbeddings to = mapped(from, 0);
    List<String> ids = IntStream.range(0, 60).mapToObj(user -> "u" + user).toList();
    Embeddings source = Embeddings.ofUsers(WIDTH, ids, from.values());
    List<String> known = new ArrayList<>(ids.subList(0, 40));
    Collections.reverse(known);
    float[] tuned = new float[40 * WIDTH];
    for (int i = 0; i < 40; i++) {
      System.arraycopy(to.row(39 - i), 0, tuned, i * WIDTH, WIDTH);
    }
    RidgeMap map =
        RidgeMap.ofSharedUsers(source, Embeddings.ofUsers(WIDTH, known, tuned)).orElseThrow();
    assertThat(map.map(source.ofUser("u50"))).containsExactly(to.row(50), within(.01f));

    Embeddings others = Embeddings.ofUsers(WIDTH, List.of("v"), new float[WIDTH]);
    assertThat(RidgeMap.ofSharedUsers(source, others)).isEmpty();
  }

  @Test
  void inputsThatAreAllTheSameGiveTheMean() {
    NodeEmbeddings same = new NodeEmbeddings(WIDTH, new float[RidgeMap.PAIRS_MIN * WIDTH]);
    NodeEmbeddings to = vectors(RidgeMap.PAIRS_MIN);
    float[] mapped = RidgeMap.fit(same, to).map(new float[WIDTH]);
    for (float value : mapped) {
      assertThat(value).isFinite();
    }
  }

  @Test
  void tooFewPairsAreRefused() {
    assertThatThrownBy(() -> RidgeMap.fit(vectors(19), vectors(19)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pairs must be at least 20, was 19");
    assertThatThrownBy(() -> RidgeMap.fit(vectors(21), vectors(20)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pairs must be one of each, was 21, 20");
  }

  private NodeEmbeddings vectors(int count) {
    return new NodeEmbeddings(WIDTH, gaussian(count * WIDTH));
  }

  private NodeEmbeddings mapped(NodeEmbeddings from, float noise) {
    float[] values = new float[from.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = shift[i % WIDTH] + noise * (float) random.nextGaussian();
      for (int d = 0; d < WIDTH; d++) {
        values[i] += from.values()[i / WIDTH * WIDTH + d] * slope[d * WIDTH + i % WIDTH];
      }
    }
    return new NodeEmbeddings(WIDTH, values);
  }

  private float[] gaussian(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
