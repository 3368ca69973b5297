package io.freshet.local;

import static io.freshet.local.BenchCommand.median;
import static io.freshet.local.BenchCommand.sorted;

import io.freshet.model.RetrievalBenchmark;
import io.freshet.model.bst.BstConfig;
import io.freshet.model.bst.BstConfig.Readout;
import io.freshet.model.bst.ReleaseBenchmark;
import io.freshet.model.bst.ScoringBenchmark;
import io.freshet.model.network.Position;
import io.freshet.model.pcrec.EmbeddingIndex;
import io.freshet.model.pcrec.Embeddings;
import io.freshet.model.pcrec.PcRecConfig;
import io.freshet.streaming.recommendation.StateBenchmark;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench growth}. */
@Command(
    name = "growth",
    description = {
      "How cost grows: of scoring with behaviors, candidates and width, one at a time; of state with"
          + " users; of a release and of retrieval with items; of an index with vectors. With charts"
          + " (SVG) beside the report."
    },
    mixinStandardHelpOptions = true)
final class BenchGrowthCommand implements Callable<Integer> {
  private static final int BEHAVIORS = 50;
  private static final int CANDIDATES = 100;
  private static final int WIDTH = 64;
  private static final int HEADS = 8;
  private static final int INDEX_QUERIES = 500;
  private static final int CLUSTERS = 200;

  private final PrintStream screen = System.out;

  @Option(
      names = "--positions",
      paramLabel = "N",
      split = ",",
      defaultValue = "10,20,50,100,200",
      description = "Behaviors of a sequence, where others are not 50; default ${DEFAULT-VALUE}.")
  private List<Integer> positions;

  @Option(
      names = "--candidates",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,10,50,100,200,500",
      description = "Of a request, where others are not 100; default ${DEFAULT-VALUE}.")
  private List<Integer> candidates;

  @Option(
      names = "--widths",
      paramLabel = "N",
      split = ",",
      defaultValue = "32,64,128,256",
      description = "Of a row, where others are not 64, multiples of 32; default ${DEFAULT-VALUE}.")
  private List<Integer> widths;

  @Option(
      names = "--requests",
      paramLabel = "N",
      defaultValue = "32",
      description = "Of a batch; default ${DEFAULT-VALUE}, the job's.")
  private int requests;

  @Option(
      names = "--users",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,100,10000,100000",
      description = "With state of 50 behaviors each; default ${DEFAULT-VALUE}.")
  private List<Integer> users;

  @Option(
      names = "--items",
      paramLabel = "N",
      split = ",",
      defaultValue = "10000,100000,1000000",
      description =
          "Of a release; default ${DEFAULT-VALUE}. 10000000 take FRESHET_JAVA_OPTIONS=-Xmx14g.")
  private List<Integer> items;

