package io.freshet.local.evaluation;

import io.freshet.local.evaluation.Contender.Size;
import io.freshet.local.evaluation.Evaluation.Choice;
import io.freshet.model.ComputeDevice;
import io.freshet.model.network.OptimizerRule;
import io.freshet.model.network.TrainingConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** How networks are trained, and what is tried for each. */
final class TuningOptions {
  @Option(
      names = "--size",
      defaultValue = "small",
      description = "Of the networks: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private Size size;

  @Option(
      names = "--learning-rates",
      paramLabel = "RATES",
      split = ",",
      defaultValue = "0.001",
      description = "Tried for each model, the best by validation taken; default ${DEFAULT-VALUE}.")
  private List<Float> learningRates;

  @Option(
      names = "--dropouts",
      paramLabel = "SHARES",
      split = ",",
      defaultValue = "0.2",
      description = "Tried with each learning rate; default ${DEFAULT-VALUE}.")
  private List<Float> dropouts;

  @Option(
      names = "--optimizer",
      defaultValue = "adam",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private OptimizerRule optimizer;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "12",
      description = "At most; default ${DEFAULT-VALUE}.")
  private int epochs;

  @Option(
      names = "--patience",
      paramLabel = "N",
      defaultValue = "3",
      description = "Epochs without a better one before training stops; default ${DEFAULT-VALUE}.")
  private int patience;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "512",
      description = "Examples per step; default ${DEFAULT-VALUE}.")
  private int batchSize;

  /**
   * Returns every learning rate with every dropout.
   *
   * @param vectors what tells those of a model that has any from others
   */
  List<Choice> choices(ComputeDevice device, String vectors) {
    List<Choice> choices = new ArrayList<>();
    for (float rate : learningRates) {
      TrainingConfig training =
          new TrainingConfig(
              Evaluation.TUNING_SEED,
              epochs,
              patience,
              Integer.MAX_VALUE,
              batchSize,
              optimizer,
              rate,
              Duration.ofDays(1),
              device);
      dropouts.forEach(dropout -> choices.add(new Choice(size, dropout, training, vectors)));
    }
    return choices;
  }
}
