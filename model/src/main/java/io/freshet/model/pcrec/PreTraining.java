package io.freshet.model.pcrec;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import io.freshet.model.network.Optimizer;
import io.freshet.model.network.OptimizerRule;
import io.freshet.model.network.TransformerLayer;
import io.freshet.model.network.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinTask;
import java.util.stream.IntStream;

/**
 * An encoder while it is pre-trained: what it has learnt, the encoder of the keys, their queue and
 * what the optimizer keeps.
 *
 * <p>All of it is kept in a file now and then, so that the same pre-training goes on from there as
 * if it had never stopped. Lives as long as its manager.
 */
final class PreTraining {
  private static final OptimizerRule RULE = OptimizerRule.ADAM;
  private static final int STEPS_BETWEEN_REPORTS = 10;
  private static final int STEPS_BETWEEN_KEPT = 100; // a multiple of those between reports
  private static final String FILE = "pre-training.safetensors";
  private static final String NAME = "name";
  private static final String STEPS = "steps";
  private static final String QUEUE = "queue";
  private static final String QUERY = "query/";
  private static final String KEY = "key/";

  private final String name;
  private final PcRecConfig config;
  private final Weights query;
  private final Weights key;
  private final NegativeQueue queue;
  private final Optimizer optimizer;
  private final NDManager manager;

  private PreTraining(
      String name,
      PcRecConfig config,
      Weights query,
      Weights key,
      NegativeQueue queue,
      Optimizer optimizer,
      NDManager manager) {
    this.name = name;
    this.config = config;
    this.query = query;
    this.key = key;
    this.queue = queue;
    this.optimizer = optimizer;
    this.manager = manager;
  }

  /**
   * Returns a pre-training that has made no step yet.
   *
   * @param name tells it from any other
   * @param start where it begins; learnt in place
   */
  static PreTraining fresh(
      String name, PcRecConfig config, Weights start, long seed, NDManager manager) {
    return new PreTraining(
        name,
        config,
        start,
        start.copy(manager),
        NegativeQueue.random(
            config.queue(), config.vectorWidth(), manager, new SplittableRandom(seed)),
        Optimizer.fresh(RULE, config.learningRate(), start, manager),
        manager);
  }

