package io.freshet.streaming.training;

import io.freshet.model.ClickLog;
import io.freshet.model.ComputeDevice;
import io.freshet.model.TrainingLog;
import io.freshet.schemas.Release;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;

/** Rounds that last until a test ends them. */
record TestRound() implements TrainingRound {
  private static final BlockingQueue<UnderWay> STARTED = new LinkedBlockingQueue<>();

  /** A round as it was started, and what it waits for. */
  record UnderWay(
      TrainingLog known,
      Announced announced,
      ComputeDevice device,
      BooleanSupplier stopped,
      CompletableFuture<Outcome> outcome) {
    Release current() {
      return announced.model();
    }

    ClickLog log() {
      return known.clicks();
    }
  }

  static void reset() {
    STARTED.clear();
  }

  /** Returns the round started next, which waits to be ended. */
  static UnderWay next() throws InterruptedException {
    return STARTED.take();
  }

  /** Returns whether there is a round that {@link #next} has not returned yet. */
  static boolean anyStarted() {
    return !STARTED.isEmpty();
  }

  @Override
  public Outcome run(
      TrainingLog log,
      Announced announced,
      ComputeDevice device,
      Path scratch,
      BooleanSupplier stopped)
      throws Exception {
    UnderWay underWay = new UnderWay(log, announced, device, stopped, new CompletableFuture<>());
    STARTED.add(underWay);
    try {
      return underWay.outcome().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (Exception) e.getCause();
    }
  }
}
