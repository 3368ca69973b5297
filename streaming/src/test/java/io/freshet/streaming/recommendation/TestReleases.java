package io.freshet.streaming.recommendation;

import io.freshet.model.CandidateScorer;
import io.freshet.model.ComputeDevice;
import io.freshet.model.ItemCatalog;
import io.freshet.model.LoadedRelease;
import io.freshet.model.Ranking;
import io.freshet.model.ScoringRequest;
import io.freshet.model.ScoringRequest.Target;
import io.freshet.schemas.Item;
import io.freshet.schemas.Release;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Releases in memory, the same for all subtasks of this process: they know the items {@code a} to
 * {@code e}, most popular first, and score them .1 to .5. Of the newest {@link #LOOKED_AT} items of
 * a sequence, the first draw the most attention.
 */
final class TestReleases implements ReleaseLoader<LoadedRelease> {
  private static final long serialVersionUID = 1;
  private static final List<String> ITEMS = List.of("a", "b", "c", "d", "e");

  /** A request with this in its context cannot be scored. */
  static final Map<String, String> POISON = Map.of("poison", "yes");

  /** The score of an item that comes with its vector, for a user who does. */
  static final float WITH_ITS_VECTOR = .05f;

  static final int LOOKED_AT = 6;
  static final AtomicInteger LOADS = new AtomicInteger();
  static final AtomicInteger EMBEDDING_LOADS = new AtomicInteger();
  static final AtomicInteger IN_MEMORY = new AtomicInteger();
  static final AtomicInteger FREED = new AtomicInteger();
  static final AtomicInteger SCORERS = new AtomicInteger();
  static final Set<String> UNREADABLE = ConcurrentHashMap.newKeySet();
  static final Set<String> TOO_LARGE = ConcurrentHashMap.newKeySet();
  static final Set<ComputeDevice> BROKEN = ConcurrentHashMap.newKeySet();
  static final List<ComputeDevice> SCORED_ON = new CopyOnWriteArrayList<>();

  /** Returns what loads these, and embeddings. */
  static Loaders loaders() {
    return new Loaders(new TestReleases(), new TestEmbeddings());
  }

  /** What freeing a model waits for. */
  static volatile CountDownLatch freeing = new CountDownLatch(0);

  /** What loading a model waits for, whoever interrupts it. */
  static volatile CountDownLatch loading = new CountDownLatch(0);

  static void reset() {
    loading = new CountDownLatch(0);
    FREED.set(0);
    TOO_LARGE.clear();
    freeing = new CountDownLatch(0);
    LOADS.set(0);
    EMBEDDING_LOADS.set(0);
    IN_MEMORY.set(0);
    SCORERS.set(0);
    UNREADABLE.clear();
    BROKEN.clear();
    SCORED_ON.clear();
  }

  @Override
  public LoadedRelease load(Release release, Path scratch) throws IOException {
    LOADS.incrementAndGet();
    while (loading.getCount() > 0) {
      Thread.onSpinWait();
    }
    if (TOO_LARGE.contains(release.version())) {
      throw new OutOfMemoryError("a test's");
    }
    if (UNREADABLE.contains(release.version())) {
      throw new IOException("Cannot read release " + release.version() + ": it is a test's");
    }
    IN_MEMORY.incrementAndGet();
    return new LoadedRelease(release.version(), new Catalog(), Scorer::new, TestReleases::free);
  }

  private static void free() {
    try {
      freeing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    IN_MEMORY.decrementAndGet();
    FREED.incrementAndGet();
  }

  /** Returns once so many models have begun to be loaded. */
  static void awaitLoads(int models) {
    while (LOADS.get() != models) {
      Thread.onSpinWait();
    }
  }

  /** Returns once there are so many models in memory. */
  static void awaitInMemory(int models) {
    while (IN_MEMORY.get() != models) {
      Thread.onSpinWait();
    }
  }

  private static final class Catalog implements ItemCatalog {
    @Override
    public Item item(String itemId) {
      return ITEMS.contains(itemId)
          ? new Item(itemId, "letters", null, null, true)
          : Item.unknown(itemId);
    }

    @Override
    public Iterator<Item> similarTo(List<String> itemIds) {
      return Collections.emptyIterator();
    }

    @Override
    public Iterator<Item> ofCategory(String categoryId) {
      return categoryId.equals("letters") ? popular() : Collections.emptyIterator();
    }

    @Override
    public Iterator<Item> popular() {
      return ITEMS.stream().map(this::item).iterator();
    }
  }

  private static final class Scorer implements CandidateScorer {
    private final Thread owner = Thread.currentThread();
    private final ComputeDevice device;

    Scorer(ComputeDevice device) {
      this.device = device;
      SCORERS.incrementAndGet();
    }

    @Override
    public List<Ranking> score(List<ScoringRequest> requests, int explained) {
      if (Thread.currentThread() != owner) {
        throw new IllegalStateException("A scorer is owned by one thread");
      }
      if (BROKEN.contains(device)) {
        throw new IllegalStateException("CUDA error: " + device + " is broken");
      }
      if (requests.stream().anyMatch(request -> request.context().equals(POISON))) {
        throw new IllegalStateException("Cannot score: poison");
      }
      SCORED_ON.add(device);
      return requests.stream().map(request -> rank(request, explained)).toList();
    }

    private static Ranking rank(ScoringRequest request, int explained) {
      int candidates = request.candidates().size();
      int behaviors = Math.min(request.sequence().size(), LOOKED_AT);
      float[] scores = new float[candidates];
      for (int c = 0; c < candidates; c++) {
        scores[c] = score(request.candidates().get(c), request.userVector() != null);
      }
      float[][] attention = new float[candidates][];
      for (int c : Ranking.highest(scores, explained)) {
        attention[c] = new float[behaviors];
        for (int i = 0; i < behaviors; i++) {
          attention[c][i] = 0.5f / (1 << i);
        }
      }
      return new Ranking(scores, attention);
    }

    private static float score(Target target, boolean hasUserVector) {
      if (target.vector() != null && hasUserVector) {
        return WITH_ITS_VECTOR;
      }
      return (ITEMS.indexOf(target.itemId()) + 1) / 10f;
    }

    @Override
    public void close() {
      SCORERS.decrementAndGet();
    }
  }
}
