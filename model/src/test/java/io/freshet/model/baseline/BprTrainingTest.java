package io.freshet.model.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.freshet.model.baseline.BprTraining.Batch;
import io.freshet.model.baseline.BprTraining.Learner;
import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.model.pcrec.NodeEmbeddings;
import io.freshet.model.pcrec.Pairs;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BprTrainingTest {
  private static final BprConfig CONFIG = new BprConfig(8, .02f, .01f, 32, 30, 30, 1);

  private final InteractionGraph graph = Clicks.halves(40, 60, .3, 1);
  private final List<BprProgress> told = new ArrayList<>();

  /** What learns by pairs. */
  enum Model {
    MATRIX_FACTORIZATION,
    LIGHT_GCN
  }

  private NodeEmbeddings train(
      Model model, BprConfig config, ToDoubleFunction<NodeEmbeddings> validation) {
    return train(model, graph, config, validation);
  }

  private NodeEmbeddings train(
      Model model,
      InteractionGraph graph,
      BprConfig config,
      ToDoubleFunction<NodeEmbeddings> validation) {
    told.clear();
    return switch (model) {
      case MATRIX_FACTORIZATION -> MatrixFactorization.train(graph, config, validation, told::add);
      case LIGHT_GCN -> LightGcn.train(graph, config, validation, told::add);
    };
  }

  @ParameterizedTest
  @EnumSource
  void itemsThatAreLikeTheClickedOnesScoreHigherThanOthers(Model model) {
    NodeEmbeddings vectors = train(model, CONFIG, lastIsBest());
    assertThat(shareOfMatesAhead(vectors)).isGreaterThan(.95);
    assertThat(told.get(30).loss()).isLessThan(told.get(1).loss() / 2);
  }

  /** Returns how often an item of the user's half, not clicked, scores above one of the other. */
  private double shareOfMatesAhead(NodeEmbeddings vectors) {
    int ahead = 0;
    int asked = 0;
    for (int user = 0; user < graph.users(); user++) {
      for (int mate = graph.users(); mate < graph.nodes(); mate++) {
        for (int other = graph.users(); other < graph.nodes(); other++) {
          boolean isAsked = isOdd(mate) == isOdd(user) && isOdd(other) != isOdd(user);
          if (isAsked && !graph.areJoined(user, mate)) {
            asked++;
            ahead += vectors.product(user, mate) > vectors.product(user, other) ? 1 : 0;
          }
        }
      }
    }
    return (double) ahead / asked;
  }

  private boolean isOdd(int node) {
    List<String> ids = graph.isUser(node) ? graph.userIds() : graph.itemIds();
    String id = ids.get(graph.isUser(node) ? node : node - graph.users());
    return Integer.parseInt(id.substring(1)) % 2 == 1;
  }

  @Test
  void everyPairComesOnceAnEpochBesideAnItemThatItsUserHasNotClicked() {
    List<List<Integer>> pairs = new ArrayList<>();
    List<Integer> others = new ArrayList<>();
    Learner learner =
        new Learner() {
          @Override
          public double learn(Batch batch) {
            for (int i = 0; i < batch.size(); i++) {
              assertThat(graph.areJoined(batch.users()[i], batch.clicked()[i])).isTrue();
              assertThat(graph.areJoined(batch.users()[i], batch.others()[i])).isFalse();
              assertThat(graph.isUser(batch.others()[i])).isFalse();
              pairs.add(List.of(batch.users()[i], batch.clicked()[i]));
              others.add(batch.others()[i]);
            }
            return 0;
          }

          @Override
          public NodeEmbeddings embeddings() {
            return new NodeEmbeddings(1, new float[graph.nodes()]);
          }
        };
    BprConfig one = new BprConfig(1, 1, 0, 32, 1, 1, 1);
    new BprTraining(graph, one).run(learner, lastIsBest(), told::add);
    assertThat(pairs).hasSize(graph.edges()).doesNotHaveDuplicates();
    assertThat(Set.copyOf(others)).hasSize(graph.items());
  }

  @ParameterizedTest
  @EnumSource
  void theSameSeedGivesTheSameVectorsToTheLastBitAndAnotherGivesOthers(Model model) {
    NodeEmbeddings one = train(model, CONFIG, lastIsBest());
    NodeEmbeddings again = train(model, CONFIG, lastIsBest());
    NodeEmbeddings another = train(model, CONFIG.withSeed(2), lastIsBest());
    assertThat(again.values()).isEqualTo(one.values());
    assertThat(another.values()).isNotEqualTo(one.values());
  }

  @ParameterizedTest
  @EnumSource
  void bestEpochIsKeptAndTrainingStopsOnceNoneHasBeenBetterForLong(Model model) {
    List<float[]> seen = new ArrayList<>();
    double[] validation = {.1, .2, .5, .4, .5, .3, .9};
    BprConfig patient = new BprConfig(8, .02f, .01f, 32, 30, 3, 1);
    NodeEmbeddings best =
        train(
            model,
            patient,
            now -> {
              seen.add(now.values().clone());
              return validation[seen.size() - 1];
            });
    assertThat(told).extracting(BprProgress::validation).containsExactly(.1, .2, .5, .4, .5, .3);
    assertThat(told).extracting(BprProgress::epoch).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(best.values()).isEqualTo(seen.get(2)).isNotEqualTo(seen.get(5));
  }

  @Test
  void givenVectorsAreLearntOnFromAndLeftAsTheyAre() {
    NodeEmbeddings start = train(Model.MATRIX_FACTORIZATION, CONFIG, lastIsBest());
    float[] before = start.values().clone();
    double lossAtTheEnd = told.get(30).loss();
    told.clear();
    NodeEmbeddings kept =
        MatrixFactorization.train(graph, start, CONFIG.withSeed(2), now -> -told.size(), told::add);
    assertThat(told.get(1).loss()).isCloseTo(lossAtTheEnd, within(.05));
    assertThat(kept.values()).isEqualTo(before);
    assertThat(start.values()).isEqualTo(before);
  }

  @Test
  void vectorsThatDoNotFitTheGraphAreRefused() {
    NodeEmbeddings few = new NodeEmbeddings(8, new float[8]);
    assertThatThrownBy(() -> MatrixFactorization.train(graph, few, CONFIG, lastIsBest(), told::add))
        .hasMessage("start must be %d vectors of width 8, was 1 of 8".formatted(graph.nodes()));
  }

  @Test
  void regularizationKeepsVectorsShort() {
    BprConfig free = new BprConfig(8, .02f, 0, 32, 30, 30, 1);
    BprConfig held = new BprConfig(8, .02f, .5f, 32, 30, 30, 1);
    double freely = squares(train(Model.MATRIX_FACTORIZATION, free, lastIsBest()));
    assertThat(squares(train(Model.MATRIX_FACTORIZATION, held, lastIsBest())))
        .isLessThan(freely / 4);
  }

  private static double squares(NodeEmbeddings vectors) {
    double sum = 0;
    for (float value : vectors.values()) {
      sum += value * value;
    }
    return sum;
  }

  @ParameterizedTest
  @EnumSource
  void userWhoHasClickedEverythingIsNoReasonToWaitForAnotherItem(Model model) {
    InteractionGraph all = Pairs.graph("u a", "u b", "v a");
    NodeEmbeddings vectors = train(model, all, CONFIG, lastIsBest());
    int v = all.userNode("v");
    assertThat(told.get(30).loss()).isLessThan(told.get(1).loss()); // v is learnt from
    assertThat(vectors.product(v, all.itemNode("a")))
        .isGreaterThan(vectors.product(v, all.itemNode("b")));
    assertThat(squares(vectors)).isFinite();
  }

  /** Each call is worth more than the one before. */
  private static ToDoubleFunction<NodeEmbeddings> lastIsBest() {
    double[] calls = {0};
    return now -> ++calls[0];
  }
}
