package io.freshet.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.freshet.model.CandidateScorer;
import io.freshet.model.ComputeDevice;
import io.freshet.model.ComputeDevice.Engine;
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
  private final Map<ComputeDevice, Ready> ready = new HashMap<>();

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
   * Returns what was measured, by name: {@code examples}, {@code epochs}, and how the best epoch
   * did, such as {@code validation_auc}.
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
   * device share what is made ready there for the first.
   */
  public CandidateScorer newScorer(ComputeDevice device) {
    return new NetworkScorer(vocabularies, form, on(device), Devices.newManager(device));
  }

  private Network on(ComputeDevice device) {
    synchronized (ready) {
      return ready.computeIfAbsent(device, this::makeReady).network();
    }
  }

  /** The network as it scores on a device. */
  private record Ready(Network network, NDManager manager) {}

  private Ready makeReady(ComputeDevice device) {
    NDManager there = Devices.newManager(device);
    try {
      boolean isHere = device.with(Engine.PYTORCH).equals(Devices.of(manager));
      Weights near = isHere ? weights : weights.copy(there, device.precision());
      return new Ready(NetworkScorer.toScore(form, near, there, device.engine()), there);
    } catch (RuntimeException | LinkageError e) {
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
    ready.values().forEach(network -> network.manager().close());
    manager.close();
  }
}
