package io.freshet.streaming.training;

import io.freshet.model.ClickLog;
import io.freshet.model.NewestRecords;
import io.freshet.model.ShownList;
import io.freshet.model.TrainingLog;
import io.freshet.model.bst.BstRelease;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Item;
import io.freshet.schemas.Release;
import io.freshet.streaming.Metrics;
import io.freshet.streaming.training.TrainingJobConfig.Schedule;
import io.freshet.streaming.training.TrainingRound.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Supplier;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
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
 * <p>One subtask, one key. Keyed state rather than an operator's, for RocksDB uploads with each
 * checkpoint the chunks of clicks that have changed, and an operator's state would go whole. What
 * is learnt from stands on the heap too, where a round takes it over without a copy.
 *
 * <p>State: chunks of clicks and of lists; items; the release to go on from, announced here or by
 * others; how many clicks no round has learnt from. The clicks of a round under way are among
 * those, so that a failure loses the round and not that it was due.
 */
final class TrainOnClicks extends AbstractStreamOperator<Release>
    implements OneInputStreamOperator<News, Release>, BoundedOneInput, Rounds.End {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(TrainOnClicks.class);

  /** The key of all news. */
  static final int KEY = 0;

  private final Schedule schedule;
  private final TrainingRound round;
  private final Release initial;

  private transient MapState<Long, List<ClickEvent>> clickState;
  private transient MapState<Long, List<ShownList>> shownState;
  private transient MapState<String, Item> itemState;
  private transient ValueState<Release> announcedState;
  private transient ValueState<Long> newClicksState;
  private transient boolean restored;

  private transient NewestRecords<ClickEvent> clicks;
  private transient NewestRecords<ShownList> shown;
  private transient Map<String, Item> items;
  private transient Release announced;
  private transient long newClicks;
  private transient long clicksInRound;
  private transient Rounds rounds;
  private transient ScheduledFuture<?> nextRound;
  private transient long roundStartNanos;
  private transient Throwable failure;

  private transient Counter ended;
  private transient Counter failed;
  private transient Counter worse;
  private transient double validationAuc;
  private transient double roundSeconds;

  /**
   * @param initial what to go on from when there is no state; null for none
   */
  TrainOnClicks(Schedule schedule, TrainingRound round, Release initial) {
    this.schedule = schedule;
    this.round = round;
    this.initial = initial;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    KeyedStateStore store = context.getKeyedStateStore();
    clickState = store.getMapState(chunks("clicks", ClickEvent.class));
    shownState = store.getMapState(chunks("shown", ShownList.class));
    itemState =
        store.getMapState(
            new MapStateDescriptor<>("items", Types.STRING, TypeInformation.of(Item.class)));
    announcedState =
        store.getState(new ValueStateDescriptor<>("announced", TypeInformation.of(Release.class)));
    newClicksState = store.getState(new ValueStateDescriptor<>("new clicks", Types.LONG));
    restored = context.isRestored();
  }

  static <T> MapStateDescriptor<Long, List<T>> chunks(String name, Class<T> type) {
    return new MapStateDescriptor<>(name, Types.LONG, Types.LIST(TypeInformation.of(type)));
  }

  @Override
  public void open() throws Exception {
    setCurrentKey(KEY); // the only one, so for good
    clicks = new NewestRecords<>(schedule.clicksMax(), ClickEvent::eventId, ClickEvent::eventTime);
    shown = new NewestRecords<>(schedule.clicksMax(), ShownList::id, ShownList::time);
    restore(clicks, clickState);
    restore(shown, shownState);
    items = new HashMap<>();
    for (Map.Entry<String, Item> item : itemState.entries()) {
      items.put(item.getKey(), item.getValue());
    }
    announced = restored ? announcedState.value() : initial;
    newClicks = newClicksState.value() == null ? 0 : newClicksState.value();
    registerMetrics(getMetricGroup());
    rounds =
        new Rounds(
            round,
            scratch(),
            getContainingTask()
                .getMailboxExecutorFactory()
                .createExecutor(getOperatorConfig().getChainIndex()),
            this);
    if (!schedule.once()) {
      scheduleRound();
    }
  }

  private static <T> void restore(NewestRecords<T> records, MapState<Long, List<T>> chunks)
      throws Exception {
    for (Map.Entry<Long, List<T>> chunk : chunks.entries()) {
      records.restore(chunk.getKey(), chunk.getValue());
    }
  }

  private void registerMetrics(MetricGroup metrics) {
    validationAuc = Double.NaN;
    roundSeconds = Double.NaN;
    ended = metrics.counter(Metrics.ROUNDS);
    failed = metrics.counter(Metrics.FAILED_ROUNDS);
    worse = metrics.counter(Metrics.WORSE_ROUNDS);
    metrics.gauge(Metrics.VALIDATION_AUC, () -> validationAuc);
    metrics.gauge(Metrics.ROUND_SECONDS, () -> roundSeconds);
  }

  private Path scratch() throws Exception {
    return Files.createDirectories(
        Path.of(getContainingTask().getEnvironment().getTaskManagerInfo().getTmpDirectories()[0]));
  }

  private void scheduleRound() {
    long at =
        getProcessingTimeService().getCurrentProcessingTime() + schedule.interval().toMillis();
    nextRound = getProcessingTimeService().registerTimer(at, now -> startRoundIfDue());
  }

  private void startRoundIfDue() {
    scheduleRound();
    if (newClicks > 0 && !rounds.isUnderWay()) {
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
      announced = BstRelease.newest(announced, news.release());
    }
  }

  private void startRound() {
    clicksInRound = newClicks;
    roundStartNanos = System.nanoTime();
    LOG.info(
        "Training on {} clicks and {} lists, going on from {}",
        clicks.size(),
        shown.size(),
        announced == null ? "nothing" : announced.version());
    rounds.start(log(), announced);
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

  @Override
  public void finished(Outcome outcome) {
    count();
    newClicks -= clicksInRound;
    validationAuc = outcome.validationAuc();
    LOG.info("Trained in {} s: {}", roundSeconds, outcome);
    if (outcome.release() == null) {
      worse.inc();
    } else {
      announced = outcome.release();
      output.collect(new StreamRecord<>(announced));
    }
  }

  @Override
  public void failed(Throwable reason) {
    count();
    failed.inc();
    failure = reason;
    LOG.error("Cannot finish the round; the next one is tried when it is due", reason);
  }

  private void count() {
    ended.inc();
    roundSeconds = (System.nanoTime() - roundStartNanos) / 1e9;
  }

  /** The one round of a job that ends with its input, and with the round where that fails. */
  @Override
  public void endInput() throws Exception {
    if (!schedule.once()) {
      return;
    }
    startRound();
    rounds.await();
    if (failure != null) {
      throw new IllegalStateException("Cannot train: " + failure.getMessage(), failure);
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    keep(clicks, clickState);
    keep(shown, shownState);
    announcedState.update(announced);
    newClicksState.update(newClicks);
  }

  private static <T> void keep(NewestRecords<T> records, MapState<Long, List<T>> chunks)
      throws Exception {
    for (Map.Entry<Long, List<T>> change : records.takeChanges().entrySet()) {
      if (change.getValue().isEmpty()) {
        chunks.remove(change.getKey());
      } else {
        chunks.put(change.getKey(), change.getValue());
      }
    }
  }

  @Override
  public void close() throws Exception {
    if (nextRound != null) {
      nextRound.cancel(false);
    }
    if (rounds != null) {
      rounds.close();
    }
    super.close();
  }
}
