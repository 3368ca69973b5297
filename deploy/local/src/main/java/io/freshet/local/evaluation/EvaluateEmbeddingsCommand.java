package io.freshet.local.evaluation;

import io.freshet.local.data.DataSets;
import io.freshet.model.baseline.BprConfig;
import io.freshet.model.pcrec.InteractionSplit;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Learns vectors of users and items and compares how they rank what users click later. */
@Command(
    name = "evaluate-embeddings",
    description = {
      "Learns vectors of a data set's users and items, several times with other seeds, and compares"
          + " how they rank all items for what each user clicks later. A run that was broken off"
          + " goes on where it stopped."
    },
    mixinStandardHelpOptions = true)
public final class EvaluateEmbeddingsCommand implements Callable<Integer> {
  @Option(
      names = "--target",
      paramLabel = "DIR",
      required = true,
      description = "A folder with the public data set to recommend in.")
  private Path target;

  @Option(
      names = "--source",
      paramLabel = "DIR",
      description = "A folder with the one to learn from before.")
  private Path source;

  @Option(
      names = "--models",
      paramLabel = "NAMES",
      required = true,
      description =
          "Separated by commas: popular, mf, lightgcn, pcrec; with options as in"
              + " pcrec:encoder=target,radius=3,tuning=none.")
  private String names;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "1",
      description = "How often each model is trained; default ${DEFAULT-VALUE}.")
  private int seeds;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      required = true,
      description = "Where the results are written, as JSON, with charts beside it.")
  private Path reportFile;

  @Option(
      names = "--width",
      paramLabel = "N",
      defaultValue = "64",
      description = "Of the vectors; default ${DEFAULT-VALUE}.")
  private int width;

  @Option(
      names = "--learning-rates",
      paramLabel = "RATES",
      split = ",",
      defaultValue = "0.01",
      description = "Tried for each model, the best by validation taken; default ${DEFAULT-VALUE}.")
  private List<Float> learningRates;

  @Option(
      names = "--regularizations",
      paramLabel = "FACTORS",
      split = ",",
      defaultValue = "0.01,0.03",
      description = "Tried with each learning rate; default ${DEFAULT-VALUE}.")
  private List<Float> regularizations;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "200",
      description = "At most; default ${DEFAULT-VALUE}.")
  private int epochs;

  @Option(
      names = "--patience",
      paramLabel = "N",
      defaultValue = "20",
      description = "Epochs without a better one before training stops; default ${DEFAULT-VALUE}.")
  private int patience;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "2048",
      description = "Pairs per step; default ${DEFAULT-VALUE}.")
  private int batchSize;

  private final PrintStream screen = System.out;

  @Override
  public Integer call() throws Exception {
    List<Contender> contenders = EmbeddingModels.parseAll(names);
    List<BprConfig> choices = choices();
    Report report = Report.open(reportFile);
    InteractionSplit split = InteractionSplit.of(DataSets.read(target));
    EmbeddingEvaluation evaluation =
        new EmbeddingEvaluation(models(), split, dataset(), choices, seeds, report, System.err);
    for (Contender contender : contenders) {
      evaluation.run(contender);
    }
    screen.print(report.table());
    Charts.write(report, reportFile);
    return 0;
  }

  private EmbeddingModels models() throws IOException {
    return new EmbeddingModels(source == null ? null : DataSets.read(source), System.err);
  }

  private String dataset() {
    return source == null ? name(target) : name(source) + " to " + name(target);
  }

  private static String name(Path folder) {
    return folder.toAbsolutePath().normalize().getFileName().toString();
  }

  /** Returns every learning rate with every regularization. */
  private List<BprConfig> choices() {
    List<BprConfig> choices = new ArrayList<>();
    for (float rate : learningRates) {
      for (float regularization : regularizations) {
        choices.add(
            new BprConfig(
                width, rate, regularization, batchSize, epochs, patience, Evaluation.TUNING_SEED));
      }
    }
    return choices;
  }
}
