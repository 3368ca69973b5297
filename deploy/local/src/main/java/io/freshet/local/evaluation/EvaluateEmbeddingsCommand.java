package io.freshet.local.evaluation;

import static io.freshet.model.Check.check;

import io.freshet.local.data.DataSets;
import io.freshet.model.ClickLog;
import io.freshet.model.baseline.BprConfig;
import io.freshet.model.pcrec.InteractionSplit;
import io.freshet.schemas.ClickEvent;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Learns vectors of users and items and compares how they rank what users click later. */
@Command(
    name = "evaluate-embeddings",
    description = {
      "Learns vectors of a data set's users and items, several times with other seeds, and compares"
          + " how they rank all items for what each user clicks later. Where source and target are"
          + " two domains of one folder, a tenth of the users of both are taken out of the target"
          + " and asked about by themselves. A run that was broken off goes on where it stopped."
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
      names = "--source-domain",
      paramLabel = "NAME",
      description =
          "The domain of the source to learn from; all of them where none is named. Must be named, and"
              + " another than the target's, where both are in one folder.")
  private String sourceDomain;

  @Option(
      names = "--target-domain",
      paramLabel = "NAME",
      description = "The domain of the target to recommend in, likewise.")
  private String targetDomain;

  @Option(
      names = "--models",
      paramLabel = "NAMES",
      defaultValue = "popular,mf,lightgcn,pcrec",
      description =
          "Separated by commas, with options as in"
              + " pcrec:encoder=target,radius=3,tuning=none,features=eigenvectors; pcrec needs a"
              + " --source; default ${DEFAULT-VALUE}.")
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
      description =
          "Where the results are written, as JSON, with charts beside it; refused where it has"
              + " answers to other questions, or of other clicks of the same name.")
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
      defaultValue = "0.003,0.01,0.03,0.05",
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
    check(seeds >= 1, "--seeds", "at least 1", seeds);
    List<Contender> contenders = EmbeddingModels.parseAll(names);
    List<BprConfig> choices = choices();
    Report report = Report.open(reportFile);
    ClickLog sourceLog = readSource();
    ClickLog targetLog = DataSets.read(target, targetDomain);
    InteractionSplit split = InteractionSplit.of(targetLog, sharedUsers(sourceLog));
    EmbeddingModels models = new EmbeddingModels(sourceLog, !split.newUsers().isEmpty());
    models.check(contenders);
    String question = "full of %08x".formatted(Objects.hash(targetLog, sourceLog));
    report.checkAsks(question, "full", dataset());
    EmbeddingEvaluation evaluation =
        new EmbeddingEvaluation(
            models, split, dataset(), question, choices, seeds, report, System.err);
    for (Contender contender : contenders) {
      evaluation.run(contender);
    }
    screen.print(report.table());
    Charts.write(report, reportFile);
    return 0;
  }

  private ClickLog readSource() throws IOException {
    if (source == null && sourceDomain != null) {
      throw new IllegalArgumentException("--source-domain must come with a --source, was without");
    }
    return source == null ? null : DataSets.read(source, sourceDomain);
  }

  /**
   * Returns the users of the source who are the same as the target's of that name. Publishers
   * number users anew, so names of two folders tell nothing.
   */
  private Set<String> sharedUsers(ClickLog sourceLog) throws IOException {
    if (sourceLog == null || !Files.isSameFile(source, target)) {
      return Set.of();
    }
    if (sourceDomain == null || targetDomain == null || sourceDomain.equals(targetDomain)) {
      throw new IllegalArgumentException(
          "--source-domain and --target-domain must be two of those in %s: %s, or what is held out would be learnt from; was %s and %s"
              .formatted(
                  source, DataSets.domains(source), given(sourceDomain), given(targetDomain)));
    }
    return sourceLog.clicks().stream().map(ClickEvent::userId).collect(Collectors.toSet());
  }

  private static String given(String domain) {
    return domain == null ? "none" : "'" + domain + "'";
  }

  private String dataset() {
    String name = name(target, targetDomain);
    return source == null ? name : name(source, sourceDomain) + " to " + name;
  }

  private static String name(Path folder, String domain) {
    String name = folder.toAbsolutePath().normalize().getFileName().toString();
    return domain == null ? name : name + " " + domain;
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
