package io.freshet.streaming.recommendation;

import io.freshet.model.Behavior;
import io.freshet.model.SeenItems;
import io.freshet.model.SeenItems.SeenItem;
import io.freshet.streaming.recommendation.RecommendationConfig.Memory;
import java.util.ArrayList;
import java.util.Comparator;
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

/** The ways to keep the items that a user has seen. */
final class SeenForms {
  private SeenForms() {}

  static Map<String, StateForm.Forms<SeenItems>> all(Memory bounds) {
    Map<String, StateForm.Forms<SeenItems>> forms = new LinkedHashMap<>();
    forms.put(StateBenchmark.PACKED, folder -> new Packed(folder.memory(bounds)));
    forms.put(StateBenchmark.RECORDS, folder -> new Records(folder, bounds));
    forms.put(StateBenchmark.MAP, folder -> new ByItem(folder, bounds));
    return forms;
  }

  /** As the job does. */
  private record Packed(UserMemory memory) implements StateForm<SeenItems> {
    @Override
    public void fill(SeenItems seen) throws Exception {
      memory.keep(seen);
    }

    @Override
    public SeenItems remember(Behavior behavior) throws Exception {
      SeenItems seen = memory.seen().with(behavior);
      memory.keep(seen);
      return seen;
    }
  }

  /** One value, written by Flink's own serializers of records, lists and texts. */
  private static final class Records implements StateForm<SeenItems> {
    private final int capacity;
    private final ValueState<SeenItems> seenItems;

    Records(StateFolder folder, Memory bounds) {
      ValueStateDescriptor<SeenItems> descriptor =
          new ValueStateDescriptor<>("seen", TypeInformation.of(SeenItems.class));
      descriptor.enableTimeToLive(UserMemory.timeToLive(bounds));
      this.capacity = bounds.seenItems();
      this.seenItems = folder.value(descriptor);
    }

    @Override
    public void fill(SeenItems seen) throws Exception {
      seenItems.update(seen);
    }

    @Override
    public SeenItems remember(Behavior behavior) throws Exception {
      SeenItems seen = seenItems.value().withCapacity(capacity).with(behavior);
      seenItems.update(seen);
      return seen;
    }
  }

  /** An entry for each item and action. */
  private static final class ByItem implements StateForm<SeenItems> {
    private static final Comparator<SeenItem> OLDEST_FIRST =
        Comparator.comparingLong(SeenItem::lastMillis);

    private final int capacity;
    private final MapState<Tuple2<String, String>, Long> times;

    ByItem(StateFolder folder, Memory bounds) {
      MapStateDescriptor<Tuple2<String, String>, Long> descriptor =
          new MapStateDescriptor<>("seen", Types.TUPLE(Types.STRING, Types.STRING), Types.LONG);
      descriptor.enableTimeToLive(UserMemory.timeToLive(bounds));
      this.capacity = bounds.seenItems();
      this.times = folder.map(descriptor);
    }

    @Override
    public void fill(SeenItems seen) throws Exception {
      for (SeenItem item : seen.items()) {
        times.put(Tuple2.of(item.itemId(), item.action()), item.lastMillis());
      }
    }

    @Override
    public SeenItems remember(Behavior behavior) throws Exception {
      List<SeenItem> items = new ArrayList<>(capacity);
      for (var entry : times.entries()) {
        items.add(new SeenItem(entry.getKey().f0, entry.getKey().f1, entry.getValue()));
      }
      items.sort(OLDEST_FIRST);
      SeenItems before = new SeenItems(capacity, items);
      SeenItems after = before.with(behavior);
      if (!after.equals(before)) {
        SeenItem oldest = items.get(0);
        if (!after.items().get(0).equals(oldest)) {
          times.remove(Tuple2.of(oldest.itemId(), oldest.action()));
        }
        times.put(Tuple2.of(behavior.itemId(), behavior.action()), behavior.timeMillis());
      }
      return after;
    }
  }
}
