package io.freshet.model;

import java.util.List;

/**
 * Scores candidates for users with one model release. Owned by one thread; close it to free its
 * native buffers.
 */
public interface CandidateScorer extends AutoCloseable {
  /**
   * Returns, for each request in the order given, one click probability in [0, 1] per candidate,
   * and for the best of them the attention that they paid to each past item.
   *
   * <p>A user never seen before has an empty sequence; an id the model was not trained on is scored
   * as unknown. Ages are measured from {@link ScoringRequest#nowMillis()}.
   *
   * @param explained of how many candidates of a request, those of the highest scores, the
   *     attention is wanted
   */
  List<Ranking> score(List<ScoringRequest> requests, int explained);

  /** Returns the scores alone. */
  default List<Ranking> score(List<ScoringRequest> requests) {
    return score(requests, 0);
  }

  @Override
  void close();
}
