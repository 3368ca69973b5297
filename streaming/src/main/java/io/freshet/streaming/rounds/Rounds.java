package io.freshet.streaming.rounds;

import io.freshet.streaming.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one round at a time on threads of its own, which the subtask never waits for, and tells the
 * subtask's own thread what came of it. Counts them, and those that fail; a failure is no end of
 * the job.
 *
 * <p>All methods but {@link #pass} are called by the subtask's own thread.
 */
public final class Rounds<T> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);
  private static final int PASSED_AT_ONCE = 2;

  private final String what;
  private final Path scratch;
  private final MailboxExecutor mailbox;
  private final ProcessingTimeService time;
  private final Consumer<T> finished;
  private final Runnable free;
  private final ForkJoinPool threads;
  private final Semaphore passing = new Semaphore(PASSED_AT_ONCE);
  private final Counter ended;
  private final Counter failed;
  private ScheduledFuture<?> next;
  private boolean underWay;
  private long startNanos;
  private double seconds = Double.NaN;
  private Throwable failure;
  private volatile boolean closed;

  /** What a round does, on its own threads. */
  public interface Work<T> {
    /**
     * Returns what came of it.
     *
     * @param scratch an existing folder for what is needed meanwhile
     * @param stopped asked now and then whether nobody waits for the outcome any more
     */
    T run(Path scratch, BooleanSupplier stopped) throws Exception;
  }

  /** Runs rounds that do not wait for one another. */
  public Rounds(String what, int threads, AbstractStreamOperator<?> operator, Consumer<T> finished)
      throws IOException {
    this(what, threads, operator, finished, () -> {});
  }

  /**
   * @param what is done in a round, in a word
   * @param threads that a round has for itself and the streams that it runs in parallel
   * @param finished hears of the end of a round that went well
   * @param free is called after the end of each, when another can be started
   */
  public Rounds(
      String what,
      int threads,
      AbstractStreamOperator<?> operator,
      Consumer<T> finished,
      Runnable free)
      throws IOException {
    this.what = what;
    this.scratch = scratch(operator);
    this.mailbox =
        operator
            .getContainingTask()
            .getMailboxExecutorFactory()
            .createExecutor(operator.getOperatorConfig().getChainIndex());
    this.time = operator.getProcessingTimeService();
    this.finished = finished;
    this.free = free;
    this.threads = threads(what, threads);
    MetricGroup metrics = operator.getMetricGroup();
    this.ended = metrics.counter(Metrics.ROUNDS);
    this.failed = metrics.counter(Metrics.FAILED_ROUNDS);
    metrics.gauge(Metrics.ROUND_SECONDS, () -> seconds);
  }

  /** Daemons, in which a stream that is run in parallel stays, as it does in any such pool. */
  private static ForkJoinPool threads(String what, int count) {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    return new ForkJoinPool(
        count,
        pool -> {
          ForkJoinWorkerThread made =
              ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
          made.setName(what + " " + made.getPoolIndex());
          made.setContextClassLoader(loader);
          return made;
        },
        null,
        false);
  }

  private static Path scratch(AbstractStreamOperator<?> operator) throws IOException {
    return Files.createDirectories(
        Path.of(
            operator
                .getContainingTask()
                .getEnvironment()
                .getTaskManagerInfo()
                .getTmpDirectories()[0]));
  }

  /** Calls {@code due} each time that {@code interval} has passed and no round is under way. */
  public void every(Duration interval, Runnable due) {
    long at = time.getCurrentProcessingTime() + interval.toMillis();
    next =
        time.registerTimer(
            at,
            now -> {
              every(interval, due);
              if (!underWay) {
                due.run();
              }
            });
  }

  public boolean isUnderWay() {
    return underWay;
  }

  /** Starts a round; there must be none under way. */
  public void start(Work<T> work) {
    if (underWay) {
      throw new IllegalStateException("Cannot start a round: one is under way");
    }
    underWay = true;
    startNanos = System.nanoTime();
    threads.execute(() -> run(work));
  }

  /** Nothing that is thrown may leave the round under way, be it want of memory. */
  private void run(Work<T> work) {
    try {
      T outcome = work.run(scratch, () -> closed);
      tell(() -> finish(outcome));
    } catch (Throwable reason) {
      tell(() -> fail(reason));
    }
  }

  private void tell(Runnable news) {
    try {
      mailbox.execute(
          () -> {
            underWay = false;
            ended.inc();
            seconds = (System.nanoTime() - startNanos) / 1e9;
            news.run();
            free.run();
          },
          "round over");
    } catch (RejectedExecutionException e) {
      LOG.debug("Nobody waits for the round any more");
    }
  }

  private void finish(T outcome) {
    LOG.info("Done in {} s: {}", seconds, outcome);
    finished.accept(outcome);
  }

  private void fail(Throwable reason) {
    failed.inc();
    failure = reason;
    LOG.error("Cannot {}; the next round is tried when it is due", what, reason);
  }

  /**
   * Called by the round's thread: has the subtask's own thread do {@code part}, before the round's
   * end. Waits while several such parts have not been done yet, so that they do not pile up where
   * what comes after is slow; between two of them the subtask does what else there is, barriers
   * among it.
   */
  public void pass(Runnable part) throws InterruptedException {
    passing.acquire();
    mailbox.execute(
        () -> {
          part.run();
          passing.release();
        },
        "part of a round");
  }

  /**
   * Waits for a round under way; returns at once where there is none.
   *
   * @throws IllegalStateException where a round has failed
   */
  public void await() throws InterruptedException {
    while (underWay) {
      mailbox.yield();
    }
    if (failure != null) {
      throw new IllegalStateException(
          "Cannot %s: %s".formatted(what, failure.getMessage()), failure);
    }
  }

  /** A round under way comes to nothing, and ends within some steps. */
  @Override
  public void close() {
    if (next != null) {
      next.cancel(false);
    }
    closed = true;
    threads.shutdownNow();
  }
}
