package io.freshet.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The newest records by event time, at most so many.
 *
 * <p>They stand in chunks, in the order that they came in, so that what has changed since it was
 * last kept is a chunk or two and never the whole. When there are too many, the chunk goes whose
 * newest record is the oldest. That keeps up to two chunks more than the bound, which {@link
 * #newest} then leaves out, by event time, with what came twice.
 *
 * <p>Owned by one thread.
 */
public final class NewestRecords<T> {
  static final int CHUNK = 1_000;

  private final int max;
  private final Function<T, String> id;
  private final Function<T, Instant> time;
  private final TreeMap<Long, Chunk<T>> chunks = new TreeMap<>();
  private final Set<Long> changed = new TreeSet<>();
  private List<T> last = new ArrayList<>();
  private long lastNumber;
  private int size;

  private record Chunk<T>(List<T> records, Instant newest) {}

  /**
   * @param max how many {@link #newest} returns at most
   * @param id what records that came twice have in common
   * @param time of the event
   */
  public NewestRecords(int max, Function<T, String> id, Function<T, Instant> time) {
    this.max = max;
    this.id = id;
    this.time = time;
  }

  /** Takes back a chunk that was kept, before anything else is added. */
  public void restore(long number, List<T> chunk) {
    chunks.put(number, chunk(chunk));
    size += chunk.size();
    lastNumber = Math.max(lastNumber, number + 1);
  }

  private Chunk<T> chunk(List<T> records) {
    Instant newest = records.stream().map(time).max(Comparator.naturalOrder()).orElseThrow();
    return new Chunk<>(List.copyOf(records), newest);
  }

  /** Adds a record, in whatever order of time. */
  public void add(T record) {
    last.add(record);
    changed.add(lastNumber);
    size++;
    if (last.size() == CHUNK) {
      chunks.put(lastNumber++, chunk(last));
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
    return chunks.get(number).records().size();
  }

  /** Returns how many are held. */
  public int size() {
    return size;
  }

  /**
   * Returns the chunks that have changed since this was last asked, by number; empty where one is
   * gone.
   */
  public Map<Long, List<T>> takeChanges() {
    Map<Long, List<T>> changes = new TreeMap<>();
    for (long number : changed) {
      Chunk<T> sealed = chunks.get(number);
      List<T> open = number == lastNumber ? List.copyOf(last) : List.of();
      changes.put(number, sealed == null ? open : sealed.records());
    }
    changed.clear();
    return changes;
  }

  /**
   * Returns the newest as they are now, each once, oldest first. What takes long is done when they
   * are asked for, by whatever thread.
   */
  public Supplier<List<T>> newest() {
    List<List<T>> now = new ArrayList<>();
    chunks.values().forEach(chunk -> now.add(chunk.records()));
    now.add(List.copyOf(last));
    return () -> newest(now);
  }

  private List<T> newest(List<List<T>> held) {
    Set<String> seen = new HashSet<>();
    List<T> all = new ArrayList<>();
    for (List<T> chunk : held) {
      chunk.stream().filter(record -> seen.add(id.apply(record))).forEach(all::add);
    }
    all.sort(Comparator.comparing(time).thenComparing(id));
    return all.subList(Math.max(0, all.size() - max), all.size());
  }
}
