package io.freshet.streaming.recommendation;

import io.freshet.model.Behavior;
import io.freshet.model.CandidateScorer;
import io.freshet.model.ComputeDevice;
import io.freshet.model.LoadedRelease;
import io.freshet.model.Ranking;
import io.freshet.model.ScoringRequest;
import io.freshet.model.ScoringRequest.PastItem;
import io.freshet.model.ScoringRequest.Target;
import io.freshet.schemas.Release;
import io.freshet.streaming.SubtaskDevice;
import java.util.List;
import java.util.Map;

/** A model and one subtask's scorer over it, on a device, or on the CPU once that has failed. */
final class ModelInUse implements InUse {
  private final Release release;
  private final LoadedRelease loaded;
  private final SubtaskDevice subtask;
  private ComputeDevice device;
  private CandidateScorer scorer;

  private ModelInUse(
      Release release, LoadedRelease loaded, SubtaskDevice subtask, ComputeDevice device) {
    this.release = release;
    this.loaded = loaded;
    this.subtask = subtask;
    this.device = device;
  }

  /** Takes {@code loaded} over, which has scored something when this returns. */
  static ModelInUse triedOut(Release release, LoadedRelease loaded, SubtaskDevice subtask) {
    try {
      return new ModelInUse(
          release, loaded, subtask, subtask.run(device -> triedOut(loaded, device)));
    } catch (RuntimeException | LinkageError e) {
      loaded.close();
      throw e;
    }
  }

  private static ComputeDevice triedOut(LoadedRelease loaded, ComputeDevice device) {
    try (CandidateScorer scorer = loaded.newScorer(device)) {
      tryOut(scorer, loaded);
      return device;
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
    scorer.score(List.of(new ScoringRequest(sequence, 0, targets, Map.of())), items.size());
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

  boolean isOnGpu() {
    return device.isGpu();
  }

  /**
   * Scores on the subtask's thread. From when the CPU has done what the device could not, all is
   * done there.
   *
   * @param explained as {@link CandidateScorer#score(List, int)} has it
   */
  List<Ranking> score(List<ScoringRequest> requests, int explained) {
    return subtask.run(device, where -> score(requests, explained, where));
  }

  private List<Ranking> score(List<ScoringRequest> requests, int explained, ComputeDevice where) {
    if (where.equals(device)) {
      if (scorer == null) {
        scorer = loaded.newScorer(where);
      }
      return scorer.score(requests, explained);
    }
    CandidateScorer instead = loaded.newScorer(where);
    try {
      List<Ranking> rankings = instead.score(requests, explained);
      CandidateScorer failed = scorer;
      scorer = instead;
      device = where;
      instead = failed;
      return rankings;
    } finally {
      if (instead != null) {
        instead.close();
      }
    }
  }

  @Override
  public void close() {
    if (scorer != null) {
      scorer.close();
    }
    loaded.close();
  }
}
