package io.freshet.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.freshet.model.Behavior;
import io.freshet.model.ComputeDevice.Engine;
import io.freshet.model.Ranking;
import io.freshet.model.ScoringRequest;
import io.freshet.model.ScoringRequest.PastItem;
import io.freshet.model.ScoringRequest.Target;
import io.freshet.model.bst.BstConfig;
import io.freshet.model.bst.BstConfig.Readout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkScorerTest {
  private static final float TOLERANCE = 1e-5f;
  private static final int ALL = Integer.MAX_VALUE;
  private static final BstConfig PLAIN = TinyBst.CONFIG.with(2, Readout.TARGET);
  private static final Path MEMORY = Path.of("/proc/self/statm");

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void freeWeights() {
    manager.close();
  }

  @ParameterizedTest
  @MethodSource("io.freshet.model.network.TinyBst#forms")
  void rankingsAreInTheOrderOfTheRequestsAndTheirCandidates(BstConfig config) {
    List<ScoringRequest> requests = requests(40);
    try (NetworkScorer scorer = scorer(config)) {
      List<Ranking> together = scorer.score(requests, ALL);
      assertThat(together).hasSize(40);
      for (int i = 0; i < requests.size(); i++) {
        assertSame(together.get(i), scorer.score(List.of(requests.get(i)), ALL).get(0));
        assertThat(together.get(i).scores()).hasSameSizeAs(requests.get(i).candidates());
        assertThat(together.get(i).attention())
            .hasDimensions(requests.get(i).candidates().size(), requests.get(i).sequence().size());
      }
      assertThat(scorer.score(List.of(), ALL)).isEmpty();
    }
  }

  @Test
  void manyCandidatesScoreAsEachAlone() {
    assertManyScoreAsEachAlone(TinyBst.CONFIG, 1_500);
    assertManyScoreAsEachAlone(PLAIN, 1_500);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void moreCandidatesThanOnePassTakesScoreAsInTwo(Engine engine) {
    ScoringRequest request = TinyBst.request(new Random(1), 12, 9_000);
    ScoringRequest first = with(request.candidates().subList(0, 4_500), request);
    ScoringRequest second = with(request.candidates().subList(4_500, 9_000), request);
    try (NetworkScorer scorer = scorer(engine)) {
      Ranking together = scorer.score(List.of(request), ALL).get(0);
      List<Ranking> halves = scorer.score(List.of(first, second), ALL);
      float[] scores = Arrays.copyOf(halves.get(0).scores(), 9_000);
      System.arraycopy(halves.get(1).scores(), 0, scores, 4_500, 4_500);
      float[][] attention = Arrays.copyOf(halves.get(0).attention(), 9_000);
      System.arraycopy(halves.get(1).attention(), 0, attention, 4_500, 4_500);
      assertSame(together, new Ranking(scores, attention));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 100, 9_000})
  void onlyTheBestAreExplained(int candidates) {
    List<ScoringRequest> requests =
        List.of(
            TinyBst.request(new Random(1), 12, candidates), TinyBst.request(new Random(2), 5, 7));
    try (NetworkScorer scorer = scorer(TinyBst.CONFIG)) {
      List<Ranking> explained = scorer.score(requests, ALL);
      List<Ranking> some = scorer.score(requests, 3);
      List<Ranking> none = scorer.score(requests);
      for (int i = 0; i < requests.size(); i++) {
        assertThat(explained(none.get(i))).isZero();
        float[] scores = explained.get(i).scores();
        assertThat(some.get(i).scores()).containsExactly(scores, within(TOLERANCE));
        for (int c : Ranking.highest(some.get(i).scores(), 3)) {
          assertThat(some.get(i).attention()[c])
              .containsExactly(explained.get(i).attention()[c], within(TOLERANCE));
        }
        int parts = scores.length > 8_192 ? 2 : 1;
        assertThat(explained(some.get(i))).isEqualTo(Math.min(3 * parts, scores.length));
      }
    }
  }

  private static long explained(Ranking ranking) {
    return Arrays.stream(ranking.attention()).filter(Objects::nonNull).count();
  }

  private void assertManyScoreAsEachAlone(BstConfig config, int candidates) {
    ScoringRequest request = TinyBst.request(new Random(1), 12, candidates);
    try (NetworkScorer scorer = scorer(config)) {
      Ranking together = scorer.score(List.of(request), ALL).get(0);
      for (int c = 0; c < candidates; c++) {
        ScoringRequest one = with(List.of(request.candidates().get(c)), request);
        Ranking alone = scorer.score(List.of(one), ALL).get(0);
        assertThat(together.scores()[c])
            .as("candidate %d", c)
            .isCloseTo(alone.scores()[0], within(TOLERANCE));
        assertThat(together.attention()[c])
            .containsExactly(alone.attention()[0], within(TOLERANCE));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.freshet.model.network.TinyBst#forms")
  void newUserAndUnknownItemsAreScored(BstConfig config) {
    List<Target> targets = List.of(new Target("new", null), new Target("newer", "new"));
    PastItem past = new PastItem("gone", "gone", Behavior.UNKNOWN_TIME, "unheard-of");
    ScoringRequest newUser = new ScoringRequest(List.of(), 0, targets, Map.of());
    ScoringRequest unknown =
        new ScoringRequest(List.of(past), TinyBst.NOW, targets, Map.of("unheard-of", ""));
    try (NetworkScorer scorer = scorer(config)) {
      for (Ranking ranking : scorer.score(List.of(newUser, unknown), ALL)) {
        assertThat(ranking.scores()).hasSize(2);
        for (float score : ranking.scores()) {
          assertThat(score).isBetween(0f, 1f);
        }
      }
    }
  }

  @Test
  void onlyTheNewestBehaviorsAreLookedAt() {
    ScoringRequest request = TinyBst.request(new Random(1), 30, 5);
    ScoringRequest newest =
        new ScoringRequest(
            request.sequence().subList(10, 30),
            request.nowMillis(),
            request.candidates(),
            request.context());
    try (NetworkScorer scorer = scorer(TinyBst.CONFIG)) {
      assertSame(
          scorer.score(List.of(request), ALL).get(0), scorer.score(List.of(newest), ALL).get(0));
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void scoringLeavesNoArraysBehind(Engine engine) {
    NDManager buffers = NDManager.newBaseManager();
    Weights weights = TinyBst.weights(TinyBst.CONFIG, manager, 1);
    int arrays = manager.getManagedArrays().size();
    Network network = TinyBst.CONFIG.toScore(weights, buffers, engine);
    try (NetworkScorer scorer =
        new NetworkScorer(TinyBst.VOCABULARIES, TinyBst.CONFIG, network, buffers)) {
      int prepared = buffers.getManagedArrays().size();
      scorer.score(requests(20), ALL);
      assertThat(buffers.getManagedArrays()).hasSize(prepared);
      assertThat(manager.getManagedArrays()).hasSize(arrays);
    }
    assertThat(buffers.isOpen()).isFalse();
    assertThat(weights.get("item").toFloatArray()).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void memoryStaysFlatOverTenThousandCalls(Engine engine) throws IOException {
    assumeTrue(Files.exists(MEMORY), "a system that tells a process its memory");
    List<ScoringRequest> requests = requests(1);
    try (NetworkScorer scorer = scorer(engine)) {
      long before = residentKilobytesAfter(2_000, scorer, requests);
      long after = residentKilobytesAfter(10_000, scorer, requests);
      assertThat(after - before).as("KiB gained").isLessThan(32 << 10);
    }
  }

  private static long residentKilobytesAfter(
      int calls, NetworkScorer scorer, List<ScoringRequest> requests) throws IOException {
    for (int call = 0; call < calls; call++) {
      scorer.score(requests);
      if (call % 250 == 0) {
        System.gc(); // or direct buffers pile up, some ten MiB more or less
      }
    }
    return 4 * Long.parseLong(Files.readString(MEMORY).split(" ", -1)[1]);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void threadsShareTheNetwork(Engine engine) throws Exception {
    List<ScoringRequest> requests = requests(10);
    Network network = network(engine);
    List<Ranking> expected;
    try (NetworkScorer scorer = scorer(network)) {
      expected = scorer.score(requests, ALL);
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<List<List<Ranking>>>> all = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        all.add(
            threads.submit(
                () -> {
                  List<List<Ranking>> rankings = new ArrayList<>();
                  try (NetworkScorer scorer = scorer(network)) {
                    for (int call = 0; call < 50; call++) {
                      rankings.add(scorer.score(requests, ALL));
                    }
                  }
                  return rankings;
                }));
      }
      for (Future<List<List<Ranking>>> ofThread : all) {
        for (List<Ranking> rankings : ofThread.get()) {
          for (int i = 0; i < requests.size(); i++) {
            assertSame(rankings.get(i), expected.get(i));
          }
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void gradientsAreLeftAsTheCallerHadThem() {
    boolean before = JniUtils.isGradMode();
    try (NetworkScorer scorer = scorer(TinyBst.CONFIG)) {
      for (boolean mode : new boolean[] {true, false}) {
        JniUtils.setGradMode(mode);
        scorer.score(requests(1));
        assertThat(JniUtils.isGradMode()).isEqualTo(mode);
      }
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  private static ScoringRequest with(List<Target> candidates, ScoringRequest request) {
    return new ScoringRequest(
        request.sequence(),
        request.nowMillis(),
        candidates,
        request.context(),
        request.userVector());
  }

  private NetworkScorer scorer(BstConfig config) {
    return new NetworkScorer(
        TinyBst.VOCABULARIES,
        config,
        TinyBst.weights(config, manager, 1),
        NDManager.newBaseManager());
  }

  private NetworkScorer scorer(Engine engine) {
    return scorer(network(engine));
  }

  private static NetworkScorer scorer(Network network) {
    return new NetworkScorer(
        TinyBst.VOCABULARIES, TinyBst.CONFIG, network, NDManager.newBaseManager());
  }

  private Network network(Engine engine) {
    return TinyBst.CONFIG.toScore(TinyBst.weights(TinyBst.CONFIG, manager, 1), manager, engine);
  }

  private static List<ScoringRequest> requests(int count) {
    Random random = new Random(1);
    List<ScoringRequest> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      requests.add(TinyBst.request(random, random.nextInt(21), 1 + random.nextInt(30)));
    }
    return requests;
  }

  private static void assertSame(Ranking actual, Ranking expected) {
    assertThat(actual.scores()).containsExactly(expected.scores(), within(TOLERANCE));
    assertThat(actual.attention()).hasSameDimensionsAs(expected.attention());
    for (int c = 0; c < expected.attention().length; c++) {
      assertThat(actual.attention()[c]).containsExactly(expected.attention()[c], within(TOLERANCE));
    }
  }
}
