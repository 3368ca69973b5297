package io.freshet.model.bst;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.freshet.model.CandidateScorer;
import io.freshet.model.ComputeDevice;
import io.freshet.model.Ranking;
import io.freshet.model.ScoringRequest;
import io.freshet.model.ScoringRequest.PastItem;
import io.freshet.model.ScoringRequest.Target;
import io.freshet.model.Vocabulary;
import io.freshet.model.network.Batch;
import io.freshet.model.network.Devices;
import io.freshet.model.network.NetworkScorer;
import io.freshet.model.network.NoGradients;
import io.freshet.model.network.Vocabularies;
import io.freshet.model.network.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How long scoring takes on a device, from requests to rankings, beside the paper's own form,
 * another engine on the CPU and the matrix products alone. The four alternate.
 */
public final class ScoringBenchmark implements AutoCloseable {
  private static final int ITEMS = 50_000;
  private static final int CATEGORIES = 500;
  private static final long NOW = 1_600_000_000_000L;
  private static final long WEEK_MILLIS = 604_800_000;
  private static final long SHORTEST_NANOS = 50_000_000;
  private static final int WARMING_UP = 3_000;

  private final NDManager onCpu = Devices.newManager(ComputeDevice.CPU);
  private final NDManager manager;
  private final NoGradients noGradients = new NoGradients();
  private final BstConfig config;
  private final Vocabularies vocabularies;
  private final CandidateScorer plain;
  private final CandidateScorer shared;
  private final DataType numbers;
  private final Rival rival; // null for none

  /** Another engine with the same network */
  public interface Rival extends AutoCloseable {
    /** Returns the scores, (B, C). */
    float[] scores(Batch batch);

    @Override
    void close();
  }

  /** Makes another engine's network of the same form and weights, of as many threads. */
  public interface Rivals {
    Rival of(BstConfig config, Weights weights, int threads);
  }

  /**
   * How long one scoring took in one round, each the mean over at least 50 ms.
   *
   * @param plain the network as the paper writes it, a sequence of its own for each candidate
   * @param shared as the job scores
   * @param rival the same form in another engine
   * @param limit the matrix products that {@code shared} makes, on the same device and of the same
   *     numbers, and nothing else
   */
  public record Millis(double plain, double shared, double rival, double limit) {}

  /**
   * What some requests gave.
   *
   * @param largestDifference of a score, in [0, 1], between any two of the three; the rival's
   *     numbers have 32 bits whatever the device's have
   */
  public record Result(List<Millis> rounds, double largestDifference) {}

  /** Measures the form as the job scores with nothing beside it: {@link #sharedMillis} alone. */
  public ScoringBenchmark(BstConfig config) {
    this(config, (form, weights, threads) -> null, ComputeDevice.CPU);
  }

  /**
   * @param rivals makes what it is compared with, closed with this
   */
  public ScoringBenchmark(BstConfig config, Rivals rivals, ComputeDevice device) {
    this.config = config;
    this.manager = Devices.newManager(device);
    this.vocabularies =
        new Vocabularies(
            new Vocabulary(ids("i", ITEMS), 1),
            new Vocabulary(ids("c", CATEGORIES), 1),
            new Vocabulary(List.of("device=phone", "device=desk"), 1));
    Weights drawn = weights();
    Weights weights = drawn.copy(manager, device.precision());
    this.plain =
        new NetworkScorer(vocabularies, config.unshared(), weights, manager.newSubManager());
    this.shared = new NetworkScorer(vocabularies, config, weights, manager.newSubManager());
    this.numbers = weights.get("item").getDataType();
    this.rival = rivals.of(config, drawn, JniUtils.getNumThreads());
    warmUp();
  }

