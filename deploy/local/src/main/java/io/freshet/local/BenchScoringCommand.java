package io.freshet.local;

import io.freshet.model.ComputeDevice;
import io.freshet.model.ComputeDevice.Precision;
import io.freshet.model.Median;
import io.freshet.model.bst.BstConfig;
import io.freshet.model.bst.ScoringBenchmark;
import io.freshet.model.bst.ScoringBenchmark.Millis;
import io.freshet.model.bst.ScoringBenchmark.Result;
import io.freshet.streaming.DeviceOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench scoring}. */
@Command(
    name = "scoring",
    description = {
      "Milliseconds of scoring with the paper's network (64 wide, 8 heads, 1024-512-256), from"
          + " requests to rankings: the paper's own form, a sequence for every candidate; the form"
          + " that shares the history; the same form on ONNX Runtime; and the matrix products of"
          + " that form alone, the limit of each engine. ONNX Runtime is on the CPU in any case."
    },
    mixinStandardHelpOptions = true)
final class BenchScoringCommand implements Callable<Integer> {
  private final PrintStream screen = System.out;

  @Option(
      names = "--positions",
      paramLabel = "N",
      split = ",",
      defaultValue = "20,50,100",
      description = "Behaviors of a sequence; default ${DEFAULT-VALUE}.")
  private List<Integer> positions;

  @Option(
      names = "--candidates",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,100,500",
      description = "Candidates of a request; default ${DEFAULT-VALUE}.")
  private List<Integer> candidates;

  @Option(
      names = "--requests",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,8,32",
      description = "Requests of a batch; default ${DEFAULT-VALUE}.")
  private List<Integer> requests;

  @Mixin private DeviceOption device;

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      defaultValue = "float32",
      description =
          "The numbers to score with, float32 or float16; ONNX Runtime has float32 in any case;"
              + " default ${DEFAULT-VALUE}.")
  private Precision precision;

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
      description = "Where the results are written, as JSON.")
  private Path report;

  /**
   * Medians of the rounds.
   *
   * @param plainToShared times as fast as the paper's form
   * @param onnxToShared times as fast as ONNX Runtime
   * @param limitToShared share of the throughput of PyTorch's limit
   * @param onnxLimitToOnnx ONNX Runtime's share of that of its own
   * @param largestDifference of any score, in [0, 1], between any two of the three; with float16,
   *     what is rounded away, for ONNX Runtime has float32
   */
  record Row(
      int n,
      int candidates,
      int requests,
      double plainMillis,
      double sharedMillis,
      double onnxMillis,
      double limitMillis,
      double onnxLimitMillis,
      Range plainToShared,
      Range onnxToShared,
      Range limitToShared,
      Range onnxLimitToOnnx,
      double largestDifference) {
    static Row of(int n, int candidates, int requests, Result result) {
      List<Millis> rounds = result.rounds();
      return new Row(
          n,
          candidates,
          requests,
          Median.of(rounds, Millis::plain),
          Median.of(rounds, Millis::shared),
          Median.of(rounds, Millis::onnx),
          Median.of(rounds, Millis::limit),
          Median.of(rounds, Millis::onnxLimit),
          Range.of(rounds, millis -> millis.plain() / millis.shared()),
          Range.of(rounds, millis -> millis.onnx() / millis.shared()),
          Range.of(rounds, millis -> millis.limit() / millis.shared()),
          Range.of(rounds, millis -> millis.onnxLimit() / millis.onnx()),
          result.largestDifference());
    }
  }

  @Override
  public Integer call() throws IOException {
    BenchCommand.checkPositive("--positions", positions);
    BenchCommand.checkPositive("--candidates", candidates);
    BenchCommand.checkPositive("--requests", requests);
    BenchCommand.checkPositive("--rounds", List.of(rounds));
    ComputeDevice where = device.device().with(precision);
    String engine = DeviceOptions.ENGINE.defaultValue();
    screen.printf("On %s; a job on the CPU scores by %s%n", where, engine);
    screen.println(
        "   n    C   B   plain ms  shared ms    onnx ms   limit ms onnx limit"
            + "  plain/shared            onnx/shared             limit/shared          "
            + "  onnx limit/onnx         difference");
    List<Row> rows = new ArrayList<>();
    for (int n : positions) {
      BstConfig config = BstConfig.standard().withSequenceLength(n);
      try (ScoringBenchmark benchmark = new ScoringBenchmark(config, where)) {
        for (int c : candidates) {
          for (int b : requests) {
            Row row = Row.of(n, c, b, benchmark.run(c, b, rounds));
            print(row);
            rows.add(row);
          }
        }
      }
    }
    BenchCommand.JSON
        .writerWithDefaultPrettyPrinter()
        .writeValue(
            report.toFile(), Map.of("device", where.toString(), "engine", engine, "rows", rows));
    return 0;
  }

  private void print(Row row) {
    screen.printf(
        Locale.ROOT,
        "%4d %4d %3d %10.2f %10.2f %10.2f %10.2f %10.2f  %-22s  %-22s  %-22s  %-22s  %.1e%n",
        row.n(),
        row.candidates(),
        row.requests(),
        row.plainMillis(),
        row.sharedMillis(),
        row.onnxMillis(),
        row.limitMillis(),
        row.onnxLimitMillis(),
        row.plainToShared(),
        row.onnxToShared(),
        row.limitToShared(),
        row.onnxLimitToOnnx(),
        row.largestDifference());
  }
}
