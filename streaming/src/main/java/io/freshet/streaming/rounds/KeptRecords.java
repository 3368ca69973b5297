package io.freshet.streaming.rounds;

import io.freshet.model.NewestRecords;
import io.freshet.schemas.ClickEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * The newest records by event time, at most so many, on the heap and in the state of a key: RocksDB
 * uploads with each checkpoint the chunks that have changed, where an operator's own state would go
 * whole.
 *
 * <p>Owned by a subtask's thread, which sets the key for good before anything else.
 */
public final class KeptRecords<T> {
  private final NewestRecords<T> records;
  private final MapState<Long, List<T>> chunks;

  /**
   * @param max how many {@link #newest} returns at most
   * @param id what records that came twice have in common
   * @param time of the event
   */
  public KeptRecords(
      KeyedStateStore store,
      String name,
      Class<T> type,
      int max,
      Function<T, String> id,
      Function<T, Instant> time) {
    this.records = new NewestRecords<>(max, id, time);
    this.chunks = store.getMapState(chunks(name, type));
  }

  /**
   * Returns kept clicks. One comes twice where its user, time and event id do: producers may count
   * events by user.
   */
  public static KeptRecords<ClickEvent> ofClicks(KeyedStateStore store, String name, int max) {
    return new KeptRecords<>(
        store,
        name,
        ClickEvent.class,
        max,
        click ->
            String.join(
                "\t",
                click.userId(),
                Long.toString(click.eventTime().toEpochMilli()),
                click.eventId()),
        ClickEvent::eventTime);
  }

  /** Returns what the chunks are kept as, by number. */
  public static <T> MapStateDescriptor<Long, List<T>> chunks(String name, Class<T> type) {
    return new MapStateDescriptor<>(name, Types.LONG, Types.LIST(TypeInformation.of(type)));
  }

  /** Takes back what was kept, before anything is added. */
  public void restore() throws Exception {
    for (Map.Entry<Long, List<T>> chunk : chunks.entries()) {
      records.restore(chunk.getKey(), chunk.getValue());
    }
  }

  /** Adds a record, in whatever order of time. */
  public void add(T record) {
    records.add(record);
  }

  /** Returns how many are held. */
  public int size() {
    return records.size();
  }

  /** Returns the newest as they are now; see {@link NewestRecords#newest}. */
  public Supplier<List<T>> newest() {
    return records.newest();
  }

  /** Brings what has changed into the state, for a checkpoint. */
  public void keep() throws Exception {
    for (Map.Entry<Long, List<T>> change : records.takeChanges().entrySet()) {
      if (change.getValue().isEmpty()) {
        chunks.remove(change.getKey());
      } else {
        chunks.put(change.getKey(), change.getValue());
      }
    }
  }
}
