package io.freshet.model.network;

/** Is told how a training gets on, after every few steps and whenever it has been measured. */
@FunctionalInterface
public interface TrainingListener {
  void progress(TrainingProgress progress);
}
