package io.freshet.streaming.embedding;

import io.freshet.model.ComputeDevice;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Release;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;

/** Rounds whose steps last until a test ends them. */
record TestRound() implements EmbeddingRound {
  private static final BlockingQueue<Preparing> PREPARING = new LinkedBlockingQueue<>();
  private static final BlockingQueue<Finishing> FINISHING = new LinkedBlockingQueue<>();

  /** A first step as it was started, and what it waits for. */
  record Preparing(
      List<ClickEvent> source,
      List<ClickEvent> target,
      Release current,
      ComputeDevice device,
      BooleanSupplier stopped,
      CompletableFuture<Prepared> prepared) {}

  /** A second step as it was started, and what it waits for. */
  record Finishing(
      byte[] material, float[] vectors, Release current, CompletableFuture<Outcome> outcome) {}

  static void reset() {
    PREPARING.clear();
    FINISHING.clear();
  }

  /** Returns the first step started next, which waits to be ended. */
  static Preparing nextPreparing() throws InterruptedException {
    return PREPARING.take();
  }

  /** Returns the second step started next, which waits to be ended. */
  static Finishing nextFinishing() throws InterruptedException {
    return FINISHING.take();
  }

  static boolean anyPreparing() {
    return !PREPARING.isEmpty();
  }

  static boolean anyFinishing() {
    return !FINISHING.isEmpty();
  }

  @Override
  public Prepared prepare(
      List<ClickEvent> source,
      List<ClickEvent> target,
      Release current,
      ComputeDevice device,
      Path scratch,
      BooleanSupplier stopped)
      throws Exception {
    Preparing step =
        new Preparing(source, target, current, device, stopped, new CompletableFuture<>());
    PREPARING.add(step);
    return get(step.prepared());
  }

  @Override
  public Outcome finish(
      byte[] material, float[] vectors, Release current, Path scratch, BooleanSupplier stopped)
      throws Exception {
    Finishing step = new Finishing(material, vectors, current, new CompletableFuture<>());
    FINISHING.add(step);
    return get(step.outcome());
  }

  private static <T> T get(CompletableFuture<T> outcome) throws Exception {
    try {
      return outcome.get();
    } catch (ExecutionException e) {
      throw (Exception) e.getCause();
    }
  }
}
