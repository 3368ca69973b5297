package io.freshet.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.freshet.model.Behavior;
import io.freshet.model.ScoringRequest;
import io.freshet.model.ScoringRequest.PastItem;
import io.freshet.model.ScoringRequest.Target;
import io.freshet.model.Vocabulary;
import io.freshet.model.bst.BstConfig;
import io.freshet.model.bst.BstConfig.Readout;
import io.freshet.model.network.Vocabularies.Part;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The smallest network that has everything, and random requests for it. */
public final class TinyBst {
  public static final long NOW = 1_600_000_000_000L;
  public static final BstConfig CONFIG =
      new BstConfig(20, Position.AGE, 4, 2, 2, 4, 2, 8, 1, Readout.TARGET, List.of(8, 4), 0, 0);
  private static final int VECTOR_WIDTH = 3;

  /** The same network, which is given vectors too. */
  public static final BstConfig WITH_VECTORS = CONFIG.withVectors(VECTOR_WIDTH);

  public static final Vocabularies VOCABULARIES =
      new Vocabularies(
          new Vocabulary(ids("i", 50), 4),
          new Vocabulary(ids("c", 5), 2),
          new Vocabulary(List.of("device=phone", "device=desk", "page=home"), 2));

  private TinyBst() {}

  /** Every form of the network: each read-out, one layer and two, without vectors and with. */
  public static List<BstConfig> forms() {
    List<BstConfig> forms = new ArrayList<>();
    for (Readout readout : Readout.values()) {
      forms.add(CONFIG.with(1, readout));
      forms.add(CONFIG.with(2, readout));
    }
    forms.add(WITH_VECTORS);
    forms.add(WITH_VECTORS.with(2, Readout.TARGET));
    return forms;
  }

  /** Random weights, none of them zero: not biases, and not the rows of padding either. */
  public static Weights weights(NetworkForm form, NDManager manager, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Weights weights = form.initial(VOCABULARIES, manager, seed);
    for (String name : weights.names()) {
      NDArray array = weights.get(name);
      float[] values = new float[(int) array.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble(-.6, .6);
      }
      array.set(values);
    }
    return weights;
  }

  /** A request of known and unknown items, with and without categories and times. */
  public static ScoringRequest request(Random random, int behaviors, int candidates) {
    List<PastItem> sequence = new ArrayList<>();
    for (int i = 0; i < behaviors; i++) {
      long time =
          random.nextInt(10) == 0 ? Behavior.UNKNOWN_TIME : NOW - random.nextInt(100_000_000);
      sequence.add(new PastItem(item(random), category(random), time, "click"));
    }
    sequence.sort(Comparator.comparingLong(PastItem::timeMillis));
    List<Target> targets = new ArrayList<>();
    for (int i = 0; i < candidates; i++) {
      targets.add(new Target(item(random), category(random), random.nextInt(100), vector(random)));
    }
    Map<String, String> context =
        switch (random.nextInt(4)) {
          case 0 -> Map.of();
          case 1 -> Map.of("device", "phone");
          case 2 -> Map.of("device", "desk", "page", "home");
          default -> Map.of("device", "unheard-of");
        };
    return new ScoringRequest(sequence, NOW, targets, context, vector(random));
  }

  /** A vector, or now and then none. */
  private static float[] vector(Random random) {
    if (random.nextInt(4) == 0) {
      return null;
    }
    float[] vector = new float[VECTOR_WIDTH];
    for (int d = 0; d < VECTOR_WIDTH; d++) {
      vector[d] = (float) random.nextGaussian();
    }
    return vector;
  }

  public static Batch encode(ScoringRequest... requests) {
    return encode(CONFIG, requests);
  }

  public static Batch encode(NetworkForm form, ScoringRequest... requests) {
    return VOCABULARIES.encode(List.of(requests).stream().map(Part::all).toList(), form);
  }

  /** Makes one step of learning that the first candidate of each request was clicked. */
  public static void learn(NetworkForm form, Weights weights, Batch batch, NDManager manager) {
    Optimizer optimizer = Optimizer.fresh(OptimizerRule.ADAM, .01f, weights, manager);
    new Learner(form, weights, optimizer, manager).step(firstClicked(batch));
  }

  /** Returns the loss before and after some steps of learning the same. */
  public static float[] memorize(
      NetworkForm form, Weights weights, Batch batch, NDManager manager) {
    Optimizer optimizer = Optimizer.fresh(OptimizerRule.ADAM, .01f, weights, manager);
    Learner learner = new Learner(form, weights, optimizer, manager);
    float before = learner.step(firstClicked(batch));
    for (int step = 0; step < 200; step++) {
      learner.step(firstClicked(batch));
    }
    return new float[] {before, learner.step(firstClicked(batch))};
  }

  static Lesson firstClicked(Batch batch) {
    float[] labels = new float[batch.requests() * batch.candidates()];
    for (int b = 0; b < batch.requests(); b++) {
      labels[b * batch.candidates()] = 1;
    }
    return Lesson.of(batch, labels);
  }

  public static List<String> ids(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }

  private static String item(Random random) {
    return "i" + random.nextInt(60);
  }

  private static String category(Random random) {
    return random.nextInt(5) == 0 ? null : "c" + random.nextInt(6);
  }
}