  /** Returns the pre-training of that name as it was kept in the directory; null for none. */
  static PreTraining kept(String name, PcRecConfig config, Path directory, NDManager manager)
      throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return null;
    }
    Weights all = Weights.read(manager, file);
    if (!name.equals(new String(all.get(NAME).toByteArray(), UTF_8))) {
      return null;
    }
    long steps = all.get(STEPS).getLong();
    Weights query = all.below(QUERY);
    Map<String, Weights> sums = new LinkedHashMap<>();
    RULE.accumulators().forEach(sum -> sums.put(sum, all.below(sum + "/")));
    return new PreTraining(
        name,
        config,
        query,
        all.below(KEY),
        new NegativeQueue(all.get(QUEUE), steps * config.batchSize()),
        Optimizer.of(RULE, config.learningRate(), query, sums, steps),
        manager);
  }

  private void keep(Path directory) throws IOException {
    try (NDManager some = manager.newSubManager()) {
      Map<String, NDArray> all = new LinkedHashMap<>();
      all.put(NAME, some.create(name.getBytes(UTF_8)));
      all.put(STEPS, some.create(optimizer.steps()));
      all.put(QUEUE, queue.vectors());
      query.putInto(all, QUERY);
      key.putInto(all, KEY);
      optimizer.accumulators().forEach((sum, values) -> values.putInto(all, sum + "/"));
      Path draft = Files.createDirectories(directory).resolve(FILE + ".draft");
      new Weights(all).write(draft);
      Files.move(draft, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Returns what has been learnt. */
  Weights query() {
    return query;
  }

  /**
   * Makes the steps that are left.
   *
   * @param directory where it is kept now and then; null for nowhere
   */
  void run(EgoNetworkSampler source, long seed, GraphEncoder.Listener listener, Path directory)
      throws IOException {
    Views views = new Views(source, config, seed);
    MomentumEncoder keys = new MomentumEncoder(config, key);
    query.names().forEach(weight -> query.get(weight).setRequiresGradient(true));
    int done = (int) optimizer.steps();
    ForkJoinTask<Pair> next = views.of(done);
    double loss = 0;
    while (done < config.steps()) {
      Pair pair = next.join();
      next = views.of(done + 1);
      loss += step(pair, keys);
      done++;
      if (done % STEPS_BETWEEN_REPORTS == 0 || done == config.steps()) {
        listener.step(done, config.steps(), loss / ((done - 1) % STEPS_BETWEEN_REPORTS + 1));
        loss = 0;
      }
      if (directory != null && done % STEPS_BETWEEN_KEPT == 0) {
        keep(directory);
      }
    }
    query.names().forEach(weight -> query.get(weight).setRequiresGradient(false));
  }

  /** Two views of each ego of a step. */
  private record Pair(EgoBatch queries, EgoBatch keys) {}

  /** What is drawn for each step, by the step's own seed, in the pool of who asks if it has one. */
  private record Views(EgoNetworkSampler sampler, PcRecConfig config, long seed) {
    ForkJoinTask<Pair> of(int step) {
      return ForkJoinTask.adapt(() -> pair(step)).fork();
    }

    private Pair pair(int step) {
      SplittableRandom random = new SplittableRandom(seed * 1_000_003 + step);
      int[] egos = IntStream.range(0, config.batchSize()).map(i -> sampler.ego(random)).toArray();
      return new Pair(views(egos, random), views(egos, random));
    }

    private EgoBatch views(int[] egos, SplittableRandom random) {
      List<EgoNetwork> views =
          IntStream.of(egos).mapToObj(ego -> sampler.view(ego, random)).toList();
      return EgoBatch.of(views, config);
    }
  }

  /** Learns from two views of some egos, of both parts of the vectors alike. */
  private float step(Pair pair, MomentumEncoder keys) {
    try (NDManager step = manager.newSubManager()) {
      NDArray newest = keys.encode(pair.keys(), step); // (B, D + K)
      NDList ofKeys = parts(newest);
      NDArray old = queue.vectors().duplicate(); // (Q, D + K)
      old.attach(step);
      NDList negatives = parts(old);
      NDArray loss;
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray views = new GinEncoder(config, query).encode(pair.queries(), step); // (B, D + K)
        NDList ofViews = parts(views);
        float temperature = config.temperature();
        loss = contrast(ofViews.get(0), ofKeys.get(0), negatives.get(0), temperature);
        if (ofViews.size() > 1) {
          loss = loss.add(contrast(ofViews.get(1), ofKeys.get(1), negatives.get(1), temperature));
        }
        collector.backward(loss);
      }
      optimizer.step();
      keys.follow(query);
      queue.push(newest);
      return loss.getFloat();
    }
  }

  /** Structure (B, D) and, where vectors have one, position (B, K). */
  private NDList parts(NDArray vectors) {
    return config.positionWidth() == 0
        ? new NDList(vectors)
        : vectors.split(new long[] {config.width()}, 1);
  }

  /**
   * InfoNCE: which of all keys is the other view of the same ego? The mean over the views.
   *
   * @param views (B, *)
   * @param keys of the same egos (B, *)
   * @param negatives (Q, *)
   */
  static NDArray contrast(NDArray views, NDArray keys, NDArray negatives, float temperature) {
    NDArray same = views.mul(keys).sum(new int[] {1}, true); // (B, 1)
    NDArray logits = same.concat(views.matMul(negatives.transpose()), 1); // (B, 1 + Q)
    return TransformerLayer.times(logits, 1 / temperature)
        .logSoftmax(1)
        .split(new long[] {1}, 1)
        .get(0)
        .mean()
        .neg();
  }
}
