package io.freshet.streaming.recommendation;

import io.freshet.model.Behavior;
import io.freshet.model.BehaviorSequence;
import io.freshet.streaming.recommendation.RecommendationConfig.Memory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;

/** The ways to keep a behavior sequence. */
final class SequenceForms {
  private SequenceForms() {}

  static Map<String, StateForm.Forms<BehaviorSequence>> all(Memory bounds) {
    Map<String, StateForm.Forms<BehaviorSequence>> forms = new LinkedHashMap<>();
    forms.put(StateBenchmark.PACKED, folder -> new Packed(folder.memory(bounds)));
    forms.put(StateBenchmark.RECORDS, folder -> new Records(folder, bounds));
    forms.put(StateBenchmark.MAP, folder -> new ByEvent(folder, bounds));
    return forms;
  }

  /** As the job does. */
  private record Packed(UserMemory memory) implements StateForm<BehaviorSequence> {
    @Override
    public void fill(BehaviorSequence sequence) throws Exception {
      memory.keep(sequence);
    }

    @Override
    public BehaviorSequence remember(Behavior behavior) throws Exception {
      BehaviorSequence sequence = memory.sequence().with(behavior);
      memory.keep(sequence);
      return sequence;
    }
  }

  /** One value, written by Flink's own serializers of records, lists and texts. */
  private static final class Records implements StateForm<BehaviorSequence> {
    private final int capacity;
    private final ValueState<BehaviorSequence> sequences;

    Records(StateFolder folder, Memory bounds) {
      ValueStateDescriptor<BehaviorSequence> descriptor =
          new ValueStateDescriptor<>("sequence", TypeInformation.of(BehaviorSequence.class));
      descriptor.enableTimeToLive(UserMemory.timeToLive(bounds));
      this.capacity = bounds.sequenceLength();
      this.sequences = folder.value(descriptor);
    }

    @Override
    public void fill(BehaviorSequence sequence) throws Exception {
      sequences.update(sequence);
    }

    @Override
    public BehaviorSequence remember(Behavior behavior) throws Exception {
      BehaviorSequence sequence = sequences.value().withCapacity(capacity).with(behavior);
      sequences.update(sequence);
      return sequence;
    }
  }

  /**
   * An entry for each event. RocksDB has the entries of a user side by side, by time and event id.
   */
  private static final class ByEvent implements StateForm<BehaviorSequence> {
    private final int capacity;
    private final MapState<Tuple2<Long, String>, Tuple2<String, String>> events;

    ByEvent(StateFolder folder, Memory bounds) {
      MapStateDescriptor<Tuple2<Long, String>, Tuple2<String, String>> descriptor =
          new MapStateDescriptor<>(
              "sequence",
              Types.TUPLE(Types.LONG, Types.STRING),
              Types.TUPLE(Types.STRING, Types.STRING));
      descriptor.enableTimeToLive(UserMemory.timeToLive(bounds));
      this.capacity = bounds.sequenceLength();
      this.events = folder.map(descriptor);
    }

    @Override
    public void fill(BehaviorSequence sequence) throws Exception {
      for (Behavior behavior : sequence.behaviors()) {
        put(behavior);
      }
    }

    @Override
    public BehaviorSequence remember(Behavior behavior) throws Exception {
      List<Behavior> behaviors = new ArrayList<>(capacity);
      for (var event : events.entries()) {
        behaviors.add(
            new Behavior(
                event.getKey().f1, event.getValue().f0, event.getKey().f0, event.getValue().f1));
      }
      BehaviorSequence before = new BehaviorSequence(capacity, behaviors);
      BehaviorSequence after = before.with(behavior);
      if (!after.equals(before)) {
        put(behavior);
        if (after.size() == before.size()) {
          events.remove(key(behaviors.get(0)));
        }
      }
      return after;
    }

    private void put(Behavior behavior) throws Exception {
      events.put(key(behavior), Tuple2.of(behavior.itemId(), behavior.action()));
    }

    private static Tuple2<Long, String> key(Behavior behavior) {
      return Tuple2.of(behavior.timeMillis(), behavior.eventId());
    }
  }
}
