package io.freshet.streaming.embedding;

import io.freshet.model.ComputeDevice;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Release;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/**
 * Makes embeddings, and releases them if they are good enough, in two steps. Both run on a thread
 * of their own, and are told by {@code stopped} when nobody waits for them any more.
 */
interface EmbeddingRound extends Serializable {
  /**
   * What the first step has made.
   *
   * @param encoder its weights
   * @param material what the second step needs besides the vectors
   * @param chunks how many there are of nodes to be encoded
   * @param networks of a chunk, by its number
   */
  record Prepared(byte[] encoder, byte[] material, int chunks, IntFunction<byte[]> networks) {}

  /**
   * What came of a round.
   *
   * @param release whose files are written, to be announced; null where the rule did not allow it
   * @param validationRecall of the new embeddings, on the newest items
   * @param currentRecall of the release in use, on the same; not a number where there is none
   */
  record Outcome(Release release, double validationRecall, double currentRecall) {}

  /**
   * Builds the graphs and pre-trains.
   *
   * @param current what to go on from; null for none
   * @param device where it pre-trains
   * @param scratch an existing folder for what is needed meanwhile
   * @throws Exception when the step cannot be finished; says why
   */
  Prepared prepare(
      List<ClickEvent> source,
      List<ClickEvent> target,
      Release current,
      ComputeDevice device,
      Path scratch,
      BooleanSupplier stopped)
      throws Exception;

  /**
   * Fine-tunes, validates and releases.
   *
   * @param material as prepared
   * @param vectors of all chunks, one after the other
   * @param current what must not be better; null for none
   * @param scratch an existing folder for what is needed meanwhile
   * @throws Exception when the step cannot be finished; says why
   */
  Outcome finish(
      byte[] material, float[] vectors, Release current, Path scratch, BooleanSupplier stopped)
      throws Exception;
}
