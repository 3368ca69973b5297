package io.freshet.streaming.recommendation;

import io.freshet.model.LoadedRelease;
import io.freshet.schemas.Release;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Loads a release once for all subtasks of a process, which share it until the last of them has
 * closed it. One is loaded at a time.
 *
 * @param loader asked for what is not in memory
 */
record SharedReleases(ReleaseLoader loader) implements ReleaseLoader {
  private static final Map<Release, WeakReference<LoadedRelease>> IN_MEMORY = new HashMap<>();

  @Override
  public LoadedRelease load(Release release, Path scratch) throws Exception {
    synchronized (IN_MEMORY) {
      IN_MEMORY.values().removeIf(held -> held.refersTo(null));
      WeakReference<LoadedRelease> held = IN_MEMORY.get(release);
      LoadedRelease inMemory = held == null ? null : held.get();
      if (inMemory == null || !inMemory.tryRetain()) {
        inMemory = loader.load(release, scratch);
        IN_MEMORY.put(release, new WeakReference<>(inMemory));
      }
      return inMemory;
    }
  }
}
