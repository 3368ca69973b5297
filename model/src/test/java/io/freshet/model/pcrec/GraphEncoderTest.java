package io.freshet.model.pcrec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.freshet.model.pcrec.GraphEncoder.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphEncoderTest {
  private static final PcRecConfig CONFIG = TinyPcRec.CONFIG;
  private static final GraphEncoder.Listener NOBODY = (done, steps, loss) -> {};

  private final InteractionGraph source = TinyPcRec.graph(1);
  private final InteractionGraph target = TinyPcRec.graph(2);

  @Test
  void sameSeedGivesTheSameVectorsToTheLastBit() {
    float[] vectors = embed(CONFIG, 1).values();
    assertThat(embed(CONFIG, 1).values()).isEqualTo(vectors);
    assertThat(embed(CONFIG, 2).values()).isNotEqualTo(vectors);
  }

  @Test
  void bothPartsOfTheVectorsOfAnotherGraphHaveLengthOne() {
    NodeEmbeddings vectors = embed(CONFIG, 1);
    assertThat(vectors.nodes()).isEqualTo(target.nodes());
    NodeEmbeddings structure = vectors.columns(0, CONFIG.width());
    NodeEmbeddings positions = vectors.columns(CONFIG.width(), CONFIG.vectorWidth());
    for (int node = 0; node < vectors.nodes(); node++) {
      assertThat(structure.product(node, node)).isCloseTo(1, within(1e-5f));
      assertThat(positions.product(node, node)).isCloseTo(1, within(1e-5f));
    }
  }

  @Test
  void whatTellsOfStructureDoesNotDependOnWhoIsEncodedBeside() {
    InteractionGraph one = Pairs.graph("u a", "v a", "v b");
    InteractionGraph two = Pairs.graph("u a", "v a", "v b", "x y", "x z", "w z");
    try (GraphEncoder encoder = GraphEncoder.pretrain(source, CONFIG, 1, NOBODY)) {
      float[] alone = structure(encoder, one).row(one.userNode("v"));
      assertThat(structure(encoder, two).row(two.userNode("v")))
          .containsExactly(alone, within(1e-6f));
    }
  }

  @Test
  void whatIsEncodedElsewhereIsTheSame() throws IOException {
    EgoNetworkSampler sampler = new EgoNetworkSampler(target, CONFIG);
    try (GraphEncoder encoder = GraphEncoder.pretrain(source, CONFIG, 1, NOBODY);
        GraphEncoder elsewhere = GraphEncoder.ofBytes(CONFIG, encoder.toBytes())) {
      float[] some = elsewhere.encode(sampler.networks(3, 7));
      NodeEmbeddings all = encoder.embed(target);
      for (int node = 3; node < 7; node++) {
        int from = (node - 3) * CONFIG.vectorWidth();
        assertThat(Arrays.copyOfRange(some, from, from + CONFIG.vectorWidth()))
            .containsExactly(all.row(node), within(1e-6f));
      }
    }
  }

  @Test
  void learnsToTellWhoseViewsAre() {
    PcRecConfig longer =
        new PcRecConfig(
            12, 30, .5f, 2, 6, EgoFeatures.RETURNS, 3, 4, 8, 4, 2, 64, .98f, .2f, .005f, 16, 300);
    List<Double> losses = new ArrayList<>();
    try (GraphEncoder unused =
        GraphEncoder.pretrain(source, longer, 1, (done, steps, loss) -> losses.add(loss))) {
      assertThat(losses).hasSize(30);
      assertThat(mean(losses.subList(25, 30))).isLessThan(mean(losses.subList(1, 6)) - .2);
    }
  }

  @Test
  void killedPreTrainingGoesOnToTheSameResult(@TempDir Path directory) throws IOException {
    PcRecConfig longer = // kept in the middle of the queue
        new PcRecConfig(
            12, 30, .5f, 2, 6, EgoFeatures.RETURNS, 3, 4, 8, 4, 2, 24, .9f, .1f, .01f, 8, 230);
    float[] whole = embed(longer, 1).values();
    assertThatThrownBy(
            () ->
                GraphEncoder.pretrain(
                        new EgoNetworkSampler(source, longer),
                        1,
                        null,
                        stoppedAt(210),
                        Place.onCpu(directory))
                    .close())
        .isInstanceOf(CancellationException.class);
    List<Integer> heard = new ArrayList<>();
    try (GraphEncoder encoder =
        GraphEncoder.pretrain(
            new EgoNetworkSampler(source, longer),
            1,
            null,
            (done, steps, loss) -> heard.add(done),
            Place.onCpu(directory))) {
      assertThat(heard).containsExactly(210, 220, 230);
      assertThat(encoder.embed(target).values()).isEqualTo(whole);
    }
  }

  @Test
  void otherPreTrainingInTheSamePlaceStartsAnew(@TempDir Path directory) throws IOException {
    PcRecConfig longer = CONFIG.withSteps(100);
    float[] whole = embed(longer, 2).values();
    GraphEncoder.pretrain(
            new EgoNetworkSampler(source, longer), 1, null, NOBODY, Place.onCpu(directory))
        .close();
    try (GraphEncoder encoder =
        GraphEncoder.pretrain(
            new EgoNetworkSampler(source, longer), 2, null, NOBODY, Place.onCpu(directory))) {
      assertThat(encoder.embed(target).values()).isEqualTo(whole);
    }
  }

  @Test
  void goesOnFromWhatAnotherHasLearnt() throws IOException {
    try (GraphEncoder before = GraphEncoder.pretrain(source, CONFIG, 1, NOBODY);
        GraphEncoder same =
            GraphEncoder.pretrain(
                new EgoNetworkSampler(target, CONFIG.withSteps(0)),
                2,
                before,
                NOBODY,
                Place.onCpu(null));
        GraphEncoder after =
            GraphEncoder.pretrain(
                new EgoNetworkSampler(target, CONFIG), 2, before, NOBODY, Place.onCpu(null))) {
      float[] vectors = before.embed(target).values();
      assertThat(same.embed(target).values()).isEqualTo(vectors);
      assertThat(after.embed(target).values())
          .isNotEqualTo(vectors)
          .isNotEqualTo(embed(CONFIG, 2).values());
      assertThat(before.embed(target).values()).as("left as it was").isEqualTo(vectors);
    }
  }

  @Test
  void preTrainingsInOneProcessTakeTurns() {
    float[] alone = embed(CONFIG, 1).values();
    List<CompletableFuture<float[]>> together =
        Stream.generate(() -> CompletableFuture.supplyAsync(() -> embed(CONFIG, 1).values()))
            .limit(3)
            .toList();
    assertThat(together).allSatisfy(vectors -> assertThat(vectors.get()).isEqualTo(alone));
  }

  @Test
  void cannotGoOnFromAnotherNetwork() {
    try (GraphEncoder before = GraphEncoder.pretrain(source, CONFIG, 1, NOBODY)) {
      assertThatThrownBy(
              () ->
                  GraphEncoder.pretrain(
                          new EgoNetworkSampler(source, CONFIG.withWidths(4, 4)),
                          1,
                          before,
                          NOBODY,
                          Place.onCpu(null))
                      .close())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("weights must be");
    }
  }

  private static NodeEmbeddings structure(GraphEncoder encoder, InteractionGraph graph) {
    return encoder.embed(graph).columns(0, CONFIG.width());
  }

  private static GraphEncoder.Listener stoppedAt(int step) {
    return (done, steps, loss) -> {
      if (done == step) {
        throw new CancellationException("Nobody waits for this any more");
      }
    };
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  private NodeEmbeddings embed(PcRecConfig config, long seed) {
    try (GraphEncoder encoder = GraphEncoder.pretrain(source, config, seed, NOBODY)) {
      return encoder.embed(target);
    }
  }
}
