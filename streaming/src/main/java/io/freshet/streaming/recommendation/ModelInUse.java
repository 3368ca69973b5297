package io.freshet.streaming.recommendation;

import io.freshet.model.Behavior;
import io.freshet.model.CandidateScorer;
import io.freshet.model.ComputeDevice;
import io.freshet.model.LoadedRelease;
import io.freshet.model.Ranking;
import io.freshet.model.ScoringRequest;
import io.freshet.model.ScoringRequest.PastItem;
import io.freshet.model.ScoringRequest.Target;
import io.freshet.schemas.Item;
import io.freshet.schemas.Release;
import io.freshet.streaming.SubtaskDevice;
import java.util.ArrayList;
import java.util.Iterator;
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
    } catch (Throwable e) { // be it want of memory
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
    List<PastItem> sequence = new ArrayList<>();
    List<Target> targets = new ArrayList<>();
    Iterator<Item> popular = inMemory.items().popular();
    while (popular.hasNext() && targets.size() < 100) {
      Item item = popular.next();
      targets.add(new Target(item.itemId(), item.categoryId()));
      sequence.add(new PastItem(item.itemId(), item.categoryId(), Behavior.UNKNOWN_TIME, "click"));
    }
    if (!targets.isEmpty()) {
      scorer.score(List.of(new ScoringRequest(sequence, 0, targets, Map.of())), targets.size());
    }
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
