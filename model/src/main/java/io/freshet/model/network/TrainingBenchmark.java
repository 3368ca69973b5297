package io.freshet.model.network;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.PairList;
import io.freshet.model.ComputeDevice;
import io.freshet.model.Vocabulary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * How fast a network learns, beside the same network in DJL's own trainer with its Adam, which
 * touches every row of every table at every step: as its paper writes it, and in the cheaper form
 * that Freshet gives it. Rounds of the three alternate.
 */
public final class TrainingBenchmark {
  private static final float LEARNING_RATE = .001f;

  private final NetworkForm form;
  private final NetworkForm plain;
  private final int batchSize;
  private final ComputeDevice device;
  private final List<Sample> samples = new ArrayList<>();
  private final Vocabularies vocabularies;
  private CompletableFuture<Lesson> ahead;

  /**
   * What one round gave.
   *
   * @param samplesPerSecond learnt by Freshet's trainer
   * @param plainSamplesPerSecond learnt by DJL's, of the network as its paper writes it
   * @param denseSamplesPerSecond learnt by DJL's, of the network in Freshet's form
   */
  public record Round(
      double samplesPerSecond, double plainSamplesPerSecond, double denseSamplesPerSecond) {
    public double plainRatio() {
      return samplesPerSecond / plainSamplesPerSecond;
    }

    public double denseRatio() {
      return samplesPerSecond / denseSamplesPerSecond;
    }
  }

