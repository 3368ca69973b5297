package io.freshet.local.evaluation;

import io.freshet.local.evaluation.Report.Cell;
import io.freshet.model.baseline.BprConfig;
import io.freshet.model.baseline.BprProgress;
import io.freshet.model.evaluation.FullRanking;
import io.freshet.model.evaluation.ItemScores;
import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.model.pcrec.InteractionSplit;
import io.freshet.model.pcrec.NodeEmbeddings;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Learns vectors of users and items and measures how they rank, each model as many times and after
 * as much tuning as any other; as {@link Evaluation} does it with networks.
 */
final class EmbeddingEvaluation {
  private final EmbeddingModels models;
  private final InteractionSplit split;
  private final InteractionGraph graph;
  private final FullRanking ranking;
  private final String dataset;
  private final String question;
  private final List<BprConfig> choices;
  private final int seeds;
  private final Report report;
  private final PrintStream progress;

  /**
   * @param question what is asked, and of which clicks
   */
  EmbeddingEvaluation(
      EmbeddingModels models,
      InteractionSplit split,
      String dataset,
      String question,
      List<BprConfig> choices,
      int seeds,
      Report report,
      PrintStream progress) {
    this.models = models;
    this.split = split;
    this.graph = split.train();
    this.ranking = new FullRanking(split);
    this.dataset = dataset;
    this.question = question;
    this.choices = choices;
    this.seeds = seeds;
    this.report = report;
    this.progress = progress;
  }

  /** Adds what is missing of a model to the report. */
  void run(Contender contender) throws IOException {
    if (contender.kind().equals(EmbeddingModels.POPULAR)) {
      runPopular(contender);
    } else {
      BprConfig chosen =
          new Tuning(dataset, question, report)
              .best(
                  contender.name(),
                  choices,
                  BprConfig::toString,
                  choice -> validation(train(contender, choice, new ArrayList<>())));
      for (int seed = 1; seed <= seeds; seed++) {
        runVectors(contender, chosen, seed);
      }
    }
  }

  private void runPopular(Contender contender) throws IOException {
    if (report
        .cell(contender.name(), dataset, Evaluation.RULE_SEED, question, Evaluation.RULE_SETTINGS)
        .isEmpty()) {
      ItemScores popular = ItemScores.byPopularity(graph);
      Map<String, Map<String, Double>> metrics = ranking.measure(popular);
      metrics.putAll(ranking.measureNewUsers(user -> popular.of(0))); // the same for everyone
      report.add(
          new Cell(
              contender.name(),
              dataset,
              Evaluation.RULE_SEED,
              question,
              Evaluation.RULE_SETTINGS,
              metrics,
              List.of()));
    }
  }

  private void runVectors(Contender contender, BprConfig chosen, int seed) throws IOException {
    String settings = chosen.toString(); // with the seed of the tuning
    if (report.cell(contender.name(), dataset, seed, question, settings).isEmpty()) {
      List<Double> curve = new ArrayList<>();
      NodeEmbeddings vectors = train(contender, chosen.withSeed(seed), curve);
      Map<String, Map<String, Double>> metrics =
          ranking.measure(ItemScores.byProduct(graph, vectors));
      if (!split.newUsers().isEmpty()) {
        metrics.putAll(measureNewUsers(contender, chosen.withSeed(seed), vectors));
      }
      report.add(new Cell(contender.name(), dataset, seed, question, settings, metrics, curve));
    }
  }

  private Map<String, Map<String, Double>> measureNewUsers(
      Contender contender, BprConfig config, NodeEmbeddings vectors) {
    NewUserVectors users =
        NewUserVectors.of(graph, vectors, models.sourceUsers(contender, graph, config));
    progress.printf(
        "%s, seed %d: %s%n",
        contender.name(), config.seed(), users.describe(split.newUsers().keySet()));
    Function<float[], float[]> products = ItemScores.products(graph, vectors);
    return ranking.measureNewUsers(user -> products.apply(users.of(user)));
  }

  private NodeEmbeddings train(Contender contender, BprConfig config, List<Double> curve) {
    return models
        .training(contender)
        .train(graph, config, this::validation, step -> note(contender, config, step, curve));
  }

  private double validation(NodeEmbeddings vectors) {
    return ranking.validationRecall(ItemScores.byProduct(graph, vectors));
  }

  private void note(Contender contender, BprConfig config, BprProgress step, List<Double> curve) {
    if (step.epoch() > 0) {
      curve.add(step.validation());
    }
    progress.printf(
        Locale.ROOT,
        "%s, seed %d, rate %s, regularization %s, epoch %d: %svalidation recall %.4f, %d s%n",
        contender.name(),
        config.seed(),
        config.learningRate(),
        config.regularization(),
        step.epoch(),
        step.epoch() > 0 ? String.format(Locale.ROOT, "loss %.4f, ", step.loss()) : "",
        step.validation(),
        step.elapsed().toSeconds());
  }
}
