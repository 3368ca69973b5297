package io.freshet.streaming.training;

import io.freshet.model.TrainingLog;
import io.freshet.schemas.Release;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** Trains a model, and releases it if it is good enough. */
interface TrainingRound extends Serializable {
  /**
   * What came of a round.
   *
   * @param release whose files are written, to be announced; null where the rule did not allow it
   * @param validationAuc of what was trained, on the newest clicks
   * @param currentAuc of the release in use, on the same clicks; not a number where there is none
   */
  record Outcome(Release release, double validationAuc, double currentAuc) {}

  /**
   * Goes on from {@code current} with what {@code log} holds.
   *
   * @param current null for none
   * @param scratch an existing folder for what is needed meanwhile
   * @param stopped asked now and then whether nobody waits for the outcome any more
   * @throws Exception when the round cannot be finished; says why
   */
  Outcome run(TrainingLog log, Release current, Path scratch, BooleanSupplier stopped)
      throws Exception;
}
