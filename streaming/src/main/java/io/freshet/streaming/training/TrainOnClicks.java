package io.freshet.streaming.training;

import io.freshet.model.ClickLog;
import io.freshet.model.ShownList;
import io.freshet.model.TrainingLog;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Item;
import io.freshet.schemas.Release;
import io.freshet.streaming.DeviceOptions;
import io.freshet.streaming.Metrics;
import io.freshet.streaming.SubtaskDevice;
import io.freshet.streaming.rounds.KeptRecords;
import io.freshet.streaming.rounds.Rounds;
import io.freshet.streaming.training.TrainingJobConfig.Schedule;
import io.freshet.streaming.training.TrainingRound.Announced;
import io.freshet.streaming.training.TrainingRound.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the newest clicks, trains on them now and then, and announces what comes of it.
 *
 * <p>One subtask, one key. What is learnt from stands on the heap too, where a round takes it over
 * without a copy.
 *
 * <p>State: chunks of clicks and of lists; items; the releases announced, here or by others; how
 * many clicks no round has learnt from. The clicks of a round under way are among those, so that a
 * failure loses the round and not that it was due.
 */
final class TrainOnClicks extends AbstractStreamOperator<Release>
    implements OneInputStreamOperator<News, Release>, BoundedOneInput {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(TrainOnClicks.class);

  /** The key of all news. */
  static final int KEY = 0;

  private final Schedule schedule;
  private final TrainingRound round;
  private final Announced initial;
  private final DeviceOptions options;

  private transient KeptRecords<ClickEvent> clicks;
  private transient KeptRecords<ShownList> shown;
  private transient MapState<String, Item> itemState;
  private transient ValueState<Release> announcedState;
  private transient ValueState<Release> embeddingsState;
  private transient ValueState<Long> newClicksState;
  private transient boolean restored;

  private transient Map<String, Item> items;
  private transient Announced announced;
  private transient long newClicks;
  private transient long clicksInRound;
  private transient Release goneOnFrom; // by the round under way
  private transient SubtaskDevice device;
  private transient Rounds<Outcome> rounds;

  private transient Counter worse;
  private transient Counter overtaken;
  private transient double validationAuc;

  /**
   * @param initial what stands announced when there is no state
   */
  TrainOnClicks(Schedule schedule, TrainingRound round, Announced initial, DeviceOptions options) {
    this.schedule = schedule;
    this.round = round;
    this.initial = initial;
    this.options = options;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    KeyedStateStore store = context.getKeyedStateStore();
    clicks = KeptRecords.ofClicks(store, "clicks", schedule.clicksMax());
    shown =
        new KeptRecords<>(
            store, "shown", ShownList.class, schedule.clicksMax(), ShownList::id, ShownList::time);
    itemState =
        store.getMapState(
            new MapStateDescriptor<>("items", Types.STRING, TypeInformation.of(Item.class)));
    announcedState =
        store.getState(new ValueStateDescriptor<>("announced", TypeInformation.of(Release.class)));
    embeddingsState =
        store.getState(
            new ValueStateDescriptor<>("announced embeddings", TypeInformation.of(Release.class)));
    newClicksState = store.getState(new ValueStateDescriptor<>("new clicks", Types.LONG));
    restored = context.isRestored();
  }

  @Override
  public void open() throws Exception {
    setCurrentKey(KEY); // the only one, so for good
    clicks.restore();
    shown.restore();
    items = new HashMap<>();
    for (Map.Entry<String, Item> item : itemState.entries()) {
      items.put(item.getKey(), item.getValue());
    }
    announced = restored ? new Announced(announcedState.value(), embeddingsState.value()) : initial;
    newClicks = newClicksState.value() == null ? 0 : newClicksState.value();
    validationAuc = Double.NaN;
    worse = getMetricGroup().counter(Metrics.WORSE_ROUNDS);
    overtaken = getMetricGroup().counter(Metrics.OVERTAKEN_ROUNDS);
    getMetricGroup().gauge(Metrics.VALIDATION_AUC, () -> validationAuc);
    device = options.of(getRuntimeContext().getTaskInfo(), getMetricGroup());
    rounds = new Rounds<>("train", 1, this, this::finished);
    if (!schedule.once()) {
      rounds.every(schedule.interval(), this::startRoundIfDue);
    }
  }

  private void startRoundIfDue() {
    if (newClicks > 0) {
      startRound();
    }
  }

  @Override
  public void processElement(StreamRecord<News> record) throws Exception {
    News news = record.getValue();
    if (news.click() != null) {
      clicks.add(news.click());
      newClicks++;
    } else if (news.shown() != null) {
      shown.add(news.shown());
    } else if (news.item() != null) {
      items.put(news.item().itemId(), news.item());
      itemState.put(news.item().itemId(), news.item());
    } else {
      announced = announced.and(news.release());
    }
  }

  private void startRound() {
    clicksInRound = newClicks;
    goneOnFrom = announced.model();
    LOG.info(
        "Training on {} clicks and {} lists, going on from {}, with embeddings {}",
        clicks.size(),
        shown.size(),
        Release.versionOf(announced.model()),
        Release.versionOf(announced.embeddings()));
    Supplier<TrainingLog> log = log();
    Announced now = announced;
    rounds.start(
        (scratch, stopped) ->
            device.run(where -> round.run(log.get(), now, where, scratch, stopped)));
  }

  private Supplier<TrainingLog> log() {
    Supplier<List<ClickEvent>> newestClicks = clicks.newest();
    Supplier<List<ShownList>> newestShown = shown.newest();
    List<Item> known = List.copyOf(items.values());
    return () ->
        new TrainingLog(
            new ClickLog(newestClicks.get(), known),
            newestShown.get(),
            schedule.attributionWindow());
  }

  /** Another's word stands: a round that it overtakes comes to nothing, and is due again. */
  private void finished(Outcome outcome) {
    validationAuc = outcome.validationAuc();
    if (!Objects.equals(announced.model(), goneOnFrom)) {
      overtaken.inc();
      LOG.warn(
          "Nothing comes of what was trained from {}: meanwhile {} was announced",
          Release.versionOf(goneOnFrom),
          Release.versionOf(announced.model()));
      return;
    }
    newClicks -= clicksInRound;
    if (outcome.release() == null) {
      worse.inc();
    } else {
      announced = announced.and(outcome.release());
      output.collect(new StreamRecord<>(outcome.release()));
    }
  }

  /** The one round of a job that ends with its input, and with the round where that fails. */
  @Override
  public void endInput() throws Exception {
    if (schedule.once()) {
      startRound();
      rounds.await();
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    clicks.keep();
    shown.keep();
    announcedState.update(announced.model());
    embeddingsState.update(announced.embeddings());
    newClicksState.update(newClicks);
  }

  @Override
  public void close() throws Exception {
    if (rounds != null) {
      rounds.close();
    }
    super.close();
  }
}
