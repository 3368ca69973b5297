package io.freshet.model.network;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import io.freshet.model.ComputeDevice;
import io.freshet.model.network.TrainingState.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Trains a network on labelled requests with the cross entropy of the labels. Measured after each
 * epoch; the weights that did best are kept.
 *
 * <p>While one step is learnt, a thread of its own prepares the next. PyTorch collects gradients
 * for one caller in a process at a time, so a training waits until the one before it is over.
 */
public final class NetworkTrainer {
  private static final int STEPS_BETWEEN_REPORTS = 10;

  /**
   * What trainings hold to take turns: something of DJL's, which a process loads once; this class,
   * once for each Flink job.
   */
  public static final Object ONE_AT_A_TIME = GradientCollector.class;

  private final NetworkForm form;
  private final Material material;
  private final TrainingConfig config;
  private final Consumer<TrainingProgress> listener;
  private final Path directory;
  private final NDManager manager;
  private final long startNanos = System.nanoTime();

  /**
   * What there is to learn.
   *
   * @param name tells this material from any other
   * @param learnt what is learnt from
   * @param measured what the result of an epoch is measured with
   * @param measure by which the best epoch is chosen
   * @param start what to go on from; null to start from nothing
   */
  public record Material(
      String name,
      Vocabularies vocabularies,
      Examples learnt,
      List<LabelledRequest> measured,
      Measure measure,
      TrainedNetwork start) {}

  private NetworkTrainer(
      NetworkForm form,
      Material material,
      TrainingConfig config,
      Consumer<TrainingProgress> listener,
      Path directory,
      NDManager manager) {
    this.form = form;
    this.material = material;
    this.config = config;
    this.listener = listener;
    this.directory = directory;
    this.manager = manager;
  }

  /**
   * Trains until all epochs are done, none has been better for a while, or the time is over.
   *
   * @param directory where the training is kept after each epoch: the same training, started again
   *     there, goes on from it to the same result
   * @return to be closed by the caller
   * @throws IllegalArgumentException when it is to go on from a network of another form
   */
  public static TrainedNetwork train(
      NetworkForm form,
      Material material,
      TrainingConfig config,
      Consumer<TrainingProgress> listener,
      Path directory)
      throws IOException {
    if (material.start() != null && !form.canGoOnFrom(material.start().form())) {
      throw new IllegalArgumentException(
          "start must be of a form that %s can go on from, was %s"
              .formatted(form, material.start().form()));
    }
    synchronized (ONE_AT_A_TIME) {
      NDManager manager = Devices.newManager(config.device());
      try (NoGradients unused = new NoGradients()) {
        return new NetworkTrainer(form, material, config, listener, directory, manager).train();
      } catch (Throwable e) { // be it want of memory
        manager.close();
        throw e;
      }
    }
  }

  private TrainedNetwork train() throws IOException {
    // All that makes a training the same one: not how long it may take, nor where.
    TrainingConfig same = config.withTimeLimit(Duration.ofDays(1)).on(ComputeDevice.CPU);
    String name = "%s, %s, %s".formatted(material.name(), form, same);
    Optional<Progress> kept = TrainingState.kept(directory, name);
    NDManager states = manager.newSubManager();
    TrainingState state =
        kept.isPresent()
            ? TrainingState.read(directory, kept.get(), config, states)
            : untrained(name, states);
    while (!isDone(state.progress())) {
      state = epoch(state);
      if (!isTimeOver()) {
        state.write(directory);
      }
    }
    return trained(state, states);
  }

  private TrainedNetwork trained(TrainingState end, NDManager states) throws IOException {
    Weights best = end.weights();
    if (end.progress().isAtBest()) {
      best.attach(manager);
      states.close();
    } else {
      states.close();
      best = TrainingState.best(directory, end.progress(), manager);
    }
    return new TrainedNetwork(
        form,
        material.vocabularies(),
        best,
        Map.of(
            "validation_" + material.measure().name().toLowerCase(Locale.ROOT),
            end.progress().best(),
            "examples",
            (double) end.progress().examples(),
            "epochs",
            (double) end.progress().epochs()),
        manager);
  }

  private TrainingState untrained(String name, NDManager states) {
    Weights weights = form.initial(material.vocabularies(), states, config.seed());
    if (material.start() != null) {
      material.start().teach(weights, material.vocabularies());
    }
    return new TrainingState(
        weights,
        Optimizer.fresh(config.rule(), config.learningRate(), weights, states),
        new Progress(name, 0, 0, 0, 0, Double.NaN));
  }

  private boolean isDone(Progress progress) {
    return progress.epochs() >= config.epochs()
        || progress.epochs() - progress.bestEpoch() >= config.patience()
        || (progress.epochs() > 0 && isTimeOver());
  }

  /** Draws by the epoch's own seed, so that an epoch is the same whatever ran before it. */
  private TrainingState epoch(TrainingState state) throws IOException {
    Progress before = state.progress();
    SplittableRandom random = new SplittableRandom(config.seed() * 1_000_003 + before.epochs());
    Engine.getInstance().setRandomSeed(random.nextInt()); // for dropout
    int[] drawn = drawn(random);
    Learner learner = new Learner(form, state.weights(), state.optimizer(), manager);
    double loss = 0;
    int done = 0;
    try (Lessons lessons = new Lessons(form, material, config.batchSize(), drawn, random)) {
      for (int step = 1; done < drawn.length && (done == 0 || !isTimeOver()); step++) {
        Lesson lesson = lessons.next();
        int examples = lesson.batch().requests();
        loss += learner.step(lesson) * examples;
        done += examples;
        if (step % STEPS_BETWEEN_REPORTS == 0) {
          report(before, loss / done, before.best(), false);
        }
      }
    }
    double validation = validation(state.weights());
    boolean isBest = !(validation <= before.best());
    report(before, loss / done, validation, true);
    return new TrainingState(
        state.weights(),
        state.optimizer(),
        new Progress(
            before.training(),
            before.epochs() + 1,
            state.optimizer().steps(),
            before.examples() + done,
            isBest ? before.epochs() + 1 : before.bestEpoch(),
            isBest ? validation : before.best()));
  }

  /** Returns the examples of an epoch, all or some of them, in random order. */
  private int[] drawn(SplittableRandom random) {
    int[] order = new int[material.learnt().size()];
    Arrays.setAll(order, i -> i);
    int count = Math.min(order.length, config.examplesPerEpoch());
    for (int i = 0; i < count; i++) {
      int other = i + random.nextInt(order.length - i);
      int swapped = order[i];
      order[i] = order[other];
      order[other] = swapped;
    }
    return Arrays.copyOf(order, count);
  }

  private double validation(Weights weights) {
    try (NetworkScorer scorer =
        new NetworkScorer(material.vocabularies(), form, weights, manager.newSubManager())) {
      return material.measure().of(scorer, material.measured());
    }
  }

  private void report(Progress before, double loss, double validation, boolean isEndOfEpoch) {
    listener.accept(
        new TrainingProgress(before.epochs() + 1, loss, validation, isEndOfEpoch, elapsed()));
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  private boolean isTimeOver() {
    return elapsed().compareTo(config.timeLimit()) >= 0;
  }
}
