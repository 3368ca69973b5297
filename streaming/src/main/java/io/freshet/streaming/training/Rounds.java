package io.freshet.streaming.training;

import io.freshet.model.TrainingLog;
import io.freshet.schemas.Release;
import io.freshet.streaming.training.TrainingRound.Outcome;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one round at a time on a thread of its own, which the subtask never waits for, and tells the
 * subtask's own thread what came of it.
 *
 * <p>All methods are called by the subtask's own thread.
 */
final class Rounds implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

  /** Hears of the end of a round, on the subtask's own thread. */
  interface End {
    void finished(Outcome outcome);

    void failed(Throwable reason);
  }

  private final TrainingRound round;
  private final Path scratch;
  private final MailboxExecutor mailbox;
  private final End end;
  private final ExecutorService thread;
  private boolean underWay;
  private volatile boolean closed;

  Rounds(TrainingRound round, Path scratch, MailboxExecutor mailbox, End end) {
    this.round = round;
    this.scratch = scratch;
    this.mailbox = mailbox;
    this.end = end;
    this.thread =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread made = new Thread(work, "train");
              made.setDaemon(true);
              return made;
            });
  }

  boolean isUnderWay() {
    return underWay;
  }

  /**
   * Starts a round; there must be none under way.
   *
   * @param log asked for by the round's thread
   */
  void start(Supplier<TrainingLog> log, Release current) {
    if (underWay) {
      throw new IllegalStateException("Cannot start a round: one is under way");
    }
    underWay = true;
    thread.execute(() -> run(log, current));
  }

  /** Nothing that is thrown may leave the round under way, be it want of memory. */
  private void run(Supplier<TrainingLog> log, Release current) {
    try {
      Outcome outcome = round.run(log.get(), current, scratch, () -> closed);
      tell(() -> end.finished(outcome));
    } catch (Throwable reason) {
      tell(() -> end.failed(reason));
    }
  }

  private void tell(Runnable news) {
    try {
      mailbox.execute(
          () -> {
            underWay = false;
            news.run();
          },
          "round over");
    } catch (RejectedExecutionException e) {
      LOG.debug("Nobody waits for the round any more");
    }
  }

  /** Waits for a round under way; returns at once where there is none. */
  void await() throws InterruptedException {
    while (underWay) {
      mailbox.yield();
    }
  }

  /** A round under way comes to nothing, and ends within some steps. */
  @Override
  public void close() {
    closed = true;
    thread.shutdownNow();
  }
}