  private static List<String> ids(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
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

  /** Lets the JVM compile what a job that has run for a while has compiled. */
  private void warmUp() {
    List<ScoringRequest> asked = List.of(request(1, new SplittableRandom(1)));
    for (int i = 0; i < WARMING_UP; i++) {
      shared.score(asked);
      if (rival != null) {
        rivalScores(asked);
      }
    }
  }

  /** Returns what rounds gave, the first, which warms up, left out. */
  public Result run(int candidates, int requests, int rounds) {
    List<ScoringRequest> asked = requests(candidates, requests);
    List<Millis> results = new ArrayList<>();
    try (Products products = new Products(config, asked, numbers, manager.newSubManager())) {
      for (int round = 0; round <= rounds; round++) {
        results.add(
            new Millis(
                millis(() -> plain.score(asked)),
                millis(() -> shared.score(asked)),
                millis(() -> rivalScores(asked)),
                millis(products::run)));
      }
    }
    return new Result(results.subList(1, results.size()), largestDifference(asked));
  }

  /** Returns the milliseconds of {@code shared} in rounds, the first, which warms up, left out. */
  public List<Double> sharedMillis(int candidates, int requests, int rounds) {
    List<ScoringRequest> asked = requests(candidates, requests);
    return IntStream.rangeClosed(0, rounds)
        .mapToObj(round -> millis(() -> shared.score(asked)))
        .skip(1)
        .toList();
  }

  private List<ScoringRequest> requests(int candidates, int count) {
    SplittableRandom random = new SplittableRandom(1);
    List<ScoringRequest> asked = new ArrayList<>();
    for (int b = 0; b < count; b++) {
      asked.add(request(candidates, random));
    }
    return asked;
  }

  private ScoringRequest request(int candidates, SplittableRandom random) {
    List<PastItem> sequence = new ArrayList<>();
    for (int i = config.sequenceLength(); i > 0; i--) {
      long time = NOW - i * (WEEK_MILLIS / config.sequenceLength()) + random.nextInt(3_600_000);
      sequence.add(new PastItem(item(random), category(random), time, "click"));
    }
    List<Target> targets = new ArrayList<>();
    for (int rank = 1; rank <= candidates; rank++) {
      targets.add(new Target(item(random), category(random), rank, null));
    }
    return new ScoringRequest(sequence, NOW, targets, Map.of("device", "phone"));
  }

  private static String item(SplittableRandom random) {
    return "i" + random.nextInt(ITEMS);
  }

  private static String category(SplittableRandom random) {
    return "c" + random.nextInt(CATEGORIES);
  }

  /** Returns all scores of another engine, in passes of as many candidates as the job's. */
  private List<float[]> rivalScores(List<ScoringRequest> requests) {
    int most = Math.max(1, config.candidatesInAPass() / requests.get(0).candidates().size());
    List<float[]> scores = new ArrayList<>();
    for (int from = 0; from < requests.size(); from += most) {
      List<ScoringRequest> pass = requests.subList(from, Math.min(requests.size(), from + most));
      scores.add(rival.scores(vocabularies.encodeAll(pass, config)));
    }
    return scores;
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

  private double largestDifference(List<ScoringRequest> requests) {
    float[] ofPlain = joined(plain.score(requests).stream().map(Ranking::scores).toList());
    float[] ofShared = joined(shared.score(requests).stream().map(Ranking::scores).toList());
    float[] ofRival = joined(rivalScores(requests));
    double largest = 0;
    for (int i = 0; i < ofPlain.length; i++) {
      largest = Math.max(largest, Math.abs(ofPlain[i] - ofShared[i]));
      largest = Math.max(largest, Math.abs(ofPlain[i] - ofRival[i]));
      largest = Math.max(largest, Math.abs(ofShared[i] - ofRival[i]));
    }
    return largest;
  }

  private static float[] joined(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  @Override
  public void close() {
    if (rival != null) {
      rival.close();
    }
    plain.close();
    shared.close();
    noGradients.close();
    manager.close();
    onCpu.close();
  }

  /** The shared form's matrix products over numbers that stay where they are. */
  private static final class Products implements AutoCloseable {
    private final List<NDArray[]> operands = new ArrayList<>();
    private final DataType numbers;
    private final NDManager manager;

    Products(BstConfig config, List<ScoringRequest> requests, DataType numbers, NDManager manager) {
      this.numbers = numbers;
      this.manager = manager;
      int c = requests.get(0).candidates().size();
      int most = Math.max(1, config.candidatesInAPass() / c);
      for (int from = 0; from < requests.size(); from += most) {
        addPass(config, Math.min(most, requests.size() - from), c);
      }
    }

    private void addPass(BstConfig config, int b, int c) {
      int n = config.sequenceLength();
      int d = config.width();
      int h = config.heads();
      int f = config.feedForwardWidth();
      add(1, b * n, d, 2 * d); // keys and values of the history
      add(1, b * c, d, 3 * d); // query, key and value of each candidate
      add(b * h, c, d / h, n); // what each pays to each behavior
      add(b * h, c, n, d / h); // what it gets
      add(1, b * c, d, d);
      add(1, b * c, d, f);
      add(1, b * c, f, d);
      addFullyConnected(config, b, c);
    }

    private void addFullyConnected(BstConfig config, int b, int c) {
      List<Integer> widths = config.mlpWidths();
      add(1, b, config.userFeatures(), widths.get(0));
      add(1, b * c, config.width() + config.targetFeatures(), widths.get(0));
      for (int i = 1; i < widths.size(); i++) {
        add(1, b * c, widths.get(i - 1), widths.get(i));
      }
      add(1, b * c, widths.get(widths.size() - 1), 1);
    }

    private void add(int times, int rows, int inner, int columns) {
      Shape left = times == 1 ? new Shape(rows, inner) : new Shape(times, rows, inner);
      Shape right = times == 1 ? new Shape(inner, columns) : new Shape(times, inner, columns);
      operands.add(
          new NDArray[] {
            manager.randomUniform(-1, 1, left).toType(numbers, false),
            manager.randomUniform(-1, 1, right).toType(numbers, false)
          });
    }

    /**
     * The outputs take the memory that the ones before have left. The last, a number a candidate,
     * is read, for a GPU is done with them all only then.
     */
    void run() {
      for (int i = 0; i < operands.size(); i++) {
        try (NDArray product = operands.get(i)[0].matMul(operands.get(i)[1])) {
          if (i == operands.size() - 1) {
            product.toByteBuffer(true);
          }
        }
      }
    }

    @Override
    public void close() {
      manager.close();
    }
  }
}
