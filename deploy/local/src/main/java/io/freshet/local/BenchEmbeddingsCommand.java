package io.freshet.local;

import io.freshet.model.baseline.BprConfig;
import io.freshet.model.embedding.EmbeddingBenchmark;
import io.freshet.model.embedding.EmbeddingBenchmark.Result;
import io.freshet.model.embedding.EmbeddingConfig;
import io.freshet.model.pcrec.PcRecConfig;
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
      "How fast PCRec makes embeddings, by the steps of a round, and how that grows with the edges"
          + " of the graph."
    },
    mixinStandardHelpOptions = true)
final class BenchEmbeddingsCommand implements Callable<Integer> {
  private static final int EPOCHS = 2;

  private final PrintStream screen = System.out;

  @Option(
      names = "--clicks",
      paramLabel = "N",
      split = ",",
      defaultValue = "100000,1000000,5000000",
      description = "Of the graph, ten a user; default ${DEFAULT-VALUE}.")
  private List<Integer> clicks;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "60",
      description = "Of pre-training, the first ten not timed; default ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--encoded-nodes",
      paramLabel = "N",
      defaultValue = "2048",
      description = "Default ${DEFAULT-VALUE}.")
  private int encodedNodes;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      required = true,
      description = "Where the results are written, as JSON.")
  private Path report;

  @Override
  public Integer call() throws IOException {
    PcRecConfig encoder = PcRecConfig.standard().withSteps(steps);
    BprConfig standard = EmbeddingConfig.standard(1, steps).tuning();
    BprConfig tuning =
        new BprConfig(
            standard.width(),
            standard.learningRate(),
            standard.regularization(),
            standard.batchSize(),
            EPOCHS,
            EPOCHS,
            standard.seed());
    EmbeddingBenchmark benchmark =
        new EmbeddingBenchmark(new EmbeddingConfig(encoder, 1, tuning, 1), encodedNodes);
    List<Result> rows = new ArrayList<>();
    for (int count : clicks) {
      Result row = benchmark.run(count);
      rows.add(row);
      print(row);
    }
    BenchCommand.JSON
        .writerWithDefaultPrettyPrinter()
        .writeValue(report.toFile(), Map.of("rows", rows));
    return 0;
  }

  private void print(Result row) {
    screen.printf(
        Locale.ROOT,
        "%,d edges, %,d nodes: graph %.1f s, positions %.1f s, pre-training %.0f views/s,"
            + " encoding %.0f nodes/s, fine-tuning %.1f s an epoch%n",
        row.edges(),
        row.nodes(),
        row.graphSeconds(),
        row.positionsSeconds(),
        row.viewsPerSecond(),
        row.nodesPerSecond(),
        row.epochSeconds());
  }
}
