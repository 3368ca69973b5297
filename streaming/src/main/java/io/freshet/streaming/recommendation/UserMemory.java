package io.freshet.streaming.recommendation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.freshet.model.Behavior;
import io.freshet.model.KnownUser;
import io.freshet.model.UserLog;
import io.freshet.streaming.recommendation.RecommendationConfig.Memory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;

/**
 * What is remembered of users, forgotten when they have been silent for the time to live.
 *
 * <p>State, by user: a {@link UserLog}, which RocksDB appends to without reading it. Those who
 * clicked last are on the heap too, so that nothing is read for them. All of it is written at once,
 * hence the state of a checkpoint is whole without the heap. All methods are about the user whose
 * key is current. {@code ./freshet bench state} measures this beside other forms.
 */
final class UserMemory {
  static final String LOG = "user-log";

  // Behaviors behind what a log begins with. Longer ones are written whole less often, but whoever
  // reads one takes its behaviors in one by one, which soon costs more.
  private static final int LONGEST_LOG = 16;
  private static final int BEGINNINGS = 4; // in a time to live, at least, for who keeps clicking
  private static final long ROCKSDB_CLEANUP_ENTRIES = 1_000;

  // About what they take on the heap of a 64-bit JVM, without what their texts say.
  private static final int USER_BYTES = 300;
  private static final int BEHAVIOR_BYTES = 160;
  private static final int SEEN_ITEM_BYTES = 90;

  /** What a behavior changes of what is known; what it does not change is the same instance. */
  @SuppressWarnings("ReferenceEquality")
  record Change(KnownUser before, KnownUser after) {
    boolean isAny() {
      return after != before;
    }

    boolean isOfSequence() {
      return after.sequence() != before.sequence();
    }
  }

  /** A log, and the bytes of its entries: about as many as its texts take. */
  private record OnHeap(UserLog log, int entryBytes) {
    private int heapBytes(String userId) {
      return USER_BYTES
          + userId.length()
          + BEHAVIOR_BYTES * log.known().sequence().size()
          + SEEN_ITEM_BYTES * log.known().seen().size()
          + entryBytes;
    }
  }

  private final KnownUser nobody;
  private final long timeToLiveMillis;
  private final ListState<byte[]> entries;
  private final Cache<String, OnHeap> newest;

  /**
   * @param states where state is registered
   */
  UserMemory(Memory bounds, Function<ListStateDescriptor<byte[]>, ListState<byte[]>> states) {
    this.nobody = KnownUser.nobody(bounds.sequenceLength(), bounds.seenItems());
    this.timeToLiveMillis = bounds.timeToLive().toMillis();
    this.entries = states.apply(descriptor(bounds));
    this.newest =
        Caffeine.newBuilder()
            .maximumWeight(bounds.cacheBytes())
            .weigher((String userId, OnHeap known) -> known.heapBytes(userId))
            .executor(Runnable::run)
            .build();
  }

  private static ListStateDescriptor<byte[]> descriptor(Memory bounds) {
    ListStateDescriptor<byte[]> descriptor =
        new ListStateDescriptor<>(LOG, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
    // An entry expires by itself, so the first must outlive what may be written behind it.
    Duration longest = bounds.timeToLive().plus(bounds.timeToLive().dividedBy(BEGINNINGS));
    descriptor.enableTimeToLive(timeToLive(longest));
    return descriptor;
  }

  static StateTtlConfig timeToLive(Duration duration) {
    return StateTtlConfig.newBuilder(duration)
        .cleanupInRocksdbCompactFilter(ROCKSDB_CLEANUP_ENTRIES)
        .build();
  }

  /** Returns what is known of the user. */
  KnownUser recall(String userId, long nowMillis) throws Exception {
    OnHeap remembered = remembered(userId, nowMillis);
    return remembered == null ? nobody : remembered.log().known();
  }

  /** Remembers the behavior, unless it changes nothing. */
  Change remember(String userId, Behavior behavior, long nowMillis) throws Exception {
    OnHeap remembered = remembered(userId, nowMillis);
    KnownUser known = remembered == null ? nobody : remembered.log().known();
    Change change = new Change(known, known.with(behavior));
    if (change.isAny()) {
      if (remembered == null || beginsAnew(remembered.log(), nowMillis)) {
        begin(userId, change.after(), nowMillis);
      } else {
        byte[] entry = UserLog.entry(behavior, nowMillis);
        entries.add(entry);
        UserLog log = remembered.log().with(change.after(), nowMillis);
        newest.put(userId, new OnHeap(log, remembered.entryBytes() + entry.length));
      }
    }
    return change;
  }

  /** Forgets what is known of the user, and remembers this. */
  void begin(String userId, KnownUser known, long nowMillis) throws Exception {
    UserLog log = UserLog.begin(known, nowMillis);
    byte[] entry = log.firstEntry();
    entries.update(List.of(entry));
    newest.put(userId, new OnHeap(log, entry.length));
  }

  private boolean beginsAnew(UserLog log, long nowMillis) {
    return log.behaviors() >= LONGEST_LOG
        || nowMillis - log.begunMillis() >= timeToLiveMillis / BEGINNINGS;
  }

  /** Returns what is remembered of the user, or null where that is nothing or over. */
  private OnHeap remembered(String userId, long nowMillis) throws Exception {
    OnHeap remembered = newest.getIfPresent(userId);
    if (remembered == null) {
      remembered = read();
      if (remembered != null) {
        newest.put(userId, remembered);
      }
    }
    boolean isOver =
        remembered != null && nowMillis - remembered.log().writtenMillis() >= timeToLiveMillis;
    return isOver ? null : remembered;
  }

  private OnHeap read() throws Exception {
    List<byte[]> read = new ArrayList<>();
    int bytes = 0;
    for (byte[] entry : entries.get()) {
      read.add(entry);
      bytes += entry.length;
    }
    UserLog log = UserLog.read(nobody, read);
    return log == null ? null : new OnHeap(log, bytes);
  }
}
