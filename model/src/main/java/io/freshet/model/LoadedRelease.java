package io.freshet.model;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A release in memory: immutable, thread-safe, shared by all subtasks of a process, and freed when
 * the last of its holders has closed it.
 */
public final class LoadedRelease implements AutoCloseable {
  private final String version;
  private final ItemCatalog items;
  private final Function<ComputeDevice, CandidateScorer> scorers;
  private final Runnable free;
  private final AtomicInteger holders = new AtomicInteger(1);

  /**
   * @param scorers makes a scorer over weights that are shared, for one thread
   * @param free called once, when nobody holds the release any more
   */
  public LoadedRelease(
      String version,
      ItemCatalog items,
      Function<ComputeDevice, CandidateScorer> scorers,
      Runnable free) {
    this.version = version;
    this.items = items;
    this.scorers = scorers;
    this.free = free;
  }

  public String version() {
    return version;
  }

  /** Returns the items as they were when the release was made. */
  public ItemCatalog items() {
    return items;
  }

  /**
   * Returns a scorer of its own buffers for the calling thread, who closes it before this release.
   * The first on a device brings the weights there, and waits for that.
   */
  public CandidateScorer newScorer(ComputeDevice device) {
    return scorers.apply(device);
  }

  /**
   * Adds a holder, who closes this too; returns whether there still was one, for what nobody holds
   * is freed for good.
   */
  public boolean tryRetain() {
    return holders.getAndUpdate(n -> n == 0 ? 0 : n + 1) > 0;
  }

  @Override
  public void close() {
    int left = holders.decrementAndGet();
    if (left < 0) {
      throw new IllegalStateException("Release " + version + " closed more often than retained");
    }
    if (left == 0) {
      free.run();
    }
  }
}
