package io.freshet.model.bst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.freshet.model.ScoringRequest;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LearnerTest {
  private final NDManager manager = NDManager.newBaseManager();
  private final boolean gradMode = JniUtils.isGradMode();
  private final Weights weights = TinyBst.weights(TinyBst.CONFIG, manager, 1);
  private final Weights means = weights.zeros(manager);
  private final Weights variances = weights.zeros(manager);

  @BeforeEach
  void collectNoGradients() {
    JniUtils.setGradMode(false);
  }

  @AfterEach
  void freeEverything() {
    JniUtils.setGradMode(gradMode);
    manager.close();
  }

  @Test
  void onlyItemsOfTheBatchAreTouched() {
    Batch batch = batch(1, 2);
    Set<Integer> used =
        IntStream.concat(Arrays.stream(batch.pastItems()), Arrays.stream(batch.items()))
            .filter(row -> row != 0)
            .boxed()
            .collect(Collectors.toSet());
    Weights before = weights.copy(manager);
    learner().step(batch);
    assertChanged(weights, before, used);
    assertChanged(means, before.zeros(manager), used);
    assertChanged(variances, before.zeros(manager), used);
  }

  private static void assertChanged(Weights after, Weights before, Set<Integer> rows) {
    NDArray items = after.get(BehaviorSequenceTransformer.ITEMS);
    int width = TinyBst.CONFIG.itemWidth();
    float[] now = items.toFloatArray();
    float[] then = before.get(BehaviorSequenceTransformer.ITEMS).toFloatArray();
    for (int row = 0; row < items.getShape().get(0); row++) {
      boolean isSame =
          Arrays.equals(now, row * width, (row + 1) * width, then, row * width, (row + 1) * width);
      assertThat(isSame).as("row %d is as it was", row).isEqualTo(!rows.contains(row));
    }
  }

  @Test
  void lossFallsOnWhatCanBeMemorized() {
    Batch batch = batch(16, 5);
    Learner learner = learner();
    float first = learner.step(batch);
    float last = first;
    for (int step = 0; step < 150; step++) {
      last = learner.step(batch);
    }
    assertThat(last).isLessThan(first / 10);
  }

  @Test
  void lossIsTheBinaryCrossEntropyOfAllItems() {
    float[] logits = {1.5f, -.5f, 0, -2, 3, .25f};
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      double score = 1 / (1 + Math.exp(-logits[i]));
      boolean isClicked = i % 3 == 0;
      sum -= Math.log(isClicked ? score : 1 - score);
    }
    assertThat(loss(logits, 2, 3)).isCloseTo((float) (sum / 6), within(1e-6f));
  }

  @Test
  void lossOfCertaintyIsFinite() {
    assertThat(loss(new float[] {500, -500}, 1, 2)).isZero();
    assertThat(loss(new float[] {-500, 500}, 1, 2)).isEqualTo(500);
  }

  private float loss(float[] logits, int requests, int candidates) {
    return Learner.loss(manager.create(logits, new Shape(requests, candidates))).getFloat();
  }

  @Test
  void stepLeavesNoArraysBehind() {
    Batch batch = batch(4, 5);
    Learner learner = learner();
    learner.step(batch);
    int arrays = manager.getManagedArrays().size();
    for (int step = 0; step < 5; step++) {
      learner.step(batch);
    }
    assertThat(manager.getManagedArrays()).hasSize(arrays);
  }

  private Learner learner() {
    return new Learner(
        TinyBst.CONFIG, weights, new Adam(weights, means, variances, .01f, 0), manager);
  }

  private static Batch batch(int requests, int candidates) {
    Random random = new Random(1);
    return TinyBst.encode(
        IntStream.range(0, requests)
            .mapToObj(i -> TinyBst.request(random, 3 + random.nextInt(6), candidates))
            .toArray(ScoringRequest[]::new));
  }
}
