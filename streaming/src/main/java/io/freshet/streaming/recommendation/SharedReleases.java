package io.freshet.streaming.recommendation;

import io.freshet.schemas.Release;
import java.io.Serializable;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Loads a release once for all subtasks of a process, which share it until the last of them has
 * closed it. One of a kind is loaded at a time.
 *
 * @param loader asked for what is not in memory
 * @param holders asked for what is
 */
record SharedReleases<T>(ReleaseLoader<T> loader, Holders<T> holders) implements ReleaseLoader<T> {
  private static final Map<String, Map<Release, WeakReference<?>>> IN_MEMORY = // by kind
      new ConcurrentHashMap<>();

  /** Keeps count of who holds a release. */
  interface Holders<T> extends Serializable {
    /** Adds a holder; returns false where the release is freed already. */
    boolean tryRetain(T inMemory);
  }

  @Override
  public T load(Release release, Path scratch) throws Exception {
    Map<Release, WeakReference<?>> ofKind =
        IN_MEMORY.computeIfAbsent(release.kind(), kind -> new HashMap<>());
    synchronized (ofKind) {
      ofKind.values().removeIf(held -> held.refersTo(null));
      T inMemory = held(ofKind.get(release));
      if (inMemory == null || !holders.tryRetain(inMemory)) {
        inMemory = loader.load(release, scratch);
        ofKind.put(release, new WeakReference<>(inMemory));
      }
      return inMemory;
    }
  }

  @SuppressWarnings("unchecked") // releases of one kind have one type
  private T held(WeakReference<?> reference) {
    return reference == null ? null : (T) reference.get();
  }
}
