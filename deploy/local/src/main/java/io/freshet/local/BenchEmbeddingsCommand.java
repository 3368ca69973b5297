package io.freshet.local;

import io.freshet.local.data.DataSets;
import io.freshet.model.embedding.EmbeddingBenchmark;
import io.freshet.model.embedding.EmbeddingBenchmark.Result;
import io.freshet.model.embedding.EmbeddingConfig;
import io.freshet.model.pcrec.IndexBenchmark.Comparison;
import io.freshet.schemas.ClickEvent;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench embeddings}. */
@Command(
    name = "embeddings",
    description = {
      "How long a round of PCRec takes, from clicks to a release on disk, part by part, by the"
          + " number of clicks; and how many of the items nearest to users a graph of the items"
          + " finds. All nodes are encoded in this process, which the job does in all subtasks."
    },
    mixinStandardHelpOptions = true)
final class BenchEmbeddingsCommand implements Callable<Integer> {
  private static final List<Integer> CLICKS = List.of(100_000, 1_000_000);

  private final PrintStream screen = System.out;

  @Option(
      names = "--clicks",
      paramLabel = "N",
      split = ",",
      description =
          "Random ones, ten a user; 5000000 take a heap of 10 GB; default 100000,1000000.")
  private List<Integer> clicks;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "A folder with a public data set, whose clicks are taken in place of random ones.")
  private Path data;

  @Option(
      names = "--source-core",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "How many edges each user and item must have among the others that are pre-trained on;"
              + " default ${DEFAULT-VALUE}, the job's.")
  private int sourceCore;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Of pre-training, more than ten; default ${DEFAULT-VALUE}, the job's.")
  private int steps;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      required = true,
      description = "Where the results are written, as JSON.")
  private Path report;

  @Override
  public Integer call() throws IOException {
    if (data != null && clicks != null) {
      throw new IllegalArgumentException("--clicks must come without --data, was with " + data);
    }
    List<Integer> counts = clicks == null ? CLICKS : clicks;
    BenchCommand.checkPositive("--clicks", counts);
    EmbeddingBenchmark benchmark =
        new EmbeddingBenchmark(EmbeddingConfig.standard(sourceCore, steps));
    List<Result> rows = new ArrayList<>();
    if (data != null) {
      rows.add(measured(benchmark, DataSets.read(data).clicks()));
    } else {
      for (int count : counts) {
        rows.add(measured(benchmark, EmbeddingBenchmark.randomClicks(count)));
      }
    }
    BenchCommand.JSON
        .writerWithDefaultPrettyPrinter()
        .writeValue(
            report.toFile(),
            Map.of("data", data == null ? "random clicks" : data.toString(), "rows", rows));
    return 0;
  }

  private Result measured(EmbeddingBenchmark benchmark, List<ClickEvent> measuredOn)
      throws IOException {
    try (WorkFolder folder = WorkFolder.create()) {
      Result row = benchmark.run(measuredOn, folder.path());
      print(row);
      return row;
    }
  }

  private void print(Result row) {
    screen.printf(
        Locale.ROOT,
        "%,d edges, %,d nodes: a round in %.1f s: preparation %.1f s (pre-training %.0f views/s),"
            + " encoding %.1f s (%.0f nodes/s), fine-tuning %.1f s (%d epochs of %.2f s), writing"
            + " %.1f s%n",
        row.edges(),
        row.nodes(),
        row.roundSeconds(),
        row.preparationSeconds(),
        row.viewsPerSecond(),
        row.encodingSeconds(),
        row.nodesPerSecond(),
        row.fineTuningSeconds(),
        row.epochs(),
        row.epochSeconds(),
        row.writingSeconds());
    Comparison index = row.index();
    screen.printf(
        Locale.ROOT,
        "  the %d nearest of %,d items to %d users: a graph, built in %.1f s, finds %.2f %% of"
            + " them in %.0f us; to look at all takes %.0f us%n",
        index.near(),
        index.items(),
        index.users(),
        index.buildSeconds(),
        100 * index.recall(),
        index.graphMicros(),
        index.exactMicros());
  }
}
