package io.freshet.local.evaluation;

import io.freshet.local.WorkFolder;
import io.freshet.local.evaluation.Contender.Size;
import io.freshet.local.evaluation.Report.Cell;
import io.freshet.model.CandidateScorer;
import io.freshet.model.evaluation.Protocol;
import io.freshet.model.network.NetworkForm;
import io.freshet.model.network.NetworkTrainer;
import io.freshet.model.network.TrainedNetwork;
import io.freshet.model.network.TrainingConfig;
import io.freshet.model.network.TrainingProgress;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Trains models and measures them, each as many times and after as much tuning as any other.
 *
 * <p>All choices are tried once with a seed that is used for nothing else; the best by validation
 * is then trained with each seed. What the report has already is not done again.
 */
final class Evaluation {
  static final int TUNING_SEED = 0;
  static final int RULE_SEED = 1; // rules draw nothing
  static final String RULE_SETTINGS = ""; // and have nothing to choose

  private final Protocol protocol;
  private final String dataset;
  private final List<Choice> choices;
  private final int seeds;
  private final Report report;
  private final PrintStream progress;

  /**
   * What may be chosen for a model.
   *
   * @param vectors how those are learnt that some are given
   */
  record Choice(Size size, float dropout, TrainingConfig training, String vectors) {
    Choice withSeed(int seed) {
      return new Choice(size, dropout, training.withSeed(seed), vectors);
    }
  }

  Evaluation(
      Protocol protocol,
      String dataset,
      List<Choice> choices,
      int seeds,
      Report report,
      PrintStream progress) {
    this.protocol = protocol;
    this.dataset = dataset;
    this.choices = choices;
    this.seeds = seeds;
    this.report = report;
    this.progress = progress;
  }

  /** Adds what is missing of a model to the report. */
  void run(Contender contender) throws IOException {
    if (contender.isNetwork()) {
      Choice chosen =
          new Tuning(dataset, protocol.questions(), report)
              .best(
                  contender.name(),
                  choices,
                  choice -> settings(contender, choice),
                  choice -> validation(contender, choice));
      for (int seed = 1; seed <= seeds; seed++) {
        runNetwork(contender, chosen, seed);
      }
    } else {
      runRule(contender);
    }
  }

  private void runRule(Contender contender) throws IOException {
    if (report
        .cell(contender.name(), dataset, RULE_SEED, protocol.questions(), RULE_SETTINGS)
        .isEmpty()) {
      boolean isPopularity = contender.kind().equals(Contender.POPULAR);
      try (CandidateScorer rule = isPopularity ? protocol.popularity() : protocol.coClicks()) {
        report.add(
            new Cell(
                contender.name(),
                dataset,
                RULE_SEED,
                protocol.questions(),
                RULE_SETTINGS,
                protocol.measure(rule),
                List.of()));
      }
    }
  }

  private void runNetwork(Contender contender, Choice chosen, int seed) throws IOException {
    String settings = settings(contender, chosen);
    if (report.cell(contender.name(), dataset, seed, protocol.questions(), settings).isEmpty()) {
      List<Double> curve = new ArrayList<>();
      try (TrainedNetwork trained = train(contender, chosen.withSeed(seed), curve);
          CandidateScorer scorer = trained.newScorer()) {
        report.add(
            new Cell(
                contender.name(),
                dataset,
                seed,
                protocol.questions(),
                settings,
                protocol.measure(scorer),
                curve));
      }
    }
  }

  private double validation(Contender contender, Choice choice) throws IOException {
    List<Double> curve = new ArrayList<>();
    try (TrainedNetwork unused = train(contender, choice, curve)) {
      return Collections.max(curve);
    }
  }

  private static String settings(Contender contender, Choice choice) {
    NetworkForm form = contender.form(choice.size(), choice.dropout());
    String vectors = contender.isGivenVectors() ? ", vectors of " + choice.vectors() : "";
    return form + ", " + choice.training() + vectors;
  }

  private TrainedNetwork train(Contender contender, Choice choice, List<Double> curve)
      throws IOException {
    NetworkForm form = contender.form(choice.size(), choice.dropout());
    long seed = choice.training().seed();
    try (WorkFolder work = WorkFolder.createUntilExit()) {
      return NetworkTrainer.train(
          form,
          protocol.material(form, seed),
          choice.training(),
          step -> note(contender, seed, step, curve),
          work.path());
    }
  }

  private void note(Contender contender, long seed, TrainingProgress step, List<Double> curve) {
    if (step.isEndOfEpoch()) {
      curve.add(step.validation());
      progress.printf(
          Locale.ROOT,
          "%s, seed %d, epoch %d: loss %.4f, validation %.4f, %d s%n",
          contender.name(),
          seed,
          step.epoch(),
          step.loss(),
          step.validation(),
          step.elapsed().toSeconds());
    }
  }
}
