package io.freshet.streaming.recommendation;

import io.freshet.model.EmbeddingSpace;
import io.freshet.model.bst.BstRelease;
import io.freshet.model.pcrec.EmbeddingRelease;
import io.freshet.schemas.Release;
import io.freshet.streaming.SubtaskDevice;
import io.freshet.streaming.recommendation.RecommendationConfig.OnMissing;
import io.freshet.streaming.recommendation.ReleaseSwap.Subtask;
import java.util.List;
import org.apache.flink.api.common.state.BroadcastState;

/**
 * What a subtask recommends with: a model, and embeddings where there are any. Each has its own
 * {@link ReleaseSwap}, and both change at the same moments.
 *
 * <p>All methods are called by the subtask's own thread.
 */
final class ReleasesInUse implements AutoCloseable {
  /** The kind of a model's releases. */
  static final String MODEL = BstRelease.KIND;

  /** The kind of releases of embeddings. */
  static final String EMBEDDINGS = EmbeddingRelease.KIND;

  private static final String ACTIVE = "active";
  private static final String ANNOUNCED = "announced";

  private final ReleaseSwap<ModelInUse> models;
  private final ReleaseSwap<EmbeddingsInUse> embeddings;

  /**
   * @param device where models score
   * @param whenLoaded called by the subtask's thread when there is something to swap
   */
  ReleasesInUse(Loaders loaders, SubtaskDevice device, Subtask subtask, Runnable whenLoaded) {
    models =
        new ReleaseSwap<>(
            MODEL,
            release ->
                ModelInUse.triedOut(
                    release, loaders.models().load(release, subtask.scratch()), device),
            subtask,
            whenLoaded);
    embeddings =
        new ReleaseSwap<>(
            EMBEDDINGS,
            release ->
                EmbeddingsInUse.triedOut(
                    release, loaders.embeddings().load(release, subtask.scratch())),
            subtask,
            whenLoaded);
  }

  /** Writes what a job without state starts with, at most one release of each kind. */
  static void write(List<Release> first, BroadcastState<String, Release> state) throws Exception {
    for (Release release : first) {
      state.put(key(ACTIVE, release.kind()), release);
      state.put(key(ANNOUNCED, release.kind()), release);
    }
  }

  /** Writes what {@link #start} goes on from. */
  void write(BroadcastState<String, Release> state) throws Exception {
    state.clear();
    write(models, MODEL, state);
    write(embeddings, EMBEDDINGS, state);
  }

  private static void write(ReleaseSwap<?> swap, String kind, BroadcastState<String, Release> state)
      throws Exception {
    if (swap.active() != null) {
      state.put(key(ACTIVE, kind), swap.active().release());
    }
    if (swap.announced() != null) {
      state.put(key(ANNOUNCED, kind), swap.announced());
    }
  }

  /** The model's keys are what they were before there were embeddings. */
  private static String key(String what, String kind) {
    return kind.equals(MODEL) ? what : what + " " + kind;
  }

  /**
   * Takes up what was in use, and waits until it is loaded.
   *
   * @throws IllegalStateException where there is no model that can be read and one is required
   */
  void start(BroadcastState<String, Release> state, OnMissing onMissing) throws Exception {
    start(models, MODEL, state, onMissing);
    start(embeddings, EMBEDDINGS, state, OnMissing.CONTINUE);
  }

  private static void start(
      ReleaseSwap<?> swap, String kind, BroadcastState<String, Release> state, OnMissing onMissing)
      throws Exception {
    swap.start(state.get(key(ACTIVE, kind)), state.get(key(ANNOUNCED, kind)), onMissing);
  }

  /** Takes in what was announced, of whatever kind. */
  void announce(Release release) {
    models.announce(release);
    embeddings.announce(release);
  }

  /**
   * Makes active what was announced, as far as it is loaded.
   *
   * @return whether another model is active now than before, or other embeddings
   */
  boolean swap() {
    boolean otherModel = models.swap();
    boolean otherEmbeddings = embeddings.swap();
    return otherModel || otherEmbeddings;
  }

  /** Returns what to score with, or null where there is nothing. */
  ModelInUse model() {
    return models.active();
  }

  /** Returns why there is nothing to score with. */
  String missing() {
    return models.isUnreadable() ? Fallback.RELEASE_UNREADABLE : Fallback.NO_RELEASE;
  }

  /** Returns where users and items stand to each other. */
  EmbeddingSpace embeddings() {
    return embeddings.active() == null ? EmbeddingSpace.NONE : embeddings.active().space();
  }

  /**
   * Returns the vectors that the model is given: none where it asks for those of another version.
   */
  EmbeddingSpace vectors() {
    if (embeddings.active() == null) {
      return EmbeddingSpace.NONE;
    }
    Release inUse = embeddings.active().release();
    String pinned = model().release().pins().get(inUse.artifact());
    return pinned == null || pinned.equals(inUse.version()) ? embeddings() : EmbeddingSpace.NONE;
  }

  @Override
  public void close() {
    models.close();
    embeddings.close();
  }
}