  /**
   * @param plain the same network as its paper writes it, with weights of the same names
   * @param items how many the vocabulary has
   * @param batchSize samples of a step: a user's sequence of full length, one item and its label
   * @param device where all learn
   */
  public TrainingBenchmark(
      NetworkForm form, NetworkForm plain, int items, int batchSize, ComputeDevice device) {
    this.form = form;
    this.plain = plain;
    this.batchSize = batchSize;
    this.device = device;
    this.vocabularies =
        new Vocabularies(
            new Vocabulary(IntStream.range(0, items).mapToObj(i -> "i" + i).toList(), 1),
            new Vocabulary(List.of("c1", "c2", "c3"), 1),
            new Vocabulary(List.of("m1", "m2"), 1));
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 8; i++) {
      samples.add(sample(random));
    }
  }

  /** A batch, and what the trainer's other thread makes of it while a step is learnt. */
  private record Sample(Batch batch, float[] labels) {
    Lesson lesson() {
      return Lesson.of(batch, labels);
    }
  }

  private Sample sample(SplittableRandom random) {
    Batch batch = Batch.padding(batchSize, form.sequenceLength(), 1, 1, form.vectorWidth());
    fill(batch.pastItems(), vocabularies.items().size(), random);
    fill(batch.pastCategories(), vocabularies.categories().size(), random);
    fill(batch.pastPositions(), form.position().rows(), random);
    fill(batch.items(), vocabularies.items().size(), random);
    fill(batch.categories(), vocabularies.categories().size(), random);
    fill(batch.context(), vocabularies.contexts().size(), random);
    float[] labels = new float[batchSize];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = random.nextInt(2);
    }
    return new Sample(batch, labels);
  }

  private static void fill(int[] rows, int bound, SplittableRandom random) {
    for (int i = 0; i < rows.length; i++) {
      rows[i] = random.nextInt(1, bound);
    }
  }

  /**
   * Returns what each round gave, the first, which warms up, left out.
   *
   * @param steps of Freshet's trainer in a round
   * @param denseSteps of DJL's, in either form
   */
  public List<Round> run(int rounds, int steps, int denseSteps) {
    try (NDManager manager = Devices.newManager(device);
        NoGradients unused = new NoGradients()) {
      return run(rounds, steps, denseSteps, manager);
    }
  }

  private List<Round> run(int rounds, int steps, int denseSteps, NDManager manager) {
    Weights weights = form.initial(vocabularies, manager, 1);
    Optimizer adam = Optimizer.fresh(OptimizerRule.ADAM, LEARNING_RATE, weights, manager);
    Learner learner = new Learner(form, weights, adam, manager);
    DenseBlock block = new DenseBlock(form.initial(vocabularies, manager, 1));
    try (Model model = Model.newInstance("dense", manager.getDevice())) {
      model.setBlock(block);
      try (Trainer trainer = denseTrainer(model, manager.getDevice())) {
        List<Round> results = new ArrayList<>();
        for (int round = 0; round <= rounds; round++) {
          double ours = samplesPerSecond(steps, number -> learner.step(next(number)));
          block.form = plain;
          double asWritten =
              samplesPerSecond(denseSteps, n -> denseStep(trainer, block, sample(n)));
          block.form = form;
          double dense = samplesPerSecond(denseSteps, n -> denseStep(trainer, block, sample(n)));
          results.add(new Round(ours, asWritten, dense));
        }
        return results.subList(1, results.size());
      }
    }
  }

  /** Returns a lesson, and lets the trainer's other thread prepare the one after it. */
  private Lesson next(int number) {
    Lesson lesson = ahead == null ? sample(number).lesson() : ahead.join();
    ahead = CompletableFuture.supplyAsync(sample(number + 1)::lesson);
    return lesson;
  }

  private Sample sample(int number) {
    return samples.get(number % samples.size());
  }

  private interface Step {
    float learn(int number);
  }

  private double samplesPerSecond(int steps, Step step) {
    long start = System.nanoTime();
    for (int i = 0; i < steps; i++) {
      float loss = step.learn(i);
      if (!Float.isFinite(loss)) {
        throw new IllegalStateException("loss must be finite, was " + loss);
      }
    }
    return 1e9 * steps * batchSize / (System.nanoTime() - start);
  }

  private static Trainer denseTrainer(Model model, Device where) {
    Trainer trainer =
        model.newTrainer(
            new DefaultTrainingConfig(Loss.sigmoidBinaryCrossEntropyLoss())
                .optDevices(new Device[] {where})
                .optOptimizer(
                    ai.djl.training.optimizer.Optimizer.adam()
                        .optLearningRateTracker(Tracker.fixed(LEARNING_RATE))
                        .build()));
    trainer.initialize(new Shape(1));
    return trainer;
  }

  private float denseStep(Trainer trainer, DenseBlock block, Sample sample) {
    try (NDManager step = trainer.getManager().newSubManager();
        GradientCollector collector = trainer.newGradientCollector()) {
      block.batch = sample.batch();
      NDArray logits = trainer.forward(new NDList(step.zeros(new Shape(1)))).singletonOrThrow();
      NDArray labels = step.create(sample.labels(), logits.getShape());
      NDArray loss = Learner.loss(logits, labels);
      collector.backward(loss);
      trainer.step();
      return loss.getFloat();
    }
  }

  /** The network as DJL's trainer wants it, in one form at a time. */
  private final class DenseBlock extends AbstractBlock {
    private final Map<String, Parameter> byName = new LinkedHashMap<>();
    private NetworkForm form;
    private Batch batch;

    DenseBlock(Weights weights) {
      for (String name : weights.names()) {
        Parameter parameter =
            Parameter.builder().setName(name).setType(Parameter.Type.OTHER).build();
        parameter.setArray(weights.get(name));
        byName.put(name, addParameter(parameter));
      }
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore store, NDList inputs, boolean training, PairList<String, Object> options) {
      NDArray input = inputs.head();
      Map<String, NDArray> arrays = new LinkedHashMap<>();
      byName.forEach(
          (name, parameter) ->
              arrays.put(name, store.getValue(parameter, input.getDevice(), training)));
      return new NDList(
          form.over(new Weights(arrays), training).forward(batch, input.getManager()).logits());
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
      return new Shape[] {new Shape(batchSize, 1)};
    }
  }
}
