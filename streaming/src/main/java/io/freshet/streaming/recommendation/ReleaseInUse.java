package io.freshet.streaming.recommendation;

import io.freshet.model.CandidateScorer;
import io.freshet.model.LoadedRelease;
import io.freshet.schemas.Release;

/** A release and one subtask's scorer over it. Owned by the subtask's thread, who closes it. */
record ReleaseInUse(Release release, LoadedRelease loaded, CandidateScorer scorer)
    implements AutoCloseable {
  /** Takes {@code loaded} over. */
  static ReleaseInUse of(Release release, LoadedRelease loaded) {
    return new ReleaseInUse(release, loaded, loaded.newScorer());
  }

  @Override
  public void close() {
    scorer.close();
    loaded.close();
  }
}
