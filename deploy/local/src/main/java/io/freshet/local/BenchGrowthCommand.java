package io.freshet.local;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.freshet.model.bst.ReleaseBenchmark;
import io.freshet.model.pcrec.IndexBenchmark;
import io.freshet.streaming.recommendation.StateBenchmark;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
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
  private static final int LIST = 10;

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

  /**
   * Scoring a batch, as the job does.
   *
   * @param along which of the sizes is not the usual one
   */
  record ScoringRow(String along, @JsonUnwrapped ScoringGrowth.Cost cost) {}

  /** State of users, compacted. */
  record StateRow(int users, int behaviors, long bytes) {}

  @Override
  public Integer call() throws Exception {
    BenchCommand.checkPositive("--positions", positions);
    BenchCommand.checkPositive("--candidates", candidates);
    BenchCommand.checkPositive("--widths", widths);
    BenchCommand.checkPositive("--users", users);
    BenchCommand.checkPositive("--items", items);
    BenchCommand.checkPositive("--vectors", vectors);
    BenchCommand.checkPositive("--requests", List.of(requests));
    BenchCommand.checkPositive("--rounds", List.of(rounds));
    rows = new RowReport(report);
    scoring();
    state();
    releases();
    indexes();
    wire();
    return 0;
  }

  private GrowthChart chart(String name, String title, String along, String what, boolean log) {
    String base = report.getFileName().toString().replaceFirst("\\.json$", "");
    return new GrowthChart(
        title, along, what, log, report.resolveSibling(base + "-" + name + ".svg"));
  }

  private void scoring() throws IOException {
    String unit = "ms a request";
    GrowthChart byLength = chart("behaviors", "scoring, C = 100, D = 64", "behaviors", unit, false);
    GrowthChart byCandidates =
        chart("candidates", "scoring, N = 50, D = 64", "candidates", unit, false);
    GrowthChart byWidth = chart("width", "scoring, N = 50, C = 100", "width", unit, false);
    for (int n : positions) {
      try (ScoringGrowth growth = new ScoringGrowth(n, WIDTH)) {
        add("behaviors", growth.measure(CANDIDATES, requests, rounds), byLength, n);
      }
    }
    try (ScoringGrowth growth = new ScoringGrowth(BEHAVIORS, WIDTH)) {
      for (int c : candidates) {
        add("candidates", growth.measure(c, requests, rounds), byCandidates, c);
      }
    }
    for (int d : widths) {
      try (ScoringGrowth growth = new ScoringGrowth(BEHAVIORS, d)) {
        add("width", growth.measure(CANDIDATES, requests, rounds), byWidth, d);
      }
    }
  }

  private void add(String along, ScoringGrowth.Cost cost, GrowthChart chart, int at)
      throws IOException {
    rows.add("scoring", new ScoringRow(along, cost));
    chart.add("batches of " + requests, at, cost.millisPerRequest());
    screen.println("scoring " + cost);
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
      IndexBenchmark.Result row = IndexBenchmark.run(count, CANDIDATES);
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

  private void wire() throws IOException {
    for (WireSizes row : WireSizes.of(LIST)) {
      rows.add("wire", row);
      screen.printf(
          Locale.ROOT,
          "on the wire as %s: a click %,d bytes, an answer of %d items %,d bytes%n",
          row.format(),
          row.clickBytes(),
          row.itemsOfAnswer(),
          row.answerBytes());
    }
  }
}
