package io.freshet.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.freshet.model.ScoringRequest;
import io.freshet.model.Vocabulary;
import io.freshet.model.bst.BstConfig;
import io.freshet.model.bst.BstConfig.Readout;
import io.freshet.model.network.Vocabularies.Part;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class LearnerTest {
  private static final Cleaner CLEANER = Cleaner.create();

  private final NDManager manager = NDManager.newBaseManager();
  private final NoGradients noGradients = new NoGradients();
  private final Weights weights = TinyBst.weights(TinyBst.CONFIG, manager, 1);
  private final Optimizer optimizer = Optimizer.fresh(OptimizerRule.ADAM, .01f, weights, manager);

  @AfterEach
  void freeEverything() {
    noGradients.close();
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
    float[] before = items(weights);
    learner().step(TinyBst.firstClicked(batch));
    assertChanged(items(weights), before, used);
    for (Weights kept : optimizer.accumulators().values()) {
      assertChanged(items(kept), new float[before.length], used);
    }
  }

  private static float[] items(Weights weights) {
    return weights.get("item").toFloatArray();
  }

  private static void assertChanged(float[] now, float[] then, Set<Integer> rows) {
    int width = TinyBst.CONFIG.itemWidth();
    for (int row = 0; row < now.length / width; row++) {
      boolean isSame =
          Arrays.equals(now, row * width, (row + 1) * width, then, row * width, (row + 1) * width);
      assertThat(isSame).as("row %d is as it was", row).isEqualTo(!rows.contains(row));
    }
  }

  /**
   * The kernel tells how much memory a process had at most since it was last asked to forget it.
   */
  @Test
  @EnabledOnOs(OS.LINUX)
  void stepTakesNoMemoryOfTheSizeOfATable() throws IOException {
    Vocabularies large =
        new Vocabularies(
            new Vocabulary(TinyBst.ids("i", 400_000), 4),
            TinyBst.VOCABULARIES.categories(),
            TinyBst.VOCABULARIES.contexts());
    BstConfig wide =
        new BstConfig(20, Position.AGE, 64, 2, 2, 4, 2, 8, 1, Readout.TARGET, List.of(8), 0, 0);
    Weights many = wide.initial(large, manager, 1);
    Optimizer adam = Optimizer.fresh(OptimizerRule.ADAM, .01f, many, manager);
    Learner learner = new Learner(wide, many, adam, manager);
    Batch batch = large.encode(List.of(Part.all(TinyBst.request(new Random(1), 9, 5))), wide);
    learner.step(TinyBst.firstClicked(batch)); // loads what is loaded once

    Files.writeString(Path.of("/proc/self/clear_refs"), "5");
    long before = memory("VmRSS");
    learner.step(TinyBst.firstClicked(batch));
    assertThat(memory("VmHWM") - before).isLessThan(400_000L * 64 * Float.BYTES / 2);
  }

  private static long memory(String what) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith(what + ":"))
        .mapToLong(line -> 1_024 * Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void lossFallsOnWhatCanBeMemorized() {
    Batch batch = batch(16, 5);
    Learner learner = learner();
    float first = learner.step(TinyBst.firstClicked(batch));
    float last = first;
    for (int step = 0; step < 150; step++) {
      last = learner.step(TinyBst.firstClicked(batch));
    }
    assertThat(last).isLessThan(first / 10);
  }

  @Test
  void lossIsTheBinaryCrossEntropyOfAllItems() {
    float[] logits = {1.5f, -.5f, 0, -2, 3, .25f};
    float[] labels = {1, 0, 0, 1, 0, 1};
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      double score = 1 / (1 + Math.exp(-logits[i]));
      sum -= Math.log(labels[i] > 0 ? score : 1 - score);
    }
    assertThat(loss(logits, labels)).isCloseTo((float) (sum / 6), within(1e-6f));
  }

  @Test
  void lossOfCertaintyIsFinite() {
    assertThat(loss(new float[] {500, -500}, new float[] {1, 0})).isZero();
    assertThat(loss(new float[] {-500, 500}, new float[] {1, 0})).isEqualTo(500);
  }

  private float loss(float[] logits, float[] labels) {
    Shape shape = new Shape(1, logits.length);
    return Learner.loss(manager.create(logits, shape), manager.create(labels, shape)).getFloat();
  }

  @Test
  void stepLeavesNoArraysBehind() {
    for (int candidates : new int[] {1, 5}) { // few are attended for in a form of their own
      Batch batch = batch(4, candidates);
      Learner learner = learner();
      learner.step(TinyBst.firstClicked(batch));
      int arrays = manager.getManagedArrays().size();
      for (int step = 0; step < 5; step++) {
        learner.step(TinyBst.firstClicked(batch));
      }
      assertThat(manager.getManagedArrays().size())
          .as("%d candidates", candidates)
          .isEqualTo(arrays);
    }
  }

  @Test
  void gradientsDependOnNothingThatMayBeFreed() {
    for (NetworkForm form : TinyBst.forms()) {
      assertThat(learnt(new Forgetful(form))).as("%s", form).isDeepEqualTo(learnt(form));
    }
  }

  private float[][] learnt(NetworkForm form) {
    Weights learnt = TinyBst.weights(form, manager, 1);
    TinyBst.learn(form, learnt, batch(form, 4, 5), manager);
    List<float[]> values = new ArrayList<>();
    for (String name : learnt.names()) {
      values.add(learnt.get(name).toFloatArray());
    }
    return values.toArray(float[][]::new);
  }

  /** The same form, but what nothing holds on to when it has scored is gone at once. */
  private record Forgetful(NetworkForm form) implements NetworkForm {
    @Override
    public Network over(Weights weights, boolean learning) {
      Network network = form.over(weights, learning);
      return (batch, manager) -> {
        Network.Output output = network.forward(batch, manager);
        collectGarbage();
        collectGarbage(); // what the first has found is freed before the second's is
        return output;
      };
    }

    private static void collectGarbage() {
      CountDownLatch collected = new CountDownLatch(1);
      CLEANER.register(new Object(), collected::countDown);
      System.gc();
      try {
        collected.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public Weights initial(Vocabularies vocabularies, NDManager manager, long seed) {
      return form.initial(vocabularies, manager, seed);
    }

    @Override
    public int sequenceLength() {
      return form.sequenceLength();
    }

    @Override
    public Position position() {
      return form.position();
    }

    @Override
    public int vectorWidth() {
      return form.vectorWidth();
    }

    @Override
    public int candidatesInAPass() {
      return form.candidatesInAPass();
    }
  }

  private Learner learner() {
    return new Learner(TinyBst.CONFIG, weights, optimizer, manager);
  }

  private static Batch batch(int requests, int candidates) {
    return batch(TinyBst.CONFIG, requests, candidates);
  }

  private static Batch batch(NetworkForm form, int requests, int candidates) {
    Random random = new Random(1);
    return TinyBst.encode(
        form,
        IntStream.range(0, requests)
            .mapToObj(i -> TinyBst.request(random, 3 + random.nextInt(6), candidates))
            .toArray(ScoringRequest[]::new));
  }
}