  @Option(
      names = "--vectors",
      paramLabel = "N",
      split = ",",
      defaultValue = "10000,30000,100000",
      description =
          "Items with vectors, of an index; default ${DEFAULT-VALUE}. Beyond 30000 a graph is"
              + " built, which takes a minute for each 100000.")
  private List<Integer> vectors;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often each is measured; default ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      required = true,
      description = "Where the results are written, as JSON, each row at once; charts beside it.")
  private Path report;

  private RowReport rows;

  /** Scoring a batch, as the job does: median and range of the rounds. */
  record ScoringRow(
      String along,
      int behaviors,
      int candidates,
      int width,
      int requests,
      double millis,
      double lowestMillis,
      double highestMillis) {}

  /** State of users, compacted. */
  record StateRow(int users, int behaviors, long bytes) {}

  /** An index over vectors; {@code graph} where not all are looked at. */
  record IndexRow(
      int vectors, int width, boolean graph, double buildSeconds, double microsPerQuery) {}

  @Override
  public Integer call() throws Exception {
    rows = new RowReport(report);
    scoring();
    state();
    releases();
    indexes();
    return 0;
  }

  private GrowthChart chart(String name, String title, String along, String what, boolean log) {
    String base = report.getFileName().toString().replaceFirst("\\.json$", "");
    return new GrowthChart(
        title, along, what, log, report.resolveSibling(base + "-" + name + ".svg"));
  }

  private void scoring() throws IOException {
    GrowthChart byLength =
        chart(
            "behaviors",
            "scoring, C = %d, D = %d".formatted(CANDIDATES, WIDTH),
            "behaviors",
            "ms a request",
            false);
    for (int n : positions) {
      try (ScoringBenchmark benchmark = new ScoringBenchmark(form(n, WIDTH))) {
        add("behaviors", n, CANDIDATES, WIDTH, benchmark, byLength, n);
      }
    }
    GrowthChart byCandidates =
        chart(
            "candidates",
            "scoring, N = %d, D = %d".formatted(BEHAVIORS, WIDTH),
            "candidates",
            "ms a request",
            false);
    try (ScoringBenchmark benchmark = new ScoringBenchmark(form(BEHAVIORS, WIDTH))) {
      for (int c : candidates) {
        add("candidates", BEHAVIORS, c, WIDTH, benchmark, byCandidates, c);
      }
    }
    GrowthChart byWidth =
        chart(
            "width",
            "scoring, N = %d, C = %d".formatted(BEHAVIORS, CANDIDATES),
            "width",
            "ms a request",
            false);
    for (int d : widths) {
      try (ScoringBenchmark benchmark = new ScoringBenchmark(form(BEHAVIORS, d))) {
        add("width", BEHAVIORS, CANDIDATES, d, benchmark, byWidth, d);
      }
    }
  }

  /** The paper's form, with its widths in proportion. */
  private static BstConfig form(int behaviors, int width) {
    return new BstConfig(
        behaviors,
        Position.AGE,
        width / 2,
        width / 4,
        width / 4,
        16,
        HEADS,
        4 * width,
        1,
        Readout.TARGET,
        List.of(1024, 512, 256),
        0,
        0);
  }

  private void add(
      String along,
      int behaviors,
      int candidates,
      int width,
      ScoringBenchmark benchmark,
      GrowthChart chart,
      int at)
      throws IOException {
    double[] millis = sorted(benchmark.sharedMillis(candidates, requests, rounds), ms -> ms);
    ScoringRow row =
        new ScoringRow(
            along,
            behaviors,
            candidates,
            width,
            requests,
            median(millis),
            millis[0],
            millis[millis.length - 1]);
    rows.add("scoring", row);
    chart.add("batches of " + requests, at, row.millis() / requests);
    screen.printf(
        Locale.ROOT,
        "scoring N=%d C=%d D=%d: %.2f ms a batch of %d (%.2f to %.2f), %.2f ms a request%n",
        behaviors,
        candidates,
        width,
        row.millis(),
        requests,
        row.lowestMillis(),
        row.highestMillis(),
        row.millis() / requests);
  }

  private void state() throws Exception {
    GrowthChart chart = chart("state", "state of 50 behaviors a user", "users", "bytes", true);
    try (WorkFolder folder = WorkFolder.create()) {
      StateBenchmark benchmark = new StateBenchmark(folder.path());
      for (int count : users) {
        StateRow row = new StateRow(count, BEHAVIORS, benchmark.tableBytes(count, BEHAVIORS));
        rows.add("state", row);
        chart.add("on disk", count, (double) row.bytes());
        screen.printf(
            Locale.ROOT,
            "state of %,d users: %,d bytes, %.0f a user%n",
            count,
            row.bytes(),
            (double) row.bytes() / count);
      }
    }
  }

  private void releases() throws IOException {
    GrowthChart sizes = chart("release", "a release, items 32 wide", "items", "bytes", true);
    GrowthChart loading = chart("loading", "loading a release", "items", "seconds", true);
    GrowthChart times =
        chart("retrieval", "retrieval of 100 candidates", "items", "microseconds a user", true);
    for (int count : items) {
      try (WorkFolder folder = WorkFolder.create()) {
        ReleaseBenchmark.Result row =
            ReleaseBenchmark.run(count, CANDIDATES, rounds, folder.path());
        rows.add("releases", row);
        sizes.add("disk", count, (double) row.diskBytes());
        sizes.add("heap", count, Math.max(1.0, (double) row.heapBytes())); // zero has no logarithm
        sizes.add("native", count, (double) row.nativeBytes());
        loading.add("from local disk", count, row.loadSeconds());
        for (Map.Entry<String, Double> source : row.retrievalMicros().entrySet()) {
          times.add(source.getKey(), count, source.getValue());
        }
        screen.printf(
            Locale.ROOT,
            "release of %,d items: %,d bytes on disk, %,d on the heap, %,d native, loaded in"
                + " %.2f s; retrieval %s us%n",
            count,
            row.diskBytes(),
            row.heapBytes(),
            row.nativeBytes(),
            row.loadSeconds(),
            row.retrievalMicros());
      }
    }
  }

  private void indexes() throws IOException {
    GrowthChart queries =
        chart("index", "the 100 nearest of so many vectors", "vectors", "microseconds", true);
    for (int count : vectors) {
      IndexRow row = index(count);
      rows.add("indexes", row);
      queries.add(row.graph() ? "graph" : "all looked at", count, row.microsPerQuery());
      screen.printf(
          Locale.ROOT,
          "index of %,d vectors of %d numbers, %s: built in %.1f s, %.0f us a query%n",
          count,
          row.width(),
          row.graph() ? "a graph" : "all looked at",
          row.buildSeconds(),
          row.microsPerQuery());
    }
  }

  /** Vectors that lie around some centers, as learnt ones do. */
  private static IndexRow index(int count) {
    int width = PcRecConfig.standard().vectorWidth();
    SplittableRandom random = new SplittableRandom(3);
    float[] values = new float[count * width];
    for (int i = 0; i < values.length; i++) {
      int cluster = i / width % CLUSTERS;
      double center = new SplittableRandom((long) cluster * width + i % width).nextDouble(-1, 1);
      values[i] = (float) (center + random.nextDouble(-1, 1));
    }
    EmbeddingIndex index =
        new EmbeddingIndex(
            Embeddings.of(
                width,
                List.of(),
                new float[0],
                Arrays.asList(RetrievalBenchmark.ids(count)),
                values));
    long start = System.nanoTime();
    List<String> found = index.nearest(index.ofItem("i0"), CANDIDATES, item -> true);
    double buildSeconds = (System.nanoTime() - start) / 1e9;
    List<float[]> asked =
        IntStream.range(0, INDEX_QUERIES)
            .mapToObj(query -> index.ofItem("i" + random.nextInt(count)))
            .toList();
    for (float[] vector : asked) { // warms up
      found = index.nearest(vector, CANDIDATES, item -> true);
    }
    long querying = System.nanoTime();
    for (float[] vector : asked) {
      found = index.nearest(vector, CANDIDATES, item -> true);
    }
    double micros = (System.nanoTime() - querying) / 1e3 / asked.size();
    if (found.size() != Math.min(count, CANDIDATES)) {
      throw new IllegalStateException("%d items must be near, was %s".formatted(CANDIDATES, found));
    }
    return new IndexRow(count, width, count > EmbeddingIndex.EXACT_ITEMS_MAX, buildSeconds, micros);
  }
}
