package io.freshet.streaming.training;

import io.freshet.model.ComputeDevice;
import io.freshet.model.TrainingLog;
import io.freshet.model.bst.BstRelease;
import io.freshet.model.pcrec.EmbeddingRelease;
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
   * @param validationAuc of what was trained, within requests made of the newest clicks
   * @param currentAuc of the release in use, on the same clicks; not a number where there is none
   */
  record Outcome(Release release, double validationAuc, double currentAuc) {}

  /**
   * What stands announced when a round starts.
   *
   * @param model to go on from; null for none
   * @param embeddings whose vectors the model is given; null for none
   */
  record Announced(Release model, Release embeddings) implements Serializable {
    static final Announced NOTHING = new Announced(null, null);

    /** Returns what stands announced after another announcement. */
    Announced and(Release release) {
      return new Announced(
          BstRelease.newest(model, release), EmbeddingRelease.newest(embeddings, release));
    }
  }

  /**
   * Goes on from what is announced with what {@code log} holds.
   *
   * @param device where the network learns
   * @param scratch an existing folder for what is needed meanwhile
   * @param stopped asked now and then whether nobody waits for the outcome any more
   * @throws Exception when the round cannot be finished; says why
   */
  Outcome run(
      TrainingLog log,
      Announced announced,
      ComputeDevice device,
      Path scratch,
      BooleanSupplier stopped)
      throws Exception;
}
