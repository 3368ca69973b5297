package io.freshet.streaming.recommendation;

import io.freshet.model.Behavior;
import io.freshet.model.BehaviorSequence;
import io.freshet.model.KnownUser;
import io.freshet.model.SeenItems;
import io.freshet.model.SeenItems.SeenItem;
import io.freshet.model.UserLog;
import io.freshet.streaming.recommendation.RecommendationConfig.Memory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;

/** The ways to keep what is known of a user. */
final class StateForms {
  private static final long CACHE_BYTES = 64 << 20; // as the job has unless told otherwise

  private StateForms() {}

  /** Returns the forms by name. */
  static Map<String, StateForm.Opening> all(int behaviors, int seenItems, Duration timeToLive) {
    Memory uncached = new Memory(behaviors, seenItems, timeToLive, 0);
    Memory cached = new Memory(behaviors, seenItems, timeToLive, CACHE_BYTES);
    KnownUser nobody = KnownUser.nobody(behaviors, seenItems);
    Map<String, StateForm.Opening> forms = new LinkedHashMap<>();
    forms.put(StateBenchmark.LOG, folder -> new Log(folder.memory(uncached)));
    forms.put(StateBenchmark.CACHED, folder -> new Log(folder.memory(cached)));
    forms.put(StateBenchmark.PACKED, folder -> new Packed(folder, nobody, timeToLive));
    forms.put(StateBenchmark.RECORDS, folder -> new Records(folder, timeToLive));
    forms.put(StateBenchmark.MAP, folder -> new Entries(folder, nobody, timeToLive));
    return forms;
  }

  private static <T> ValueState<T> value(
      StateFolder folder, TypeInformation<T> type, Duration timeToLive) {
    ValueStateDescriptor<T> descriptor = new ValueStateDescriptor<>("known", type);
    descriptor.enableTimeToLive(UserMemory.timeToLive(timeToLive));
    return folder.value(descriptor);
  }

  private static <K, V> MapState<K, V> map(
      StateFolder folder,
      String name,
      TypeInformation<K> key,
      TypeInformation<V> value,
      Duration timeToLive) {
    MapStateDescriptor<K, V> descriptor = new MapStateDescriptor<>(name, key, value);
    descriptor.enableTimeToLive(UserMemory.timeToLive(timeToLive));
    return folder.map(descriptor);
  }

  /** As the job does. */
  private record Log(UserMemory memory) implements StateForm {
    @Override
    public void fill(String userId, KnownUser known) throws Exception {
      memory.begin(userId, known, System.currentTimeMillis());
    }

    @Override
    public KnownUser remember(String userId, Behavior behavior) throws Exception {
      return memory.remember(userId, behavior, System.currentTimeMillis()).after();
    }
  }

  /** One value, of the bytes that a log begins with. */
  private static final class Packed implements StateForm {
    private final KnownUser nobody;
    private final ValueState<byte[]> bytes;

    Packed(StateFolder folder, KnownUser nobody, Duration timeToLive) {
      this.nobody = nobody;
      this.bytes = value(folder, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO, timeToLive);
    }

    @Override
    public void fill(String userId, KnownUser known) throws Exception {
      bytes.update(UserLog.begin(known, System.currentTimeMillis()).firstEntry());
    }

    @Override
    public KnownUser remember(String userId, Behavior behavior) throws Exception {
      KnownUser known = UserLog.read(nobody, List.of(bytes.value())).known().with(behavior);
      fill(userId, known);
      return known;
    }
  }

  /** One value, written by Flink's own serializers of records, lists and texts. */
  private static final class Records implements StateForm {
    private final ValueState<KnownUser> knownUsers;

    Records(StateFolder folder, Duration timeToLive) {
      this.knownUsers = value(folder, TypeInformation.of(KnownUser.class), timeToLive);
    }

    @Override
    public void fill(String userId, KnownUser known) throws Exception {
      knownUsers.update(known);
    }

    @Override
    public KnownUser remember(String userId, Behavior behavior) throws Exception {
      KnownUser known = knownUsers.value().with(behavior);
      knownUsers.update(known);
      return known;
    }
  }

  /**
   * An entry for each event, and for each item and action. RocksDB has the entries of a user side
   * by side, those of events by time and id.
   */
  private static final class Entries implements StateForm {
    private static final Comparator<SeenItem> OLDEST_FIRST =
        Comparator.comparingLong(SeenItem::lastMillis);

    private final KnownUser nobody;
    private final MapState<Tuple2<Long, String>, Tuple2<String, String>> events;
    private final MapState<Tuple2<String, String>, Long> seenItems;

    Entries(StateFolder folder, KnownUser nobody, Duration timeToLive) {
      TypeInformation<Tuple2<String, String>> twoTexts = Types.TUPLE(Types.STRING, Types.STRING);
      this.nobody = nobody;
      this.events =
          map(folder, "events", Types.TUPLE(Types.LONG, Types.STRING), twoTexts, timeToLive);
      this.seenItems = map(folder, "seen", twoTexts, Types.LONG, timeToLive);
    }

    @Override
    public void fill(String userId, KnownUser known) throws Exception {
      for (Behavior behavior : known.sequence().behaviors()) {
        events.put(key(behavior), Tuple2.of(behavior.itemId(), behavior.action()));
      }
      for (SeenItem item : known.seen().items()) {
        seenItems.put(key(item), item.lastMillis());
      }
    }

    @Override
    public KnownUser remember(String userId, Behavior behavior) throws Exception {
      KnownUser before = new KnownUser(sequence(), seen());
      KnownUser after = before.with(behavior);
      if (!after.equals(before)) {
        events.put(key(behavior), Tuple2.of(behavior.itemId(), behavior.action()));
        seenItems.put(Tuple2.of(behavior.itemId(), behavior.action()), behavior.timeMillis());
        forget(before, after);
      }
      return after;
    }

    private BehaviorSequence sequence() throws Exception {
      List<Behavior> behaviors = new ArrayList<>();
      for (var event : events.entries()) {
        behaviors.add(
            new Behavior(
                event.getKey().f1, event.getValue().f0, event.getKey().f0, event.getValue().f1));
      }
      return new BehaviorSequence(nobody.sequence().capacity(), behaviors);
    }

    private SeenItems seen() throws Exception {
      List<SeenItem> items = new ArrayList<>();
      for (var item : seenItems.entries()) {
        items.add(new SeenItem(item.getKey().f0, item.getKey().f1, item.getValue()));
      }
      items.sort(OLDEST_FIRST);
      return SeenItems.of(nobody.seen().capacity(), items);
    }

    /** Removes what has given way to the newest. */
    private void forget(KnownUser before, KnownUser after) throws Exception {
      Behavior oldest = before.sequence().behaviors().get(0);
      if (!after.sequence().behaviors().get(0).equals(oldest)) {
        events.remove(key(oldest));
      }
      SeenItem last = before.seen().items().get(0);
      if (after.seen().items().size() == before.seen().items().size()
          && !after.seen().items().get(0).equals(last)) {
        seenItems.remove(key(last));
      }
    }

    private static Tuple2<Long, String> key(Behavior behavior) {
      return Tuple2.of(behavior.timeMillis(), behavior.eventId());
    }

    private static Tuple2<String, String> key(SeenItem item) {
      return Tuple2.of(item.itemId(), item.action());
    }
  }
}
