package io.freshet.streaming.recommendation;

import io.freshet.model.Behavior;
import io.freshet.model.CandidateScorer;
import io.freshet.model.LoadedRelease;
import io.freshet.model.ScoringRequest;
import io.freshet.model.ScoringRequest.PastItem;
import io.freshet.model.ScoringRequest.Target;
import io.freshet.schemas.Release;
import java.util.List;
import java.util.Map;

/** A model and one subtask's scorer over it. */
final class ModelInUse implements InUse {
  private final Release release;
  private final LoadedRelease loaded;
  private CandidateScorer scorer;

  private ModelInUse(Release release, LoadedRelease loaded) {
    this.release = release;
    this.loaded = loaded;
  }

  /** Takes {@code loaded} over, which has scored something when this returns. */
  static ModelInUse triedOut(Release release, LoadedRelease loaded) {
    try (CandidateScorer scorer = loaded.newScorer()) {
      tryOut(scorer, loaded);
      return new ModelInUse(release, loaded);
    } catch (RuntimeException | LinkageError e) {
      loaded.close();
      throw e;
    }
  }

  /** Scores something, so that what cannot work fails here, and the first answer is not slow. */
  private static void tryOut(CandidateScorer scorer, LoadedRelease inMemory) {
    List<String> items = inMemory.items().popular().stream().limit(100).toList();
    if (items.isEmpty()) {
      return;
    }
    List<PastItem> sequence = items.stream().limit(50).map(item -> past(item, inMemory)).toList();
    List<Target> targets =
        items.stream().map(item -> new Target(item, inMemory.items().categoryOf(item))).toList();
    scorer.score(List.of(new ScoringRequest(sequence, 0, targets, Map.of())));
  }

  private static PastItem past(String item, LoadedRelease inMemory) {
    return new PastItem(item, inMemory.items().categoryOf(item), Behavior.UNKNOWN_TIME, "click");
  }

  @Override
  public Release release() {
    return release;
  }

  LoadedRelease loaded() {
    return loaded;
  }

  /** Returns the scorer of the subtask's thread. */
  CandidateScorer scorer() {
    if (scorer == null) {
      scorer = loaded.newScorer();
    }
    return scorer;
  }

  @Override
  public void close() {
    if (scorer != null) {
      scorer.close();
    }
    loaded.close();
  }
}
