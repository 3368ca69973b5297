package io.freshet.streaming.recommendation;

import io.freshet.schemas.Release;
import io.freshet.streaming.recommendation.RecommendationConfig.OnMissing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.metrics.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The release of a kind that a subtask uses, the one announced last, and how the one becomes the
 * other.
 *
 * <p>An announced release is loaded, checked and tried out on a thread of its own, while the one in
 * use goes on; and what it replaces is freed there. Once loaded it waits for {@link #swap}, which
 * the operator calls where a checkpoint records the change. One that cannot be read is refused, and
 * tried again at growing intervals for as long as it is the one announced.
 *
 * <p>All methods are called by the subtask's own thread.
 */
final class ReleaseSwap<T extends InUse> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReleaseSwap.class);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(10);
  private static final Duration LAST_RETRY = Duration.ofMinutes(10);

  /** What a subtask lends to the swap. */
  record Subtask(
      String name,
      Path scratch,
      MailboxExecutor mailbox,
      ProcessingTimeService clock,
      Counter refused) {}

  /** Brings a release into memory and tries it out. */
  interface Loading<T> {
    T load(Release release) throws Exception;
  }

  private final String kind;
  private final Loading<T> loading;
  private final Subtask subtask;
  private final Runnable whenLoaded;
  private final ExecutorService thread;
  private final AtomicReference<T> loaded = new AtomicReference<>();
  private final Queue<T> toFree = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  private T active;
  private boolean activeIsWithdrawn;
  private volatile Release announced;
  private boolean unreadable;
  private Duration retry = FIRST_RETRY;
  private ScheduledFuture<?> nextTry;

  /**
   * @param loading called by a thread of this
   * @param whenLoaded called by the subtask's thread when there is something to swap
   */
  ReleaseSwap(String kind, Loading<T> loading, Subtask subtask, Runnable whenLoaded) {
    this.kind = kind;
    this.loading = loading;
    this.subtask = subtask;
    this.whenLoaded = whenLoaded;
    this.thread =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread made =
                  new Thread(work, "load %s releases for %s".formatted(kind, subtask.name()));
              made.setDaemon(true);
              return made;
            });
  }

  /** Returns what is in use, or null where there is nothing. */
  T active() {
    return active;
  }

  /** Returns the release announced last, or null where there is none. */
  Release announced() {
    return announced;
  }

  /** Returns whether what was announced last could not be read. */
  boolean isUnreadable() {
    return unreadable;
  }

  /**
   * Takes up the release that was active, or, where that cannot be read, the one announced last,
   * and waits until it is loaded. Where none was active, it waits for the one announced last only
   * if one is required.
   *
   * @param wasActive null for none
   * @param lastAnnounced null for none
   * @throws IllegalStateException where none of them can be read and one is required
   */
  void start(Release wasActive, Release lastAnnounced, OnMissing onMissing)
      throws InterruptedException {
    announced = lastAnnounced;
    if (wasActive != null || onMissing == OnMissing.FAIL) {
      List<Release> choices =
          Stream.of(wasActive, lastAnnounced).filter(Objects::nonNull).distinct().toList();
      for (int i = 0; active == null && i < choices.size(); i++) {
        active = loadNow(choices.get(i));
      }
      if (active == null && onMissing == OnMissing.FAIL && !choices.isEmpty()) {
        throw new IllegalStateException(
            "Cannot start without a release: none of %s can be read, and"
                    .formatted(choices.stream().map(Release::uri).toList())
                + " freshet.release.on-missing is 'fail'");
      }
    }
    if (active == null && wasActive != null && announced == null) {
      announced = wasActive;
    }
    if (announced != null && !isActive(announced)) {
      load(announced);
    }
  }

  private T loadNow(Release release) throws InterruptedException {
    try {
      thread
          .submit(
              () -> {
                keep(loading.load(release));
                return null;
              })
          .get();
      return loaded.getAndSet(null);
    } catch (ExecutionException e) {
      refuse(release, e.getCause());
      return null;
    }
  }

  /** Takes in what was announced: loads it, unless it is what is in use already. */
  void announce(Release release) {
    if (release.isWithdrawn()) {
      withdraw(release.artifact());
    } else if (kind.equals(release.kind()) && !release.equals(announced)) {
      announced = release;
      activeIsWithdrawn &= !isActiveOf(release.artifact()); // what follows may stand in for it
      unreadable = false;
      retry = FIRST_RETRY;
      if (!isActive(release)) {
        load(release);
      }
    }
  }

  /** What is in use stays where it is of another artifact than what was announced after it. */
  private void withdraw(String artifact) {
    activeIsWithdrawn |= isActiveOf(artifact);
    if (announced != null && announced.artifact().equals(artifact)) {
      LOG.info("Release {} is withdrawn", announced.version());
      announced = active == null || activeIsWithdrawn ? null : active.release();
      unreadable = false;
    }
    if (activeIsWithdrawn) {
      whenLoaded.run();
    }
  }

  /**
   * Makes active what was announced, if it is loaded.
   *
   * @return whether another release is active now than before
   */
  boolean swap() {
    T next = loaded.getAndSet(null);
    if (next != null && !next.release().equals(announced)) {
      freeLater(next);
      next = null;
    }
    if (next == null && !activeIsWithdrawn) {
      return false;
    }
    if (active != null) {
      freeLater(active);
    }
    active = next;
    activeIsWithdrawn = false;
    LOG.info("{} release in use is {}", kind, next == null ? "none" : next.release().version());
    return true;
  }

  private boolean isActiveOf(String artifact) {
    return active != null && active.release().artifact().equals(artifact);
  }

  private boolean isActive(Release release) {
    return active != null && active.release().equals(release);
  }

  private void load(Release release) {
    thread.execute(
        () -> {
          if (!release.equals(announced)) {
            return; // another has been since, and waits behind this
          }
          try {
            keep(loading.load(release));
            tell(whenLoaded, "release loaded");
          } catch (Throwable e) { // be it want of memory
            tell(() -> refuseAndRetry(release, e), "release refused");
          }
        });
  }

  /** Whoever closes this meanwhile does not see it. */
  private void keep(T next) {
    free(loaded.getAndSet(next));
    if (closed) {
      free(loaded.getAndSet(null));
    }
  }

  private void tell(Runnable news, String description) {
    try {
      subtask.mailbox().execute(news::run, description);
    } catch (RejectedExecutionException e) {
      LOG.debug("Nobody waits for '{}' any more", description);
    }
  }

  private void refuseAndRetry(Release release, Throwable reason) {
    if (!release.equals(announced)) {
      return;
    }
    refuse(release, reason);
    long at = subtask.clock().getCurrentProcessingTime() + retry.toMillis();
    nextTry = subtask.clock().registerTimer(at, now -> loadIfStillAnnounced(release));
    retry = retry.multipliedBy(2).compareTo(LAST_RETRY) < 0 ? retry.multipliedBy(2) : LAST_RETRY;
  }

  private void loadIfStillAnnounced(Release release) {
    if (release.equals(announced) && !isActive(release)) {
      load(release);
    }
  }

  private void refuse(Release release, Throwable reason) {
    unreadable = true;
    subtask.refused().inc();
    LOG.error("Cannot take up release {} at {}", release.version(), release.uri(), reason);
  }

  /**
   * To give back gigabytes may take longer than a batch, so the subtask leaves it to the thread.
   */
  private void freeLater(T unused) {
    toFree.add(unused);
    thread.execute(this::freeAll);
  }

  private synchronized void freeAll() {
    for (T unused = toFree.poll(); unused != null; unused = toFree.poll()) {
      unused.close();
    }
  }

  private void free(T unused) {
    if (unused != null) {
      unused.close();
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.shutdownNow();
    if (nextTry != null) {
      nextTry.cancel(false);
    }
    freeAll();
    free(loaded.getAndSet(null));
    free(active);
    active = null;
  }
}
