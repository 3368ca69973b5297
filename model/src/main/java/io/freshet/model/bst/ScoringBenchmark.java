package io.freshet.model.bst;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.freshet.model.CandidateScorer;
import io.freshet.model.ComputeDevice;
import io.freshet.model.ComputeDevice.Engine;
import io.freshet.model.Ranking;
import io.freshet.model.ScoringRequest;
import io.freshet.model.network.Devices;
import io.freshet.model.network.NetworkForm;
import io.freshet.model.network.NetworkScorer;
import io.freshet.model.network.NoGradients;
import io.freshet.model.network.Vocabularies;
import io.freshet.model.network.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How long scoring takes, from requests to rankings: the paper's own form and the form that shares
 * the history by PyTorch on a device, the latter by ONNX Runtime on the CPU, and the matrix
 * products of each engine alone. All alternate.
 */
public final class ScoringBenchmark implements AutoCloseable {
  private static final long SHORTEST_NANOS = 50_000_000;
  private static final int WARMING_UP = 3_000;
  private static final int LISTED = 10; // of which the job tells why they are there

  private final NDManager onCpu = Devices.newManager(ComputeDevice.CPU);
  private final NDManager onDevice;
  private final NoGradients noGradients = new NoGradients();
  private final BstConfig config;
  private final RandomRequests asked;
  private final Vocabularies vocabularies = RandomRequests.vocabularies();
  private final CandidateScorer plain;
  private final CandidateScorer shared;
  private final CandidateScorer onnx;
  private final DataType numbers;

  /**
   * How long one scoring took in one round, each the mean over at least 50 ms.
   *
   * @param plain the network as the paper writes it, a sequence of its own for each candidate
   * @param shared the history computed once for all candidates
   * @param onnx the same by ONNX Runtime
   * @param limit the matrix products that {@code shared} makes, on the same device and of the same
   *     numbers, and nothing else
   * @param onnxLimit the same products by ONNX Runtime
   */
  public record Millis(double plain, double shared, double onnx, double limit, double onnxLimit) {}

  /**
   * What some requests gave.
   *
   * @param largestDifference of a score, in [0, 1], between any two of the three; ONNX Runtime's
   *     numbers have 32 bits whatever the device's have
   */
  public record Result(List<Millis> rounds, double largestDifference) {}

  public ScoringBenchmark(BstConfig config, ComputeDevice device) {
    this.config = config;
    this.onDevice = Devices.newManager(device);
    this.asked = new RandomRequests(config.sequenceLength());
    Weights drawn = weights();
    Weights weights = drawn.copy(onDevice, device.precision());
    this.numbers = weights.get("item").getDataType();
    this.plain = scorer(config.unshared(), weights, onDevice, Engine.PYTORCH);
    this.shared = scorer(config, weights, onDevice, Engine.PYTORCH);
    this.onnx = scorer(config, drawn, onCpu, Engine.ONNXRUNTIME);
    warmUp();
  }

  /** Returns weights as wide apart as learnt ones. */
  private Weights weights() {
    Weights weights = config.initial(vocabularies, onCpu, 1);
    for (String table : List.of("item", "category", "position", "rank", "length", "context")) {
      weights.get(table).muli(10);
    }
    weights.get("score").muli(10);
    return weights;
  }

  private CandidateScorer scorer(
      NetworkForm form, Weights weights, NDManager manager, Engine engine) {
    NDManager buffers = manager.newSubManager();
    return new NetworkScorer(vocabularies, form, form.toScore(weights, buffers, engine), buffers);
  }

  /** Lets the JVM compile what a job that has run for a while has compiled. */
  private void warmUp() {
    List<ScoringRequest> one = asked.of(1, 1);
    for (int i = 0; i < WARMING_UP; i++) {
      shared.score(one, LISTED);
      onnx.score(one, LISTED);
    }
  }

  /** Returns what rounds gave, the first, which warms up, left out. */
  public Result run(int candidates, int requests, int rounds) {
    List<ScoringRequest> batch = asked.of(candidates, requests);
    List<Millis> results = new ArrayList<>();
    try (NDManager there = onDevice.newSubManager();
        NDManager here = onCpu.newSubManager()) {
      Runnable limit = new MatrixProducts(config, requests, candidates, there).byPyTorch(numbers);
      Runnable onnxLimit = new MatrixProducts(config, requests, candidates, here).byOnnxRuntime();
      for (int round = 0; round <= rounds; round++) {
        results.add(
            new Millis(
                millis(() -> plain.score(batch, LISTED)),
                millis(() -> shared.score(batch, LISTED)),
                millis(() -> onnx.score(batch, LISTED)),
                millis(limit),
                millis(onnxLimit)));
      }
    }
    return new Result(results.subList(1, results.size()), largestDifference(batch));
  }

  /**
   * Returns the milliseconds of the form that shares the history in rounds, the first, which warms
   * up, left out.
   */
  public List<Double> millis(Engine engine, int candidates, int requests, int rounds) {
    List<ScoringRequest> batch = asked.of(candidates, requests);
    CandidateScorer scorer = engine == Engine.ONNXRUNTIME ? onnx : shared;
    return IntStream.rangeClosed(0, rounds)
        .mapToObj(round -> millis(() -> scorer.score(batch, LISTED)))
        .skip(1)
        .toList();
  }

  private static double millis(Runnable scoring) {
    long start = System.nanoTime();
    int times = 0;
    do {
      scoring.run();
      times++;
    } while (System.nanoTime() - start < SHORTEST_NANOS);
    return (System.nanoTime() - start) / 1e6 / times;
  }

  private double largestDifference(List<ScoringRequest> batch) {
    List<Ranking> ofPlain = plain.score(batch);
    List<Ranking> ofShared = shared.score(batch);
    List<Ranking> ofOnnx = onnx.score(batch);
    double largest = 0;
    for (int b = 0; b < batch.size(); b++) {
      for (int c = 0; c < batch.get(b).candidates().size(); c++) {
        double[] scores = {
          ofPlain.get(b).scores()[c], ofShared.get(b).scores()[c], ofOnnx.get(b).scores()[c]
        };
        Arrays.sort(scores);
        largest = Math.max(largest, scores[2] - scores[0]);
      }
    }
    return largest;
  }

  @Override
  public void close() {
    plain.close();
    shared.close();
    onnx.close();
    noGradients.close();
    onDevice.close();
    onCpu.close();
  }
}
