package io.freshet.model.network;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

/**
 * While this is open, PyTorch collects no gradients on the thread that opened it, but inside a
 * {@link ai.djl.training.GradientCollector}. Without it every result would keep all it was made of,
 * and weights could not be changed in place.
 */
public final class NoGradients implements AutoCloseable {
  private final boolean before;

  public NoGradients() {
    Engine.getInstance(); // loads what the next line calls
    this.before = JniUtils.isGradMode();
    JniUtils.setGradMode(false);
  }

  /** Called by the same thread. */
  @Override
  public void close() {
    JniUtils.setGradMode(before);
  }
}
