package io.freshet.local.evaluation;

import static io.freshet.model.Check.check;

import io.freshet.local.DeviceOption;
import io.freshet.local.data.DataSets;
import io.freshet.local.evaluation.Evaluation.Choice;
import io.freshet.model.ClickLog;
import io.freshet.model.EmbeddingHistory;
import io.freshet.model.EmbeddingSpace;
import io.freshet.model.ImpressionLog;
import io.freshet.model.LeaveOneOut;
import io.freshet.model.evaluation.ClickThrough;
import io.freshet.model.evaluation.HeldOutClicks;
import io.freshet.model.evaluation.HeldOutClicks.Setup;
import io.freshet.model.evaluation.Protocol;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains models on a data set and compares them on what they have not seen. */
@Command(
    name = "evaluate",
    description = {
      "Trains models on a data set, several times with other seeds, and compares them on what they"
          + " have not seen. A run that was broken off goes on where it stopped."
    },
    mixinStandardHelpOptions = true)
public final class EvaluateCommand implements Callable<Integer> {
  private static final double TRAIN_SHARE = .8;
  private static final double TRAIN_AND_VALIDATION_SHARE = .9;
  private static final int NEGATIVES = 16;

  /** Vectors that are still to be learnt: enough to tell what will be asked. */
  private static final EmbeddingHistory NOT_YET = EmbeddingHistory.always(EmbeddingSpace.NONE);

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "A folder with a public data set.")
  private Path data;

  @Option(
      names = "--test",
      paramLabel = "FILE",
      description =
          "ranking and ranking-full: held-out clicks to ask about, in the format of the data set;"
              + " what the data set itself holds out is then known too.")
  private Path test;

  @Option(
      names = "--source",
      paramLabel = "DIR",
      description =
          "A folder with the data set that vectors are pre-trained on; by default they are on what"
              + " models learn from. Another than --data with ranking and ranking-full.")
  private Path source;

  @Mixin private DeviceOption device;

  @Option(
      names = "--pre-training-steps",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Of vectors; default ${DEFAULT-VALUE}.")
  private int preTrainingSteps;

  @Option(
      names = "--models",
      paramLabel = "NAMES",
      required = true,
      description =
          "Separated by commas: popular, co-click, wdl, wdl-seq, din, sasrec, bst; with options as"
              + " in bst:depth=2,readout=concat,position=index; bst:vectors=pcrec is given vectors:"
              + " for what happened by halfway through the training part none, then those of"
              + " what happened by then, and where it is measured of all that happened before.")
  private String models;

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      required = true,
      description =
          "ctr (labelled impressions, cut by time), ranking (each user's held-out click among"
              + " others) or ranking-full (among all items). ctr measures items without a click in"
              + " the training part once more: ctr-new-items, which the vectors know when the test"
              + " begins, and ctr-unknown-items, which they do not; where no model is given"
              + " vectors, those clicked before the test and those not.")
  private String protocolName;

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
      names = "--validation-from",
      paramLabel = "TIME",
      converter = InstantConverter.class,
      description =
          "ctr: where validation begins, as 2026-01-31T00:00:00Z; after 80 %% by default.")
  private Instant validationFrom;

  @Option(
      names = "--test-from",
      paramLabel = "TIME",
      converter = InstantConverter.class,
      description = "ctr: where the test part begins; after 90 %% by default.")
  private Instant testFrom;

  @Mixin private TuningOptions tuning;

  @Option(
      names = "--negatives",
      paramLabel = "N",
      description =
          "ranking and ranking-full: items drawn beside each clicked one in training; default 16.")
  private Integer negatives;

  @Option(
      names = "--users",
      paramLabel = "N",
      description =
          "How many are asked about at most; all by default of ranking, 2000 of ranking-full.")
  private Integer users;

  private final PrintStream screen = System.out;
  private Report report;
  private ClickLog sourceLog; // null where vectors are pre-trained on what models learn from

  @Override
  public Integer call() throws Exception {
    check(seeds >= 1, "--seeds", "at least 1", seeds);
    check(negatives == null || negatives >= 1, "--negatives", "at least 1", negatives);
    check(users == null || users >= 1, "--users", "at least 1", users);
    List<Contender> contenders = Contender.parseAll(models);
    boolean needsVectors = contenders.stream().anyMatch(Contender::isGivenVectors);
    check(
        source == null || needsVectors,
        "--source",
        "with a model that has vectors, such as bst:vectors=pcrec",
        source);
    report = Report.open(reportFile);
    sourceLog = source == null ? null : DataSets.read(source);
    Protocol protocol = protocol(needsVectors);
    List<Choice> choices = tuning.choices(device.device(), trainingOfVectors());
    Evaluation evaluation = new Evaluation(protocol, dataset(), choices, seeds, report, System.err);
    for (Contender contender : contenders) {
      evaluation.run(contender);
    }
    screen.print(report.table());
    Charts.write(report, reportFile);
    return 0;
  }

  private Protocol protocol(boolean needsVectors) throws IOException {
    return switch (protocolName) {
      case "ctr" -> clickThrough(needsVectors);
      case "ranking" -> ranking(99, Integer.MAX_VALUE, needsVectors);
      case "ranking-full" -> ranking(Setup.ALL, 2_000, needsVectors);
      default ->
          throw new IllegalArgumentException(
              "--protocol must be ctr, ranking or ranking-full, was '%s'".formatted(protocolName));
    };
  }

  private Protocol clickThrough(boolean needsVectors) throws IOException {
    checkAbsent("--test", test);
    checkAbsent("--users", users);
    checkAbsent("--negatives", negatives);
    ImpressionLog log = DataSets.readImpressions(data);
    Instant validated = validationFrom == null ? log.timeAt(TRAIN_SHARE) : validationFrom;
    Instant asked = testFrom == null ? log.timeAt(TRAIN_AND_VALIDATION_SHARE) : testFrom;
    Function<EmbeddingHistory, Protocol> protocol =
        vectors -> new ClickThrough(log, validated, asked, vectors);
    Protocol unlearnt = protocol.apply(needsVectors ? NOT_YET : EmbeddingHistory.NONE);
    checkGoesOn(unlearnt);
    if (!needsVectors) {
      return unlearnt;
    }
    Instant halfway = log.before(validated).clicks().timeAt(.5);
    return protocol.apply(vectors(log.clicks(), halfway, validated, asked));
  }

  private Protocol ranking(int among, int usersAtMost, boolean needsVectors) throws IOException {
    checkAbsent("--validation-from", validationFrom);
    checkAbsent("--test-from", testFrom);
    LeaveOneOut clicks = DataSets.readLeaveOneOut(data, test);
    check(
        source == null || !Files.isSameFile(source, data),
        "--source",
        "another folder than --data with --protocol %s, or what is held out would be learnt from"
            .formatted(protocolName),
        source);
    Setup setup =
        new Setup(
            protocolName,
            among,
            users == null ? usersAtMost : users,
            negatives == null ? NEGATIVES : negatives);
    checkGoesOn(new HeldOutClicks(clicks, setup, EmbeddingHistory.NONE)); // for all vectors alike
    return new HeldOutClicks(
        clicks,
        setup,
        needsVectors
            ? vectors(clicks.train(), clicks.train().timeAt(.5), Instant.MAX)
            : EmbeddingHistory.NONE);
  }

  /** Refuses a report of other questions, before any vectors are learnt. */
  private void checkGoesOn(Protocol protocol) throws IOException {
    report.checkAsks(protocol.questions(), protocolName, dataset());
  }

  /** Refuses what a protocol has no use for. */
  private void checkAbsent(String option, Object value) {
    check(value == null, option, "left out with --protocol " + protocolName, value);
  }

  private EmbeddingHistory vectors(ClickLog clicks, Instant... ends) throws IOException {
    return LearntVectors.of(
        sourceLog,
        clicks,
        new TreeSet<>(List.of(ends)),
        preTrainingSteps,
        device.device(),
        System.err);
  }

  private String dataset() {
    String own = name(data);
    String asked = test == null ? own : own + " " + test.getFileName();
    return source == null ? asked : name(source) + " to " + asked;
  }

  private static String name(Path folder) {
    return folder.toAbsolutePath().normalize().getFileName().toString();
  }

  /** Returns what tells vectors of one training of theirs from those of another. */
  private String trainingOfVectors() {
    return "%d steps on %s"
        .formatted(
            preTrainingSteps,
            sourceLog == null ? "the target" : "%08x".formatted(sourceLog.hashCode()));
  }
}
