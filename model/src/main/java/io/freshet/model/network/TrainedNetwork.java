package io.freshet.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.freshet.model.CandidateScorer;
import io.freshet.model.ComputeDevice;
import io.freshet.model.Vocabulary;
import java.util.HashMap;
import java.util.Map;

/** What a training has brought. Close it to free the weights, wherever they are. */
public final class TrainedNetwork implements AutoCloseable {
  private final NetworkForm form;
  private final Vocabularies vocabularies;
  private final Weights weights;
  private final Map<String, Double> metrics;
  private final NDManager manager;
  private final Map<ComputeDevice, Copy> elsewhere = new HashMap<>();

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

  /** Returns a scorer for the calling thread, who closes it before this, where the weights are. */
  public CandidateScorer newScorer() {
    return newScorer(Devices.of(manager));
  }

  /**
   * Returns a scorer for the calling thread, who closes it before this, on any device: all of one
   * device share what is brought there for the first.
   */
  public CandidateScorer newScorer(ComputeDevice device) {
    return new NetworkScorer(vocabularies, form, on(device), Devices.newManager(device));
  }

  private Weights on(ComputeDevice device) {
    if (device.equals(Devices.of(manager))) {
      return weights;
    }
    synchronized (elsewhere) {
      return elsewhere.computeIfAbsent(device, this::copy).weights();
    }
  }

  /** The weights on another device. */
  private record Copy(Weights weights, NDManager manager) {}

  private Copy copy(ComputeDevice device) {
    NDManager there = Devices.newManager(device);
    try {
      return new Copy(weights.copy(there, device.precision()), there);
    } catch (RuntimeException e) {
      there.close();
      throw e;
    }
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
    elsewhere.values().forEach(copy -> copy.manager().close());
    manager.close();
  }
}
