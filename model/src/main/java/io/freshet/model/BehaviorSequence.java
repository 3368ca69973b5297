package io.freshet.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.freshet.schemas.Sha256;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A user's most recent behaviors, oldest first, at most {@code capacity} of them.
 *
 * <p>Immutable. The same events give the same sequence in whatever order, and however often, they
 * arrive: late events take their place by event time, events of one time stand by event id, and
 * redelivered events change nothing.
 */
public record BehaviorSequence(int capacity, List<Behavior> behaviors) {
  private static final int LINE_CHARACTERS = 64; // about as many as a line of the hash has

  public BehaviorSequence {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1, was " + capacity);
    }
  }

  /** Returns the sequence of a user never seen before. */
  public static BehaviorSequence empty(int capacity) {
    return new BehaviorSequence(capacity, List.of());
  }

  /** Reads the sequence that {@link #write} wrote, bounded by {@code capacity}. */
  static BehaviorSequence read(int capacity, PackedBytes.Reader in) {
    int size = in.count();
    List<Behavior> behaviors = new ArrayList<>(size);
    long time = 0;
    for (int i = 0; i < size; i++) {
      Behavior behavior = Behavior.read(time, in);
      behaviors.add(behavior);
      time = behavior.timeMillis();
    }
    return new BehaviorSequence(capacity, newest(capacity, behaviors));
  }

  /**
   * Writes the behaviors, without the capacity: their count, and each with the time since the last.
   */
  void write(PackedBytes.Writer out) {
    out.number(size());
    long before = 0;
    for (Behavior behavior : behaviors) {
      behavior.write(before, out);
      before = behavior.timeMillis();
    }
  }

  /**
   * Returns this sequence with {@code behavior} in its place; the oldest gives way when full.
   * Returns this very instance when nothing changes: the behavior is known already, or older than
   * all of a full sequence.
   */
  public BehaviorSequence with(Behavior behavior) {
    int found = Collections.binarySearch(behaviors, behavior, BehaviorSequence::compareTimes);
    int place = -found - 1;
    boolean full = behaviors.size() >= capacity;
    if (found >= 0 || (full && place == 0)) {
      return this;
    }
    List<Behavior> changed = new ArrayList<>(Math.min(capacity, behaviors.size() + 1));
    changed.addAll(behaviors.subList(full ? 1 : 0, place));
    changed.add(behavior);
    changed.addAll(behaviors.subList(place, behaviors.size()));
    return new BehaviorSequence(capacity, Collections.unmodifiableList(changed));
  }

  private static int compareTimes(Behavior one, Behavior other) {
    int order = Long.compare(one.timeMillis(), other.timeMillis());
    return order != 0 ? order : one.eventId().compareTo(other.eventId());
  }

  /** Returns whether the event is among the remembered ones. */
  public boolean contains(String eventId) {
    return behaviors.stream().anyMatch(behavior -> behavior.eventId().equals(eventId));
  }

  public int size() {
    return behaviors.size();
  }

  /**
   * Returns the time of the newest behavior, or {@link Behavior#UNKNOWN_TIME} when there is none.
   */
  public long newestMillis() {
    return behaviors.isEmpty()
        ? Behavior.UNKNOWN_TIME
        : behaviors.get(behaviors.size() - 1).timeMillis();
  }

  /**
   * Returns the moment that ages are measured from: the trigger's, or the newest behavior's where
   * that is later.
   */
  public long timeOfRecommendation(long triggerMillis) {
    return Math.max(triggerMillis, newestMillis());
  }

  /**
   * Returns the SHA-256, in hex, over a line {@code event_id\titem_id\tmillis\taction\n} for each
   * behavior.
   */
  public String hash() {
    StringBuilder lines = new StringBuilder(LINE_CHARACTERS * behaviors.size());
    for (Behavior b : behaviors) {
      lines
          .append(b.eventId())
          .append('\t')
          .append(b.itemId())
          .append('\t')
          .append(b.timeMillis())
          .append('\t')
          .append(b.action())
          .append('\n');
    }
    return Sha256.of(lines.toString().getBytes(UTF_8));
  }

  private static List<Behavior> newest(int count, List<Behavior> behaviors) {
    int surplus = Math.max(0, behaviors.size() - count);
    return Collections.unmodifiableList(behaviors.subList(surplus, behaviors.size()));
  }
}
