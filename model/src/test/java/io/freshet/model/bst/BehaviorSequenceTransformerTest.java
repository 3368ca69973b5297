package io.freshet.model.bst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.freshet.model.Behavior;
import io.freshet.model.ComputeDevice.Engine;
import io.freshet.model.ScoringRequest;
import io.freshet.model.ScoringRequest.PastItem;
import io.freshet.model.ScoringRequest.Target;
import io.freshet.model.network.Batch;
import io.freshet.model.network.Network;
import io.freshet.model.network.Network.Output;
import io.freshet.model.network.NoGradients;
import io.freshet.model.network.Position;
import io.freshet.model.network.TinyBst;
import io.freshet.model.network.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BehaviorSequenceTransformerTest {
  private static final float TOLERANCE = 1e-5f;
  private static final int CANDIDATES = 10;

  private final NDManager manager = NDManager.newBaseManager();
  private final NoGradients noGradients = new NoGradients();

  @AfterEach
  void freeEverything() {
    noGradients.close();
    manager.close();
  }

  @ParameterizedTest
  @MethodSource("io.freshet.model.network.TinyBst#forms")
  void paddingChangesNothingForARequest(BstConfig config) {
    BehaviorSequenceTransformer network = network(config);
    for (int behaviors : new int[] {0, 1, 3}) {
      Random random = new Random(behaviors);
      ScoringRequest small = with(Map.of(), TinyBst.request(random, behaviors, 2));
      ScoringRequest large =
          with(Map.of("device", "desk", "page", "home"), TinyBst.request(random, 17, 9));
      float[] alone = logits(network.plain(TinyBst.encode(config, small), manager), 0, 2);
      float[] padded = logits(network.plain(TinyBst.encode(config, large, small), manager), 1, 2);
      assertThat(padded).as("%d behaviors", behaviors).containsExactly(alone, within(TOLERANCE));
      if (config.sharesHistory()) {
        alone = logits(network.sharingHistory(TinyBst.encode(config, small), manager), 0, 2);
        padded =
            logits(network.sharingHistory(TinyBst.encode(config, large, small), manager), 1, 2);
        assertThat(padded).as("%d behaviors", behaviors).containsExactly(alone, within(TOLERANCE));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.freshet.model.network.TinyBst#forms")
  void everyBehaviorHasASayInTheScore(BstConfig config) {
    assertEachMatters(config, past -> new PastItem("i7", "c1", past.timeMillis(), "click"));
  }

  @ParameterizedTest
  @MethodSource("io.freshet.model.network.TinyBst#forms")
  void ageOfEveryBehaviorHasASayInTheScore(BstConfig config) {
    assertEachMatters(config, past -> new PastItem("i1", "c1", Behavior.UNKNOWN_TIME, "click"));
  }

  private void assertEachMatters(BstConfig config, UnaryOperator<PastItem> change) {
    List<PastItem> sequence = new ArrayList<>();
    for (int i = 0; i < config.sequenceLength(); i++) {
      sequence.add(new PastItem("i1", "c1", TinyBst.NOW - 1_000_000 + i * 50_000L, "click"));
    }
    ScoringRequest request = TinyBst.request(new Random(1), 0, CANDIDATES);
    float[] before = logits(config, with(sequence, request));
    for (int i = 0; i < sequence.size(); i++) {
      List<PastItem> changed = new ArrayList<>(sequence);
      changed.set(i, change.apply(changed.get(i)));
      float[] after = logits(config, with(changed, request));
      float largest = 0;
      for (int c = 0; c < CANDIDATES; c++) {
        largest = Math.max(largest, Math.abs(after[c] - before[c]));
      }
      assertThat(largest).as("what behavior %d changes", i).isGreaterThan(TOLERANCE);
    }
  }

  @ParameterizedTest
  @MethodSource("sharingForms")
  void sharedFormGivesExactlyWhatThePlainOneGives(BstConfig config) {
    BehaviorSequenceTransformer network = network(config);
    assertSame(config, network::sharingHistory, network::plain);
  }

  @ParameterizedTest
  @MethodSource("sharingFormsOfEachEngine")
  void scorerGivesExactlyWhatThePlainFormGives(BstConfig config, Engine engine) {
    Weights weights = TinyBst.weights(config, manager, 1);
    assertSame(
        config, config.toScore(weights, manager, engine), config.unshared().over(weights, false));
  }

  @ParameterizedTest
  @MethodSource("io.freshet.model.network.TinyBst#forms")
  void onnxRuntimeScoresTheFormsThatShareTheirHistoryAndPyTorchTheOthers(BstConfig config) {
    Weights weights = TinyBst.weights(config, manager, 1);
    assertThat(config.toScore(weights, manager, Engine.ONNXRUNTIME))
        .isInstanceOf(config.sharesHistory() ? OnnxBst.class : BehaviorSequenceTransformer.class);
  }

  private void assertSame(BstConfig config, Network shared, Network plain) {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      ScoringRequest[] requests = new ScoringRequest[1 + random.nextInt(4)];
      for (int b = 0; b < requests.length; b++) {
        requests[b] = TinyBst.request(random, random.nextInt(21), 1 + random.nextInt(30));
      }
      Batch batch = TinyBst.encode(config, requests);
      Output given = shared.forward(batch, manager);
      Output expected = plain.forward(batch, manager);
      assertThat(given.attention().getShape()).isEqualTo(expected.attention().getShape());
      assertThat(given.logits().toFloatArray())
          .as("logits, seed %d", seed)
          .containsExactly(expected.logits().toFloatArray(), within(TOLERANCE));
      assertThat(given.attention().toFloatArray())
          .as("attention, seed %d", seed)
          .containsExactly(expected.attention().toFloatArray(), within(TOLERANCE));
    }
  }

  static List<BstConfig> sharingForms() {
    Stream<BstConfig> positions = Stream.of(Position.values()).map(TinyBst.WITH_VECTORS::with);
    return Stream.concat(TinyBst.forms().stream().filter(BstConfig::sharesHistory), positions)
        .distinct()
        .toList();
  }

  static Stream<Arguments> sharingFormsOfEachEngine() {
    return Stream.of(Engine.values())
        .flatMap(engine -> sharingForms().stream().map(form -> Arguments.of(form, engine)));
  }

  @Test
  void vectorsHaveASayInTheScoreOfTheirOwnCandidatesOnly() {
    ScoringRequest request = TinyBst.request(new Random(1), 5, CANDIDATES).withoutVectors();
    float[] none = withVectorsScore(null, null, request);
    float[] both = withVectorsScore(new float[] {1, 2, 3}, new float[] {1, 1, 1}, request);

    assertThat(both[0]).isNotEqualTo(none[0]);
    assertThat(Arrays.copyOfRange(both, 1, CANDIDATES))
        .containsExactly(Arrays.copyOfRange(none, 1, CANDIDATES), within(TOLERANCE));
  }

  @Test
  void vectorsCountByTheirProductInWhateverAxes() {
    ScoringRequest request = TinyBst.request(new Random(1), 5, CANDIDATES).withoutVectors();
    float[] scores = withVectorsScore(new float[] {1, 2, 3}, new float[] {4, 5, 6}, request);

    assertThat(withVectorsScore(new float[] {-2, 3, 1}, new float[] {-5, 6, 4}, request))
        .as("turned alike")
        .isEqualTo(scores);
    assertThat(withVectorsScore(new float[] {1, 2, 3}, new float[] {4, 5, 7}, request)[0])
        .as("suit each other better")
        .isNotEqualTo(scores[0]);
  }

  @Test
  void noVectorIsNotTheSameAsAZeroOne() {
    ScoringRequest request = TinyBst.request(new Random(1), 5, CANDIDATES).withoutVectors();
    float[] none = withVectorsScore(null, null, request);
    float[] some = new float[3];

    assertThat(withVectorsScore(some, some, request)[0]).isNotEqualTo(none[0]);
    assertThat(withVectorsScore(some, null, request)).as("of the item").isEqualTo(none);
    assertThat(withVectorsScore(null, some, request)).as("of the user").isEqualTo(none);
  }

  @Test
  void vectorsOfAnotherWidthAreAsGoodAsNone() {
    ScoringRequest request = TinyBst.request(new Random(1), 5, CANDIDATES).withoutVectors();

    assertThat(withVectorsScore(new float[] {1, 2}, new float[] {1, 2, 3, 4}, request))
        .isEqualTo(withVectorsScore(null, null, request));
  }

  /** Scores with a vector of the user, and one of the first candidate. */
  private float[] withVectorsScore(float[] user, float[] first, ScoringRequest request) {
    List<Target> targets = new ArrayList<>(request.candidates());
    Target target = targets.get(0);
    targets.set(0, new Target(target.itemId(), target.categoryId(), target.rank(), first));
    return logits(
        TinyBst.WITH_VECTORS,
        new ScoringRequest(
            request.sequence(), request.nowMillis(), targets, request.context(), user));
  }

  @ParameterizedTest
  @MethodSource("io.freshet.model.network.TinyBst#forms")
  void attentionIsAShareOfAWhole(BstConfig config) {
    int n = 12;
    ScoringRequest large = TinyBst.request(new Random(1), n, 5);
    ScoringRequest small = TinyBst.request(new Random(2), 3, 5);
    Batch batch = TinyBst.encode(config, large, small);
    float[] attention = network(config).forward(batch, manager).attention().toFloatArray();
    assertThat(attention).hasSize(2 * 5 * n);
    for (int row = 0; row < 10; row++) {
      float[] shares = Arrays.copyOfRange(attention, row * n, (row + 1) * n);
      float sum = 0;
      for (int i = 0; i < n; i++) {
        boolean isPadding = row >= 5 && i < n - 3;
        assertThat(shares[i]).isBetween(isPadding ? 0 : Float.MIN_VALUE, isPadding ? 0 : 1f);
        sum += shares[i];
      }
      assertThat(sum).isLessThan(1);
    }
  }

  @ParameterizedTest
  @MethodSource("io.freshet.model.network.TinyBst#forms")
  void everyWeightIsLearnt(BstConfig config) {
    Random random = new Random(1);
    Batch batch =
        TinyBst.encode(
            config,
            TinyBst.request(random, config.sequenceLength(), 6),
            TinyBst.request(random, 5, 6),
            TinyBst.request(random, 0, 6).withoutVectors());
    Weights weights = TinyBst.weights(config, manager, 1);
    Map<String, float[]> before = new LinkedHashMap<>();
    weights.names().forEach(name -> before.put(name, weights.get(name).toFloatArray()));
    TinyBst.learn(config, weights, batch, manager);

    Map<String, Set<Integer>> used = usedRows(batch);
    for (String name : weights.names()) {
      NDArray array = weights.get(name);
      int width = (int) array.getShape().get(array.getShape().dimension() - 1);
      float[] after = array.toFloatArray();
      for (int i = 0; i < after.length; i++) {
        boolean isUsed = !used.containsKey(name) || used.get(name).contains(i / width);
        assertThat(after[i] != before.get(name)[i])
            .as("%s, element %d, is learnt", name, i)
            .isEqualTo(isUsed);
      }
    }
  }

  private static Map<String, Set<Integer>> usedRows(Batch batch) {
    Map<String, Set<Integer>> used =
        Map.of(
            "item", rows(batch.pastItems(), batch.items()),
            "category", rows(batch.categories()),
            "position", rows(new int[] {0}),
            "context", rows(batch.context()),
            "length", rows(batch.lengths()),
            "rank", rows(batch.ranks()));
    for (int i = 0; i < batch.pastItems().length; i++) {
      if (batch.pastItems()[i] != 0) {
        used.get("category").add(batch.pastCategories()[i]);
        used.get("position").add(batch.pastPositions()[i]);
      }
    }
    used.get("item").remove(0);
    used.get("context").remove(0);
    return used;
  }

  private static Set<Integer> rows(int[]... arrays) {
    Set<Integer> rows = new HashSet<>();
    for (int[] array : arrays) {
      Arrays.stream(array).forEach(rows::add);
    }
    return rows;
  }

  private BehaviorSequenceTransformer network(BstConfig config) {
    return new BehaviorSequenceTransformer(config, TinyBst.weights(config, manager, 1), 0);
  }

  private static ScoringRequest with(List<PastItem> sequence, ScoringRequest request) {
    return new ScoringRequest(
        sequence,
        request.nowMillis(),
        request.candidates(),
        request.context(),
        request.userVector());
  }

  private static ScoringRequest with(Map<String, String> context, ScoringRequest request) {
    return new ScoringRequest(
        request.sequence(),
        request.nowMillis(),
        request.candidates(),
        context,
        request.userVector());
  }

  private float[] logits(BstConfig config, ScoringRequest request) {
    return logits(network(config).forward(TinyBst.encode(config, request), manager), 0, CANDIDATES);
  }

  private static float[] logits(Output output, int request, int candidates) {
    int c = (int) output.logits().getShape().get(1);
    float[] all = output.logits().toFloatArray();
    return Arrays.copyOfRange(all, request * c, request * c + candidates);
  }
}
