package io.freshet.local;

import io.freshet.model.ComputeDevice;
import io.freshet.model.Median;
import io.freshet.model.bst.BstConfig;
import io.freshet.model.bst.BstConfig.Readout;
import io.freshet.model.network.Position;
import io.freshet.model.network.TrainingBenchmark;
import io.freshet.model.network.TrainingBenchmark.Round;
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

/** {@code bench training}. */
@Command(
    name = "training",
    description = {
      "Samples per second of training the paper's network (items 64 wide, 1024-512-256), beside the"
          + " same network in DJL's own trainer with its dense Adam, as the paper writes it (plain)"
          + " and in Freshet's form (dense), by size of the item table and of a step."
    },
    mixinStandardHelpOptions = true)
final class BenchTrainingCommand implements Callable<Integer> {
  private final PrintStream screen = System.out;

  @Option(
      names = "--items",
      paramLabel = "N",
      split = ",",
      defaultValue = "50000,500000",
      description = "Rows of the item table; 5000000 take 21 GB; default ${DEFAULT-VALUE}.")
  private List<Integer> items;

  @Option(
      names = "--batch-sizes",
      paramLabel = "N",
      split = ",",
      defaultValue = "256",
      description = "Samples of a step; default ${DEFAULT-VALUE}, the paper's.")
  private List<Integer> batchSizes;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often each is measured; default ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "10",
      description = "Steps in a round; default ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--dense-steps",
      paramLabel = "N",
      description =
          "Of DJL's trainer, which takes seconds for one where the table is large; as many by"
              + " default.")
  private Integer denseSteps;

  @Mixin private DeviceOption deviceOption;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      required = true,
      description = "Where the results are written, as JSON.")
  private Path report;

  /** A table size, and what the rounds gave: medians. */
  record Row(
      int items,
      int batchSize,
      double samplesPerSecond,
      double plainSamplesPerSecond,
      Range plainRatio,
      double denseSamplesPerSecond,
      Range denseRatio) {
    static Row of(int items, int batchSize, List<Round> rounds) {
      return new Row(
          items,
          batchSize,
          Median.of(rounds, Round::samplesPerSecond),
          Median.of(rounds, Round::plainSamplesPerSecond),
          Range.of(rounds, Round::plainRatio),
          Median.of(rounds, Round::denseSamplesPerSecond),
          Range.of(rounds, Round::denseRatio));
    }
  }

  @Override
  public Integer call() throws IOException {
    int stepsOfDense = denseSteps == null ? steps : denseSteps;
    BenchCommand.checkPositive("--items", items);
    BenchCommand.checkPositive("--batch-sizes", batchSizes);
    BenchCommand.checkPositive("--rounds", List.of(rounds));
    BenchCommand.checkPositive("--steps", List.of(steps));
    BenchCommand.checkPositive("--dense-steps", List.of(stepsOfDense));
    BstConfig paper =
        new BstConfig(
            20,
            Position.AGE,
            64,
            16,
            16,
            16,
            8,
            256,
            1,
            Readout.TARGET,
            List.of(1024, 512, 256),
            .2f,
            0);
    ComputeDevice device = deviceOption.device();
    screen.printf("On %s%n", device);
    List<Row> rows = new ArrayList<>();
    for (int count : items) {
      for (int batchSize : batchSizes) {
        List<Round> results =
            new TrainingBenchmark(paper, paper.unshared(), count, batchSize, device)
                .run(rounds, steps, stepsOfDense);
        Row row = Row.of(count, batchSize, results);
        rows.add(row);
        screen.printf(
            Locale.ROOT,
            "%,d items, steps of %d: %.0f samples/s, plain %.0f, ratio %s, dense %.0f, ratio %s%n",
            count,
            batchSize,
            row.samplesPerSecond(),
            row.plainSamplesPerSecond(),
            row.plainRatio(),
            row.denseSamplesPerSecond(),
            row.denseRatio());
      }
    }
    BenchCommand.JSON
        .writerWithDefaultPrettyPrinter()
        .writeValue(report.toFile(), Map.of("device", device.toString(), "rows", rows));
    return 0;
  }
}
