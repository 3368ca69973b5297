package io.freshet.local;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells the main thread that Ctrl-C was pressed, and holds the process until that thread has closed
 * this, its work at an end and nothing left behind.
 */
final class Interruption implements AutoCloseable {
  private static final Duration LONGEST_END = Duration.ofSeconds(30);

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = new Thread(this::askAndWait, "end by Ctrl-C");
  private volatile boolean asked;

  private Interruption() {}

  static Interruption byCtrlC() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /** Returns whether to come to an end. */
  boolean asked() {
    return asked;
  }

  private void askAndWait() {
    asked = true;
    try {
      ended.await(LONGEST_END.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    ended.countDown();
    if (!asked) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }
}
