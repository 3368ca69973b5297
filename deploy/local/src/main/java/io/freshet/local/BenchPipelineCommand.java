package io.freshet.local;

import io.freshet.local.pipeline.PipelineBenchmark;
import io.freshet.local.pipeline.PipelineReport;
import io.freshet.local.pipeline.Plan;
import io.freshet.local.pipeline.Plan.Backlogs;
import io.freshet.local.pipeline.Traffic;
import io.freshet.model.bst.BstConfig;
import io.freshet.schemas.Topics;
import io.freshet.streaming.AvroTopics;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench pipeline}. */
@Command(
    name = "pipeline",
    description = {
      "From a click in Kafka to its recommendation in Kafka, with a broker, a cluster and the"
          + " production job in this process: recommendations per second while a backlog is"
          + " drained, beside jobs that only copy clicks or only remember them; and how long"
          + " answers take under open-loop load at shares of that, from when each click should have"
          + " been sent."
    },
    mixinStandardHelpOptions = true)
final class BenchPipelineCommand implements Callable<Integer> {
  private static final int BEHAVIORS = 50; // as many as are remembered unless told otherwise

  private final PrintStream screen = System.out;

  /** The forms of network that `train` and `bench scoring` have. */
  private enum Network {
    SMALL,
    STANDARD;

    BstConfig form() {
      return this == SMALL ? BstConfig.small() : BstConfig.standard();
    }
  }

  @Option(
      names = "--network",
      paramLabel = "FORM",
      defaultValue = "small",
      description =
          "small, as the demo and train have it, or standard, the paper's (64 wide, 8 heads,"
              + " 1024-512-256); default ${DEFAULT-VALUE}.")
  private Network network;

  @Option(
      names = "--users",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Few of them click most; each has 50 behaviors; default ${DEFAULT-VALUE}.")
  private int users;

  @Option(
      names = "--items",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Few of them get most clicks; default ${DEFAULT-VALUE}.")
  private int items;

  @Option(
      names = "--backlog",
      paramLabel = "N",
      defaultValue = "200000",
      description = "Clicks preloaded for the recommendation job; default ${DEFAULT-VALUE}.")
  private int backlog;

  @Option(
      names = "--floor-backlog",
      paramLabel = "N",
      defaultValue = "2000000",
      description =
          "Clicks preloaded for the jobs that only copy or remember; default ${DEFAULT-VALUE}.")
  private int floorBacklog;

  @Option(
      names = "--loads",
      paramLabel = "SHARE",
      split = ",",
      defaultValue = "0.25,0.5,0.75",
      description = "Of the recommendations per second at saturation; default ${DEFAULT-VALUE}.")
  private List<Double> loads;

  @Option(
      names = "--guarantees",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "at-least-once,exactly-once",
      description = "Under which answers are timed; default ${DEFAULT-VALUE}.")
  private List<String> guarantees;

  @Option(
      names = "--warm-up",
      paramLabel = "TIME",
      defaultValue = "60s",
      converter = DurationConverter.class,
      description =
          "Before a job is timed; of a backlog at most the first half; default ${DEFAULT-VALUE}.")
  private Duration warmUp;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      defaultValue = "60s",
      converter = DurationConverter.class,
      description =
          "The longest that a backlog is drained, and each load; default ${DEFAULT-VALUE}.")
  private Duration duration;

  @Option(
      names = "--swap-every",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description =
          "While a load is measured, announces embeddings and models in turn, of all users and"
              + " items, which the job takes up at its checkpoints; by default it swaps nothing.")
  private Duration swapEvery;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "3",
      description = "Of which the median counts; default ${DEFAULT-VALUE}.")
  private int runs;

  @Option(
      names = "--set",
      paramLabel = "SETTING=VALUE",
      description =
          "A setting of the job, for example freshet.batch.size=8; of those that this command sets"
              + " itself none, and freshet.delivery by --guarantees.")
  private Map<String, String> settings = new TreeMap<>();

  @Option(
      names = "--report",
      paramLabel = "FILE",
      required = true,
      description = "Where the results are written, as JSON.")
  private Path report;

  @Override
  public Integer call() throws Exception {
    if (settings
        .getOrDefault(AvroTopics.NAMES.name(), "")
        .contains(Topics.RECOMMENDATIONS.name())) {
      throw new IllegalArgumentException(
          "%s must not have %s here: the benchmark reads answers as JSON"
              .formatted(AvroTopics.NAMES.name(), Topics.RECOMMENDATIONS.name()));
    }
    Plan plan =
        new Plan(
            runs,
            warmUp,
            duration,
            new Backlogs(backlog, floorBacklog),
            loads,
            guarantees,
            swapEvery,
            settings);
    Traffic traffic = new Traffic(users, items, BEHAVIORS);
    try (Interruption interruption = Interruption.byCtrlC()) {
      PipelineReport results =
          new PipelineBenchmark(plan, traffic, this::say, interruption::asked)
              .run(network.name().toLowerCase(Locale.ROOT), network.form());
      BenchCommand.JSON.writerWithDefaultPrettyPrinter().writeValue(report.toFile(), results);
      say(
          String.format(
              Locale.ROOT,
              "medians: copying %,.0f, remembering %,.0f, recommending %,.0f clicks/s",
              results.copyPerSecond(),
              results.stateOnlyPerSecond(),
              results.recommendationsPerSecond()));
    }
    return 0;
  }

  private void say(String line) {
    screen.println(line);
    screen.flush();
  }
}
