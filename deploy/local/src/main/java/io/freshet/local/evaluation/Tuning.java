package io.freshet.local.evaluation;

import io.freshet.local.evaluation.Report.Trial;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Chooses among settings: each is tried once, and the best by validation taken; the first of those
 * that are equally good. What the report has already is not tried again.
 */
record Tuning(String dataset, String question, Report report) {
  /**
   * Trains a model with some settings.
   *
   * @param <C> the settings
   */
  interface Attempt<C> {
    /** Returns the validation metric, the higher the better. */
    double validation(C choice) throws IOException;
  }

  /** Returns the best of the choices; a single one is not tried. */
  <C> C best(String model, List<C> choices, Function<C, String> settings, Attempt<C> attempt)
      throws IOException {
    C best = choices.get(0);
    if (choices.size() > 1) {
      double bestValidation = Double.NEGATIVE_INFINITY;
      for (C choice : choices) {
        double validation = validation(model, choice, settings.apply(choice), attempt);
        if (validation > bestValidation) {
          best = choice;
          bestValidation = validation;
        }
      }
    }
    return best;
  }

  private <C> double validation(String model, C choice, String settings, Attempt<C> attempt)
      throws IOException {
    Optional<Trial> known = report.trial(model, dataset, question, settings);
    if (known.isPresent()) {
      return known.get().validation();
    }
    double validation = attempt.validation(choice);
    report.add(new Trial(model, dataset, question, settings, validation));
    return validation;
  }
}
