package io.freshet.streaming.recommendation;

import io.freshet.model.BehaviorSequence;
import io.freshet.model.SeenItems;
import io.freshet.streaming.recommendation.RecommendationConfig.Memory;
import java.io.IOException;
import java.util.function.Function;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;

/**
 * What is remembered of the user whose key is current: the behavior sequence and the items seen,
 * forgotten when the user has been silent for the time to live.
 *
 * <p>Each is one value of bytes that the value itself packs. {@code ./freshet bench state} measures
 * this beside Flink's own serializers and beside an entry for each event.
 */
final class UserMemory {
  static final String SEQUENCE = "sequence";
  static final String SEEN = "seen";

  private static final long ROCKSDB_CLEANUP_ENTRIES = 1_000;

  private final Memory bounds;
  private final ValueState<byte[]> sequences;
  private final ValueState<byte[]> seenItems;

  /**
   * @param states where state is registered
   */
  UserMemory(Memory bounds, Function<ValueStateDescriptor<byte[]>, ValueState<byte[]>> states) {
    this.bounds = bounds;
    this.sequences = states.apply(descriptor(SEQUENCE));
    this.seenItems = states.apply(descriptor(SEEN));
  }

  /** Returns what describes one of the two states. */
  private ValueStateDescriptor<byte[]> descriptor(String name) {
    ValueStateDescriptor<byte[]> descriptor =
        new ValueStateDescriptor<>(name, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
    descriptor.enableTimeToLive(timeToLive(bounds));
    return descriptor;
  }

  static StateTtlConfig timeToLive(Memory bounds) {
    return StateTtlConfig.newBuilder(bounds.timeToLive())
        .cleanupInRocksdbCompactFilter(ROCKSDB_CLEANUP_ENTRIES)
        .build();
  }

  BehaviorSequence sequence() throws IOException {
    byte[] bytes = sequences.value();
    return bytes == null
        ? BehaviorSequence.empty(bounds.sequenceLength())
        : BehaviorSequence.ofBytes(bounds.sequenceLength(), bytes);
  }

  SeenItems seen() throws IOException {
    byte[] bytes = seenItems.value();
    return bytes == null
        ? SeenItems.empty(bounds.seenItems())
        : SeenItems.ofBytes(bounds.seenItems(), bytes);
  }

  void keep(BehaviorSequence sequence) throws IOException {
    sequences.update(sequence.toBytes());
  }

  void keep(SeenItems seen) throws IOException {
    seenItems.update(seen.toBytes());
  }
}
