package io.freshet.model.pcrec;

import static io.freshet.model.Check.check;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.freshet.model.network.NoGradients;
import io.freshet.model.network.Optimizer;
import io.freshet.model.network.OptimizerRule;
import io.freshet.model.network.TransformerLayer;
import io.freshet.model.network.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * An encoder of nodes by what is around them, pre-trained on one graph and of use on any (Wang et
 * al. 2021): it learns to tell that two views are of the same node.
 */
public final class GraphEncoder implements AutoCloseable {
  private static final int ENCODED_AT_ONCE = 256;
  private static final int STEPS_BETWEEN_REPORTS = 10;

  private final PcRecConfig config;
  private final Weights weights;
  private final NDManager manager;

  /** Hears how far a pre-training is. */
  public interface Listener {
    /**
     * Hears of some more steps.
     *
     * @param loss mean over the steps since it was heard last
     */
    void step(int done, int steps, double loss);
  }

  private GraphEncoder(PcRecConfig config, Weights weights, NDManager manager) {
    this.config = config;
    this.weights = weights;
    this.manager = manager;
  }

  /**
   * Pre-trains an encoder; the same seed gives the same one.
   *
   * @return to be closed by the caller
   */
  public static GraphEncoder pretrain(
      InteractionGraph source, PcRecConfig config, long seed, Listener listener) {
    NDManager manager = NDManager.newBaseManager();
    try (NoGradients unused = new NoGradients()) {
      Weights weights = GinEncoder.initial(config, manager, seed);
      GraphEncoder encoder = new GraphEncoder(config, weights, manager);
      encoder.learn(new Views(source, config, seed), new SplittableRandom(seed), listener);
      return encoder;
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @return to be closed by the caller
   * @throws IOException also when the file holds no encoder of that form
   */
  static GraphEncoder read(PcRecConfig config, Path file) throws IOException {
    NDManager manager = NDManager.newBaseManager();
    try {
      Weights weights = Weights.read(manager, file);
      checkForm(config, weights);
      return new GraphEncoder(config, weights, manager);
    } catch (IllegalArgumentException e) {
      manager.close();
      throw new IOException("Cannot read encoder " + file + ": " + e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private static void checkForm(PcRecConfig config, Weights weights) {
    try (NDManager other = NDManager.newBaseManager()) {
      Map<String, Shape> shapes = GinEncoder.initial(config, other, 0).shapes();
      check(weights.shapes().equals(shapes), "weights", shapes.toString(), weights.shapes());
    }
  }

  /** Writes the weights (safetensors). */
  void write(Path file) throws IOException {
    weights.write(file);
  }

  /** Returns its form, and how it was pre-trained. */
  public PcRecConfig config() {
    return config;
  }

  /** Two views of each ego of a step. */
  private record Pair(EgoBatch queries, EgoBatch keys) {}

  /** What is drawn for each step, by the step's own seed. */
  private record Views(InteractionGraph graph, PcRecConfig config, long seed) {
    Pair of(int step) {
      EgoNetworkSampler sampler = new EgoNetworkSampler(graph, config);
      SplittableRandom random = new SplittableRandom(seed * 1_000_003 + step);
      int[] egos = IntStream.range(0, config.batchSize()).map(i -> sampler.ego(random)).toArray();
      return new Pair(views(sampler, egos, random), views(sampler, egos, random));
    }

    private EgoBatch views(EgoNetworkSampler sampler, int[] egos, SplittableRandom random) {
      List<EgoNetwork> views =
          IntStream.of(egos).mapToObj(ego -> sampler.view(ego, random)).toList();
      return EgoBatch.of(graph, views, config.returns());
    }
  }

  private void learn(Views views, SplittableRandom random, Listener listener) {
    try (NDManager training = manager.newSubManager()) {
      MomentumEncoder keys = new MomentumEncoder(config, weights, training);
      NegativeQueue queue = new NegativeQueue(config.queue(), config.width(), training, random);
      Optimizer optimizer =
          Optimizer.fresh(OptimizerRule.ADAM, config.learningRate(), weights, training);
      weights.names().forEach(name -> weights.get(name).setRequiresGradient(true));
      CompletableFuture<Pair> next = CompletableFuture.supplyAsync(() -> views.of(0));
      double loss = 0;
      for (int step = 0; step < config.steps(); step++) {
        Pair pair = next.join();
        int after = step + 1;
        next = CompletableFuture.supplyAsync(() -> views.of(after));
        loss += step(pair, keys, queue, optimizer);
        if (after % STEPS_BETWEEN_REPORTS == 0 || after == config.steps()) {
          listener.step(after, config.steps(), loss / (step % STEPS_BETWEEN_REPORTS + 1));
          loss = 0;
        }
      }
      weights.names().forEach(name -> weights.get(name).setRequiresGradient(false));
    }
  }

  /** InfoNCE: which of all keys is the other view of the same ego? */
  private float step(Pair pair, MomentumEncoder keys, NegativeQueue queue, Optimizer optimizer) {
    try (NDManager step = manager.newSubManager()) {
      NDArray key = keys.encode(pair.keys(), step); // (B, D)
      NDArray negatives = queue.vectors().transpose(); // (D, Q)
      negatives.attach(step);
      NDArray loss;
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray query = new GinEncoder(config, weights).encode(pair.queries(), step); // (B, D)
        NDArray same = query.mul(key).sum(new int[] {1}, true); // (B, 1)
        NDArray logits = same.concat(query.matMul(negatives), 1); // (B, 1 + Q)
        loss =
            TransformerLayer.times(logits, 1 / config.temperature())
                .logSoftmax(1)
                .split(new long[] {1}, 1)
                .get(0)
                .mean()
                .neg();
        collector.backward(loss);
      }
      optimizer.step();
      keys.follow(weights);
      queue.push(key);
      return loss.getFloat();
    }
  }

  /** Returns a vector for each node of a graph, from its ego network there; the same each time. */
  public NodeEmbeddings embed(InteractionGraph graph) {
    EgoNetworkSampler sampler = new EgoNetworkSampler(graph, config);
    float[] values = new float[Math.multiplyExact(graph.nodes(), config.width())];
    try (NoGradients unused = new NoGradients()) {
      for (int from = 0; from < graph.nodes(); from += ENCODED_AT_ONCE) {
        int end = Math.min(graph.nodes(), from + ENCODED_AT_ONCE);
        List<EgoNetwork> networks =
            IntStream.range(from, end)
                .parallel()
                .mapToObj(node -> sampler.network(node, new SplittableRandom(node)))
                .toList();
        EgoBatch batch = EgoBatch.of(graph, networks, config.returns());
        try (NDManager some = manager.newSubManager()) {
          float[] rows = new GinEncoder(config, weights).encode(batch, some).toFloatArray();
          System.arraycopy(rows, 0, values, from * config.width(), rows.length);
        }
      }
    }
    return new NodeEmbeddings(config.width(), values);
  }

  @Override
  public void close() {
    manager.close();
  }
}
