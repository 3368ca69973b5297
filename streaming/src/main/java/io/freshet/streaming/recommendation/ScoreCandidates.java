package io.freshet.streaming.recommendation;

import io.freshet.model.ItemCatalog;
import io.freshet.model.UpdatedCatalog;
import io.freshet.schemas.Item;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Release;
import io.freshet.streaming.DeviceOptions;
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
import org.apache.flink.api.common.operators.MailboxExecutor;
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
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Retrieves candidates for many users' tasks at once and scores them with one release of a model,
 * and one of embeddings where there is any.
 *
 * <p>A batch leaves when it is full, when no more tasks stand in the input, and before every
 * checkpoint barrier, so that no task in flight is lost or scored twice. Right after that flush the
 * releases that were loaded meanwhile become active, and the checkpoint records them: what is
 * scored again after a failure is scored with the versions it had.
 *
 * <p>State, the same in every subtask: of models and of embeddings, the release in use and the one
 * announced last; of the items, what differs from the model in use, which is pruned when that
 * changes.
 */
final class ScoreCandidates extends AbstractStreamOperator<Recommendation>
    implements OneInputStreamOperator<ScoringInput, Recommendation> {
  private static final long serialVersionUID = 1;
  private static final int HISTOGRAM_SAMPLES = 1_000;

  private final Candidates candidates;
  private final Batches batches;
  private final Releases releases;
  private final DeviceOptions device;
  private final Loaders loaders;
  private final List<Release> initial;
  private final boolean checkpointed;

  private transient BroadcastState<String, Release> releaseState;
  private transient BroadcastState<String, Item> itemState;
  private transient ReleasesInUse inUse;
  private transient UpdatedCatalog items;
  private transient Recommender recommender;
  private transient TaskBatch batch;
  private transient Map<String, Counter> fallbacks;
  private transient Counter ignoredItems;
  private transient Histogram batchSize;
  private transient Histogram scoringMicros;
  private transient long swapMicros;

  /**
   * @param initial what to start with when there is no state, at most one of each kind
   * @param checkpointed whether releases wait for a checkpoint to become active
   */
  ScoreCandidates(
      RecommendationConfig config, Loaders loaders, List<Release> initial, boolean checkpointed) {
    this.candidates = config.candidates();
    this.batches = config.batches();
    this.releases = config.releases();
    this.device = config.device();
    this.loaders = loaders;
    this.initial = List.copyOf(initial);
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
    if (!context.isRestored()) {
      ReleasesInUse.write(initial, releaseState);
    }
  }

  @Override
  public void open() throws Exception {
    MailboxExecutor mailbox =
        getContainingTask()
            .getMailboxExecutorFactory()
            .createExecutor(getOperatorConfig().getChainIndex());
    batch = new TaskBatch(mailbox, this::score);
    recommender = new Recommender(candidates);
    MetricGroup metrics = getMetricGroup();
    fallbacks = new HashMap<>();
    ignoredItems = metrics.counter(Metrics.IGNORED_ITEMS);
    batchSize = histogram(metrics, Metrics.BATCH_SIZE);
    scoringMicros = histogram(metrics, Metrics.SCORING_MICROS);
    metrics.gauge(Metrics.SWAP_MICROS, () -> swapMicros);
    inUse =
        new ReleasesInUse(
            loaders,
            device.of(getRuntimeContext().getTaskInfo(), metrics),
            new ReleaseSwap.Subtask(
                getRuntimeContext().getTaskInfo().getTaskNameWithSubtasks(),
                scratch(),
                mailbox,
                getProcessingTimeService(),
                metrics.counter(Metrics.REFUSED_RELEASES)),
            this::swapUnlessCheckpointed);
    inUse.start(releaseState, releases.onMissing());
    List<Item> updates = new ArrayList<>();
    itemState.entries().forEach(item -> updates.add(item.getValue()));
    items = UpdatedCatalog.of(base(), updates);
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
  public void processElement(StreamRecord<ScoringInput> input) {
    if (input.getValue().task() != null) {
      batch.add(input.getValue().task(), fullBatch());
    } else if (input.getValue().item() != null) {
      take(input.getValue().item());
    } else {
      inUse.announce(input.getValue().release());
    }
  }

  private int fullBatch() {
    boolean onGpu = inUse.model() != null && inUse.model().isOnGpu();
    return onGpu ? batches.sizeOnGpu() : batches.size();
  }

  private void take(Item item) {
    if (!items.update(item)) {
      ignoredItems.inc();
    }
  }

  private void score(List<ScoringTask> tasks) {
    long start = System.nanoTime();
    long now = getProcessingTimeService().getCurrentProcessingTime();
    List<Recommendation> answers =
        inUse.model() == null
            ? recommender.withoutModel(tasks, items, inUse.missing(), now)
            : recommender.recommend(tasks, inUse, items, now);
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
    batch.leave();
    super.processWatermark(watermark);
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    batch.leave();
    swapNow();
  }

  @Override
  public void finish() throws Exception {
    batch.leave();
    super.finish();
  }

  private void swapUnlessCheckpointed() {
    if (!checkpointed) {
      swapNow();
    }
  }

  private void swapNow() {
    long start = System.nanoTime();
    ModelInUse before = inUse.model();
    if (inUse.swap()) {
      if (inUse.model() != before) {
        items = items.prunedFor(base());
      }
      swapMicros = (System.nanoTime() - start) / 1_000;
    }
  }

  private ItemCatalog base() {
    return inUse.model() == null ? null : inUse.model().loaded().items();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    inUse.write(releaseState);
    itemState.clear();
    for (Item item : items.updates()) {
      itemState.put(item.itemId(), item);
    }
  }

  @Override
  public void close() throws Exception {
    if (inUse != null) {
      inUse.close();
    }
    super.close();
  }
}
