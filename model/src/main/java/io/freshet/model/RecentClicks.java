package io.freshet.model;

import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Item;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The clicks to learn from: the newest by event time, at most so many.
 *
 * <p>They stand in chunks, in the order that they came in, so that what has changed since it was
 * last kept is a chunk or two and never the whole. When there are too many, the chunk goes whose
 * newest click is the oldest. That keeps up to two chunks more than the bound, which {@link #log}
 * then leaves out, by event time, with what came twice.
 *
 * <p>Owned by one thread.
 */
public final class RecentClicks {
  static final int CHUNK = 1_000;

  private final int max;
  private final TreeMap<Long, Chunk> chunks = new TreeMap<>();
  private final Set<Long> changed = new TreeSet<>();
  private List<ClickEvent> last = new ArrayList<>();
  private long lastNumber;
  private int size;

  private record Chunk(List<ClickEvent> clicks, Instant newest) {
    static Chunk of(List<ClickEvent> clicks) {
      Instant newest =
          clicks.stream().map(ClickEvent::eventTime).max(Comparator.naturalOrder()).orElseThrow();
      return new Chunk(List.copyOf(clicks), newest);
    }
  }

  /**
   * @param max how many clicks there are to learn from at most
   */
  public RecentClicks(int max) {
    this.max = max;
  }

  /** Takes back a chunk that was kept, before anything else is added. */
  public void restore(long number, List<ClickEvent> chunk) {
    chunks.put(number, Chunk.of(chunk));
    size += chunk.size();
    lastNumber = Math.max(lastNumber, number + 1);
  }

  /** Adds a click, in whatever order of time. */
  public void add(ClickEvent click) {
    last.add(click);
    changed.add(lastNumber);
    size++;
    if (last.size() == CHUNK) {
      chunks.put(lastNumber++, Chunk.of(last));
      last = new ArrayList<>();
      makeRoom();
    }
  }

  private void makeRoom() {
    for (long oldest = oldest(); size - sizeOf(oldest) >= max; oldest = oldest()) {
      size -= sizeOf(oldest);
      chunks.remove(oldest);
      changed.add(oldest);
    }
  }

  private long oldest() {
    return Collections.min(
            chunks.entrySet(), Comparator.comparing(chunk -> chunk.getValue().newest()))
        .getKey();
  }

  private int sizeOf(long number) {
    return chunks.get(number).clicks().size();
  }

  /** Returns how many clicks are held. */
  public int size() {
    return size;
  }

  /**
   * Returns the chunks that have changed since this was last asked, by number; empty where one is
   * gone.
   */
  public Map<Long, List<ClickEvent>> takeChanges() {
    Map<Long, List<ClickEvent>> changes = new TreeMap<>();
    for (long number : changed) {
      Chunk sealed = chunks.get(number);
      List<ClickEvent> open = number == lastNumber ? List.copyOf(last) : List.of();
      changes.put(number, sealed == null ? open : sealed.clicks());
    }
    changed.clear();
    return changes;
  }

  /**
   * Returns the clicks as they are now, each once, as a log with {@code items}. What takes long is
   * done when the log is asked for, by whatever thread.
   */
  public Supplier<ClickLog> log(Collection<Item> items) {
    List<List<ClickEvent>> now = new ArrayList<>();
    chunks.values().forEach(chunk -> now.add(chunk.clicks()));
    now.add(List.copyOf(last));
    List<Item> known = List.copyOf(items);
    return () -> new ClickLog(newest(now), known);
  }

  private List<ClickEvent> newest(List<List<ClickEvent>> held) {
    Set<String> seen = new HashSet<>();
    List<ClickEvent> all = new ArrayList<>();
    for (List<ClickEvent> chunk : held) {
      chunk.stream().filter(click -> seen.add(click.eventId())).forEach(all::add);
    }
    all.sort(ClickLog.OLDEST_FIRST);
    return all.subList(Math.max(0, all.size() - max), all.size());
  }
}
