package io.freshet.model.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.freshet.model.ScoringRequest;
import io.freshet.model.ScoringRequest.PastItem;
import io.freshet.model.ScoringRequest.Target;
import io.freshet.model.network.Batch;
import io.freshet.model.network.NetworkForm;
import io.freshet.model.network.NoGradients;
import io.freshet.model.network.Position;
import io.freshet.model.network.TinyBst;
import io.freshet.model.network.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RivalNetworksTest {
  private static final float TOLERANCE = 1e-5f;
  private static final int LENGTH = 12;
  private static final Widths WIDTHS = new Widths(4, 2, 2, 4, List.of(8, 4));
  private static final NetworkForm WDL = new WideAndDeep(LENGTH, false, WIDTHS, 0);
  private static final NetworkForm WDL_SEQ = new WideAndDeep(LENGTH, true, WIDTHS, 0);
  private static final NetworkForm DIN =
      new DeepInterestNetwork(LENGTH, Position.NONE, 6, WIDTHS, 0);
  private static final NetworkForm DIN_AGE =
      new DeepInterestNetwork(LENGTH, Position.AGE, 6, WIDTHS, 0);
  private static final NetworkForm SASREC = new SelfAttentiveSequence(LENGTH, 8, 2, 2, 0);

  private final NDManager manager = NDManager.newBaseManager();
  private final NoGradients noGradients = new NoGradients();

  static List<NetworkForm> all() {
    return List.of(WDL, WDL_SEQ, DIN, DIN_AGE, SASREC);
  }

  static List<NetworkForm> thatReadTheSequence() {
    return List.of(WDL_SEQ, DIN, DIN_AGE, SASREC);
  }

  @AfterEach
  void freeEverything() {
    noGradients.close();
    manager.close();
  }

  @Test
  void lengthsThatNoNetworkCanLookAtAreRefused() {
    List<IntFunction<NetworkForm>> forms =
        List.of(
            length -> new WideAndDeep(length, true, WIDTHS, 0),
            length -> new DeepInterestNetwork(length, Position.NONE, 6, WIDTHS, 0),
            length -> new SelfAttentiveSequence(length, 8, 2, 2, 0));
    for (IntFunction<NetworkForm> form : forms) {
      assertThat(form.apply(512).sequenceLength()).isEqualTo(512);
      assertThatThrownBy(() -> form.apply(513))
          .hasMessage("sequenceLength must be in [1, 512], was 513");
      assertThatThrownBy(() -> form.apply(0))
          .hasMessage("sequenceLength must be in [1, 512], was 0");
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void requestScoresTheSameAloneAndAmongLongerOnes(NetworkForm form) {
    for (int behaviors : new int[] {0, 1, 4}) {
      Random random = new Random(behaviors);
      ScoringRequest small = TinyBst.request(random, behaviors, 3);
      ScoringRequest large = TinyBst.request(random, LENGTH, 7);
      float[] alone = logits(form, small);
      float[] among = Arrays.copyOfRange(logits(form, large, small), 7, 10);
      assertThat(among).as("%d behaviors", behaviors).containsExactly(alone, within(TOLERANCE));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void learnsWhatCanBeMemorized(NetworkForm form) {
    Random random = new Random(1);
    ScoringRequest[] requests =
        IntStream.range(0, 12)
            .mapToObj(i -> TinyBst.request(random, 3 + random.nextInt(6), 4))
            .toArray(ScoringRequest[]::new);
    Batch batch = TinyBst.encode(form, requests);
    Weights weights = form.initial(TinyBst.VOCABULARIES, manager, 1);

    float[] losses = TinyBst.memorize(form, weights, batch, manager);

    assertThat(losses[1]).isLessThan(losses[0] / 2);
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyWeightHasAShareInLearning(NetworkForm form) {
    Random random = new Random(1);
    Weights weights = TinyBst.weights(form, manager, 1);
    Map<String, float[]> before = new HashMap<>();
    weights.names().forEach(name -> before.put(name, weights.get(name).toFloatArray()));

    TinyBst.learn(
        form,
        weights,
        TinyBst.encode(form, TinyBst.request(random, LENGTH, 5), TinyBst.request(random, 3, 5)),
        manager);

    for (String name : weights.names()) {
      assertThat(weights.get(name).toFloatArray()).as(name).isNotEqualTo(before.get(name));
    }
  }

  @ParameterizedTest
  @MethodSource("thatReadTheSequence")
  void everyBehaviorHasASayInTheScore(NetworkForm form) {
    ScoringRequest request = TinyBst.request(new Random(1), LENGTH, 5);
    float[] before = logits(form, request);
    for (int i = 0; i < LENGTH; i++) {
      List<PastItem> changed = new ArrayList<>(request.sequence());
      PastItem past = changed.get(i);
      String other = past.itemId().equals("i7") ? "i8" : "i7";
      changed.set(i, new PastItem(other, past.categoryId(), past.timeMillis(), "click"));
      assertThat(difference(logits(form, with(changed, request)), before))
          .as("what behavior %d changes", i)
          .isGreaterThan(TOLERANCE);
    }
  }

  @Test
  void wideAndDeepWithoutSequenceKnowsOnlyItsLength() {
    ScoringRequest request = TinyBst.request(new Random(1), LENGTH, 5);
    List<PastItem> others = TinyBst.request(new Random(2), LENGTH, 1).sequence();
    assertThat(logits(WDL, with(others, request))).isEqualTo(logits(WDL, request));
  }

  @Test
  void orderMattersToSelfAttentionAloneOfThoseWithoutAges() {
    ScoringRequest request = TinyBst.request(new Random(1), LENGTH, 5);
    List<PastItem> reversed = new ArrayList<>(request.sequence());
    Collections.reverse(reversed);
    ScoringRequest backwards = with(reversed, request);
    assertThat(difference(logits(WDL_SEQ, backwards), logits(WDL_SEQ, request)))
        .isLessThan(TOLERANCE);
    assertThat(difference(logits(DIN, backwards), logits(DIN, request))).isLessThan(TOLERANCE);
    assertThat(difference(logits(SASREC, backwards), logits(SASREC, request)))
        .isGreaterThan(TOLERANCE);
  }

  @Test
  void selfAttentionReadsNothingButItems() {
    ScoringRequest request = TinyBst.request(new Random(1), LENGTH, 5);
    List<PastItem> bare =
        request.sequence().stream().map(p -> new PastItem(p.itemId(), null, 0, "buy")).toList();
    List<Target> targets =
        request.candidates().stream().map(t -> new Target(t.itemId(), null)).toList();
    ScoringRequest other = new ScoringRequest(bare, 77, targets, Map.of("device", "desk"));
    assertThat(logits(SASREC, other)).isEqualTo(logits(SASREC, request));
  }

  @Test
  void interestIsTheSumOfBehaviorsWeighedByTheCandidate() {
    ScoringRequest request = TinyBst.request(new Random(3), 4, 1);
    ScoringRequest twice = with(doubled(request.sequence()), request);
    Weights weights = TinyBst.weights(DIN, manager, 1);
    NDArray length = weights.get("length");
    length.set(new float[(int) length.size()]); // so that only the interest differs
    weights.get("mlp0.interest").muli(1e-3f); // where the network is nearly linear in it
    weights.get("mlp0.bias").addi(50);
    float none = logits(DIN, weights, with(List.of(), request))[0];
    float once = logits(DIN, weights, request)[0];
    float doubled = logits(DIN, weights, twice)[0];
    assertThat(doubled - none).isCloseTo(2 * (once - none), within(2e-4f));
  }

  private static List<PastItem> doubled(List<PastItem> sequence) {
    List<PastItem> doubled = new ArrayList<>(sequence);
    doubled.addAll(sequence);
    return doubled;
  }

  private static ScoringRequest with(List<PastItem> sequence, ScoringRequest request) {
    return new ScoringRequest(
        sequence, request.nowMillis(), request.candidates(), request.context());
  }

  private static float difference(float[] left, float[] right) {
    float largest = 0;
    for (int i = 0; i < left.length; i++) {
      largest = Math.max(largest, Math.abs(left[i] - right[i]));
    }
    return largest;
  }

  private float[] logits(NetworkForm form, ScoringRequest... requests) {
    return logits(form, TinyBst.weights(form, manager, 1), requests);
  }

  private float[] logits(NetworkForm form, Weights weights, ScoringRequest... requests) {
    Batch batch = TinyBst.encode(form, requests);
    return form.over(weights, false).forward(batch, manager).logits().toFloatArray();
  }
}
