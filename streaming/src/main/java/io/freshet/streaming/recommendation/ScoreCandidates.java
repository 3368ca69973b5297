package io.freshet.streaming.recommendation;

import io.freshet.model.ItemCatalog;
import io.freshet.model.UpdatedCatalog;
import io.freshet.schemas.Item;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Release;
import io.freshet.streaming.Metrics;
import io.freshet.streaming.recommendation.RecommendationConfig.Batches;
import io.freshet.streaming.recommendation.RecommendationConfig.Candidates;
import io.freshet.streaming.recommendation.RecommendationConfig.Releases;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Retrieves candidates for many users' tasks at once and scores them with one release.
 *
 * <p>A batch leaves when it is full, when its first task has waited long enough, and before every
 * checkpoint barrier, so that no task in flight is lost or scored twice. Right after that flush the
 * release that was loaded meanwhile becomes active, and the checkpoint records it: what is scored
 * again after a failure is scored with the version it had.
 *
 * <p>State, the same in every subtask: the release in use and the one announced last; of the items,
 * what differs from the release in use, which is pruned when that changes.
 */
final class ScoreCandidates extends AbstractStreamOperator<Recommendation>
    implements TwoInputStreamOperator<ScoringTask, Update, Recommendation> {
  private static final long serialVersionUID = 1;
  private static final String ACTIVE = "active";
  private static final String ANNOUNCED = "announced";
  private static final int HISTOGRAM_SAMPLES = 1_000;

  private final Candidates candidates;
  private final Batches batches;
  private final Releases releases;
  private final ReleaseLoader loader;
  private final Release initial;
  private final boolean checkpointed;

  private transient BroadcastState<String, Release> releaseState;
  private transient BroadcastState<String, Item> itemState;
  private transient ReleaseSwap swap;
  private transient UpdatedCatalog items;
  private transient Recommender recommender;
  private transient List<ScoringTask> batch;
  private transient ScheduledFuture<?> batchEnd;
  private transient Map<String, Counter> fallbacks;
  private transient Counter ignoredItems;
  private transient Histogram batchSize;
  private transient Histogram scoringMicros;

  /**
   * @param initial what to start with when there is no state; null for none
   * @param checkpointed whether releases wait for a checkpoint to become active
   */
  ScoreCandidates(
      RecommendationConfig config, ReleaseLoader loader, Release initial, boolean checkpointed) {
    this.candidates = config.candidates();
    this.batches = config.batches();
    this.releases = config.releases();
    this.loader = loader;
    this.initial = initial;
    this.checkpointed = checkpointed;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    releaseState =
        context
            .getOperatorStateStore()
            .getBroadcastState(
                new MapStateDescriptor<>(
                    "releases", Types.STRING, TypeInformation.of(Release.class)));
    itemState =
        context
            .getOperatorStateStore()
            .getBroadcastState(
                new MapStateDescriptor<>("items", Types.STRING, TypeInformation.of(Item.class)));
    if (!context.isRestored() && initial != null) {
      releaseState.put(ACTIVE, initial);
      releaseState.put(ANNOUNCED, initial);
    }
  }

  @Override
  public void open() throws Exception {
    batch = new ArrayList<>();
    recommender = new Recommender(candidates);
    MetricGroup metrics = getMetricGroup();
    fallbacks = new HashMap<>();
    ignoredItems = metrics.counter(Metrics.IGNORED_ITEMS);
    batchSize = histogram(metrics, Metrics.BATCH_SIZE);
    scoringMicros = histogram(metrics, Metrics.SCORING_MICROS);
    swap =
        new ReleaseSwap(
            loader,
            new ReleaseSwap.Subtask(
                getRuntimeContext().getTaskInfo().getTaskNameWithSubtasks(),
                scratch(),
                getContainingTask()
                    .getMailboxExecutorFactory()
                    .createExecutor(getOperatorConfig().getChainIndex()),
                getProcessingTimeService(),
                metrics.counter(Metrics.REFUSED_RELEASES)),
            this::swapUnlessCheckpointed);
    swap.start(releaseState.get(ACTIVE), releaseState.get(ANNOUNCED), releases.onMissing());
    items = UpdatedCatalog.of(base());
    for (Map.Entry<String, Item> item : itemState.entries()) {
      take(item.getValue());
    }
  }

  private static Histogram histogram(MetricGroup metrics, String name) {
    return metrics.histogram(name, new DescriptiveStatisticsHistogram(HISTOGRAM_SAMPLES));
  }

  private Path scratch() throws Exception {
    Path directory =
        releases.directory().equals(Releases.DEFAULT_DIRECTORY)
            ? Path.of(
                getContainingTask().getEnvironment().getTaskManagerInfo().getTmpDirectories()[0])
            : Path.of(releases.directory());
    return Files.createDirectories(directory);
  }

  @Override
  public void processElement1(StreamRecord<ScoringTask> task) {
    batch.add(task.getValue());
    if (batch.size() >= batches.size()) {
      flush();
    } else if (batch.size() == 1) {
      long end =
          getProcessingTimeService().getCurrentProcessingTime() + batches.longestWait().toMillis();
      batchEnd = getProcessingTimeService().registerTimer(end, now -> flush());
    }
  }

  @Override
  public void processElement2(StreamRecord<Update> news) {
    Update update = news.getValue();
    if (update.item() != null) {
      take(update.item());
    } else {
      swap.announce(update.release());
    }
  }

  private void take(Item item) {
    if (!items.update(item)) {
      ignoredItems.inc();
    }
  }

  private void flush() {
    if (batch.isEmpty()) {
      return;
    }
    if (batchEnd != null) {
      batchEnd.cancel(false);
      batchEnd = null;
    }
    List<ScoringTask> tasks = batch;
    batch = new ArrayList<>();
    long start = System.nanoTime();
    long now = getProcessingTimeService().getCurrentProcessingTime();
    List<Recommendation> answers =
        swap.active() == null
            ? recommender.withoutModel(tasks, swap.missing(), now)
            : recommender.recommend(tasks, swap.active(), items, now);
    batchSize.update(tasks.size());
    scoringMicros.update((System.nanoTime() - start) / 1_000);
    answers.forEach(this::emit);
  }

  private void emit(Recommendation answer) {
    if (answer.fallbackReason() != null) {
      fallbacks
          .computeIfAbsent(
              answer.fallbackReason(),
              reason ->
                  getMetricGroup().addGroup(Metrics.REASON, reason).counter(Metrics.FALLBACKS))
          .inc();
    }
    output.collect(new StreamRecord<>(answer, answer.eventTime().toEpochMilli()));
  }

  @Override
  public void processWatermark(Watermark watermark) throws Exception {
    flush();
    super.processWatermark(watermark);
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    flush();
    swapNow();
  }

  @Override
  public void finish() throws Exception {
    flush();
    super.finish();
  }

  private void swapUnlessCheckpointed() {
    if (!checkpointed) {
      swapNow();
    }
  }

  private void swapNow() {
    if (swap.swap()) {
      items = items.prunedFor(base());
    }
  }

  private ItemCatalog base() {
    return swap.active() == null ? null : swap.active().loaded().items();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    releaseState.clear();
    if (swap.active() != null) {
      releaseState.put(ACTIVE, swap.active().release());
    }
    if (swap.announced() != null) {
      releaseState.put(ANNOUNCED, swap.announced());
    }
    itemState.clear();
    for (Item item : items.updates()) {
      itemState.put(item.itemId(), item);
    }
  }

  @Override
  public void close() throws Exception {
    if (swap != null) {
      swap.close();
    }
    super.close();
  }
}
