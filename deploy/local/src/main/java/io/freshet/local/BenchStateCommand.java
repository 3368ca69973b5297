package io.freshet.local;

import io.freshet.model.Median;
import io.freshet.streaming.recommendation.StateBenchmark;
import io.freshet.streaming.recommendation.StateBenchmark.Checkpoints;
import io.freshet.streaming.recommendation.StateBenchmark.Comparison;
import io.freshet.streaming.recommendation.StateBenchmark.Costs;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench state}. */
@Command(
    name = "state",
    description = {
      "What it costs to remember users in Flink's RocksDB state: microseconds of a click and bytes"
          + " of a user as the job keeps them (a log, without and with a cache), in one value of"
          + " bytes, by Flink's serializers of records, and with an entry for each event; and"
          + " seconds and bytes of a checkpoint of many users, of the next one after one in a hundred"
          + " clicked, and of restoring both."
    },
    mixinStandardHelpOptions = true)
final class BenchStateCommand implements Callable<Integer> {
  private static final List<String> FORMS =
      List.of(
          StateBenchmark.LOG,
          StateBenchmark.CACHED,
          StateBenchmark.PACKED,
          StateBenchmark.RECORDS,
          StateBenchmark.MAP);

  private final PrintStream screen = System.out;

  @Option(
      names = "--lengths",
      paramLabel = "N",
      split = ",",
      defaultValue = "20,50,200",
      description = "Behaviors of a sequence; default ${DEFAULT-VALUE}.")
  private List<Integer> lengths;

  @Option(
      names = "--seen",
      paramLabel = "N",
      split = ",",
      defaultValue = "100,1000",
      description = "Items seen by a user, with each length; default ${DEFAULT-VALUE}.")
  private List<Integer> seen;

  @Option(
      names = "--compared-users",
      paramLabel = "N",
      defaultValue = "5000",
      description = "With whom the forms are compared; default ${DEFAULT-VALUE}.")
  private int comparedUsers;

  @Option(
      names = "--clicks",
      paramLabel = "N",
      defaultValue = "5000",
      description = "Of a form in a round; default ${DEFAULT-VALUE}.")
  private int clicks;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often each is measured; default ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--users",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Of a checkpoint; default ${DEFAULT-VALUE}. A million take 10 GB of disk.")
  private int users;

  @Option(
      names = "--behaviors",
      paramLabel = "N",
      defaultValue = "50",
      description =
          "What each of them did, all of it remembered, and as many items seen; default"
              + " ${DEFAULT-VALUE}.")
  private int behaviors;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      required = true,
      description = "Where the results are written, as JSON, each row at once.")
  private Path report;

  /**
   * What a form took, and the ratio to {@code log} over the rounds.
   *
   * @param behaviors of a sequence
   * @param seen items
   * @param microsPerClick the median of the rounds
   */
  record FormRow(
      int behaviors,
      int seen,
      int users,
      String form,
      double microsPerClick,
      double bytesPerUser,
      Range toLog) {
    static FormRow of(int behaviors, int seen, int users, String form, Comparison comparison) {
      List<Double> log = comparison.microsPerClick().get(StateBenchmark.LOG);
      List<Double> micros = comparison.microsPerClick().get(form);
      List<Double> ratios =
          IntStream.range(0, micros.size())
              .mapToObj(round -> micros.get(round) / log.get(round))
              .toList();
      return new FormRow(
          behaviors,
          seen,
          users,
          form,
          Median.of(micros, value -> value),
          comparison.bytesPerUser().get(form),
          Range.of(ratios, ratio -> ratio));
    }
  }

  /** What a checkpoint took. */
  record CheckpointRow(
      String checkpoint,
      int users,
      int behaviors,
      long tableBytes,
      double bytesPerUser,
      double taskSeconds,
      double otherSeconds,
      long writtenBytes,
      long bytes,
      double restoreSeconds) {
    static CheckpointRow of(
        String checkpoint, int users, int behaviors, Checkpoints all, Costs costs) {
      return new CheckpointRow(
          checkpoint,
          users,
          behaviors,
          all.tableBytes(),
          (double) all.tableBytes() / users,
          costs.taskSeconds(),
          costs.otherSeconds(),
          costs.writtenBytes(),
          costs.bytes(),
          costs.restoreSeconds());
    }
  }

  @Override
  public Integer call() throws Exception {
    BenchCommand.checkPositive("--lengths", lengths);
    BenchCommand.checkPositive("--seen", seen);
    BenchCommand.checkPositive("--compared-users", List.of(comparedUsers));
    BenchCommand.checkPositive("--clicks", List.of(clicks));
    BenchCommand.checkPositive("--rounds", List.of(rounds));
    BenchCommand.checkPositive("--users", List.of(users));
    BenchCommand.checkPositive("--behaviors", List.of(behaviors));
    RowReport rows = new RowReport(report);
    try (WorkFolder folder = WorkFolder.create()) {
      StateBenchmark benchmark = new StateBenchmark(folder.path());
      for (int length : lengths) {
        for (int items : seen) {
          add(length, items, benchmark.compare(length, items, comparedUsers, clicks, rounds), rows);
        }
      }
      Checkpoints checkpoints = benchmark.checkpoints(users, behaviors);
      screen.printf(
          Locale.ROOT,
          "%,d users of %d behaviors, written in %.1f s: %,d bytes, %.0f a user%n",
          users,
          behaviors,
          checkpoints.fillSeconds(),
          checkpoints.tableBytes(),
          (double) checkpoints.tableBytes() / users);
      add("full", checkpoints, checkpoints.full(), rows);
      add("incremental", checkpoints, checkpoints.incremental(), rows);
    }
    return 0;
  }

  private void add(int length, int items, Comparison comparison, RowReport rows)
      throws IOException {
    for (String form : FORMS) {
      FormRow row = FormRow.of(length, items, comparedUsers, form, comparison);
      rows.add("forms", row);
      screen.printf(
          Locale.ROOT,
          "%3d behaviors, %4d items, %-7s: %7.1f us a click, %s times log, %,.0f"
              + " bytes a user%n",
          length,
          items,
          form,
          row.microsPerClick(),
          row.toLog(),
          row.bytesPerUser());
    }
  }

  private void add(String name, Checkpoints all, Costs costs, RowReport rows) throws IOException {
    CheckpointRow row = CheckpointRow.of(name, users, behaviors, all, costs);
    rows.add("checkpoints", row);
    screen.printf(
        Locale.ROOT,
        "%s checkpoint: %.2f s of the task, %.2f s beside it, %,d bytes written of %,d, restored in"
            + " %.2f s%n",
        name,
        row.taskSeconds(),
        row.otherSeconds(),
        row.writtenBytes(),
        row.bytes(),
        row.restoreSeconds());
  }
}
