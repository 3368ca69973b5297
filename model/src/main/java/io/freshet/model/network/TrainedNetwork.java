package io.freshet.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.freshet.model.CandidateScorer;
import io.freshet.model.Vocabulary;
import java.util.Map;

/** What a training has brought. Close it to free the weights. */
public final class TrainedNetwork implements AutoCloseable {
  private final NetworkForm form;
  private final Vocabularies vocabularies;
  private final Weights weights;
  private final Map<String, Double> metrics;
  private final NDManager manager;

  /**
   * @param manager of the weights, closed with this
   */
  public TrainedNetwork(
      NetworkForm form,
      Vocabularies vocabularies,
      Weights weights,
      Map<String, Double> metrics,
      NDManager manager) {
    this.form = form;
    this.vocabularies = vocabularies;
    this.weights = weights;
    this.metrics = metrics;
    this.manager = manager;
  }

  public NetworkForm form() {
    return form;
  }

  public Vocabularies vocabularies() {
    return vocabularies;
  }

  public Weights weights() {
    return weights;
  }

  /**
   * Returns what was measured, by name: {@code validation_auc}, {@code examples}, {@code epochs}.
   */
  public Map<String, Double> metrics() {
    return metrics;
  }

  /** Returns a scorer for the calling thread, who closes it before this. */
  public CandidateScorer newScorer() {
    return new NetworkScorer(vocabularies, form, weights, NDManager.newBaseManager());
  }

  /**
   * Gives what this has learnt to weights of a form that can go on from it; those that this has
   * not, or not of that shape, stay as they are. An id that is new gets what this knows of unknown
   * ones.
   */
  void teach(Weights pupil, Vocabularies pupils) {
    for (String name : pupil.names()) {
      if (!weights.names().contains(name)) {
        continue;
      }
      NDArray learnt = weights.get(name);
      Vocabulary known = vocabularies.ofTable(name);
      if (known == null) {
        if (learnt.getShape().equals(pupil.get(name).getShape())) {
          learnt.copyTo(pupil.get(name));
        }
      } else {
        long[] rows = pupils.ofTable(name).rowsIn(known);
        try (NDManager copy = manager.newSubManager()) {
          learnt.get(copy, new NDIndex("{}", copy.create(rows))).copyTo(pupil.get(name));
        }
      }
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
