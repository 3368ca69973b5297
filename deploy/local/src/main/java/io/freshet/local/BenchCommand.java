package io.freshet.local;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.freshet.model.ComputeDevice;
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
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how fast Freshet is on this machine. */
@Command(
    name = "bench",
    description = "Measures how fast Freshet is on this machine, beside others, in one run.",
    subcommands = {
      BenchScoringCommand.class,
      BenchEmbeddingsCommand.class,
      BenchStateCommand.class,
      BenchGrowthCommand.class,
      BenchPipelineCommand.class
    },
    mixinStandardHelpOptions = true)
final class BenchCommand {
  static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private final PrintStream screen = System.out;

  /** A table size, and what the rounds gave: medians. */
  record Row(
      int items,
      int batchSize,
      double samplesPerSecond,
      double plainSamplesPerSecond,
      Ratio plainRatio,
      double denseSamplesPerSecond,
      Ratio denseRatio) {}

  /** The median of the rounds' ratios, and their range. */
  record Ratio(double median, double lowest, double highest) {
    static <T> Ratio of(List<T> rounds, ToDoubleFunction<T> ratio) {
      double[] ratios = sorted(rounds, ratio);
      return new Ratio(BenchCommand.median(ratios), ratios[0], ratios[ratios.length - 1]);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", median, lowest, highest);
    }
  }

  /** {@code bench training}. */
  @Command(
      name = "training",
      description = {
        "Samples per second of training the paper's network (items 64 wide, 1024-512-256), beside"
            + " the same network in DJL's own trainer with its dense Adam, as the paper writes it"
            + " (plain) and in Freshet's form (dense), by size of the item table and of a step."
      },
      mixinStandardHelpOptions = true)
  int training(
      @Option(
              names = "--items",
              paramLabel = "N",
              split = ",",
              defaultValue = "50000,500000",
              description = "Rows of the item table; 5000000 take 21 GB; default ${DEFAULT-VALUE}.")
          List<Integer> items,
      @Option(
              names = "--batch-sizes",
              paramLabel = "N",
              split = ",",
              defaultValue = "256",
              description = "Samples of a step; default ${DEFAULT-VALUE}, the paper's.")
          List<Integer> batchSizes,
      @Option(
              names = "--rounds",
              paramLabel = "N",
              defaultValue = "5",
              description = "How often each is measured; default ${DEFAULT-VALUE}.")
          int rounds,
      @Option(
              names = "--steps",
              paramLabel = "N",
              defaultValue = "10",
              description = "Steps in a round; default ${DEFAULT-VALUE}.")
          int steps,
      @Option(
              names = "--dense-steps",
              paramLabel = "N",
              description =
                  "Of DJL's trainer, which takes seconds for one where the table is large; as many"
                      + " by default.")
          Integer denseSteps,
      @Mixin DeviceOption deviceOption,
      @Option(
              names = "--report",
              paramLabel = "FILE",
              required = true,
              description = "Where the results are written, as JSON.")
          Path report)
      throws IOException {
    int stepsOfDense = denseSteps == null ? steps : denseSteps;
    checkPositive("--items", items);
    checkPositive("--batch-sizes", batchSizes);
    checkPositive("--rounds", List.of(rounds));
    checkPositive("--steps", List.of(steps));
    checkPositive("--dense-steps", List.of(stepsOfDense));
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
        Row row = row(count, batchSize, results);
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
    JSON.writerWithDefaultPrettyPrinter()
        .writeValue(report.toFile(), Map.of("device", device.toString(), "rows", rows));
    return 0;
  }

  private static Row row(int items, int batchSize, List<Round> rounds) {
    return new Row(
        items,
        batchSize,
        median(sorted(rounds, Round::samplesPerSecond)),
        median(sorted(rounds, Round::plainSamplesPerSecond)),
        Ratio.of(rounds, Round::plainRatio),
        median(sorted(rounds, Round::denseSamplesPerSecond)),
        Ratio.of(rounds, Round::denseRatio));
  }

  static <T> double[] sorted(List<T> rounds, ToDoubleFunction<T> value) {
    return rounds.stream().mapToDouble(value).sorted().toArray();
  }

  static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Refuses numbers below 1. */
  static void checkPositive(String option, List<Integer> values) {
    for (int value : values) {
      if (value < 1) {
        throw new IllegalArgumentException(option + " must be positive, was " + value);
      }
    }
  }
}
