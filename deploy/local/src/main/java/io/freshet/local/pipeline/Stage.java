package io.freshet.local.pipeline;

import io.freshet.local.EmbeddedBroker;
import io.freshet.local.JobSettings;
import io.freshet.local.KafkaClient;
import io.freshet.local.LocalCluster;
import io.freshet.local.WorkFolder;
import io.freshet.model.ClickLog;
import io.freshet.schemas.Release;
import io.freshet.schemas.Topics;
import io.freshet.streaming.recommendation.RecommendationConfig;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.JobID;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A broker with nothing but what it has been told, a cluster, and one job. */
final class Stage implements AutoCloseable {
  static final int SLOTS = 2;
  private static final int PARTITIONS = 4;
  private static final String GROUP = "freshet-bench";
  private static final int TOLD_AT_ONCE = 10_000;

  private final BooleanSupplier interrupted;
  private final WorkFolder work;
  private final EmbeddedBroker broker;
  private final KafkaClient kafka;
  private final LocalCluster cluster;
  private JobID job;

  /**
   * @param interrupted whether to give up
   */
  Stage(BooleanSupplier interrupted) throws Exception {
    this.interrupted = interrupted;
    this.work = WorkFolder.create();
    this.broker = EmbeddedBroker.start(0, PARTITIONS);
    this.kafka = new KafkaClient(broker.bootstrapServers());
    this.cluster = LocalCluster.start(1, SLOTS, work.path());
    broker.createTopic(FloorJobs.COPIED, PARTITIONS);
    broker.createTopic(FloorJobs.REMEMBERED, PARTITIONS);
  }

  /** What a benchmark needs of the job beside its own settings. */
  static Map<String, String> settings(
      Map<String, String> given, String bootstrapServers, Traffic traffic) {
    return JobSettings.of(
        given,
        Map.of(
            "freshet.kafka.bootstrap-servers", bootstrapServers,
            "freshet.kafka.group-id", GROUP,
            "freshet.trigger.from", traffic.historyEnds().toString()));
  }

  KafkaClient kafka() {
    return kafka;
  }

  void tell(ClickLog history, Release release) throws IOException {
    kafka.sendAll(Topics.ITEMS, history.items());
    kafka.sendAll(Topics.RELEASES, List.of(release));
    kafka.sendAll(Topics.CLICK_EVENTS, history.clicks());
  }

  void tellBacklog(Traffic traffic, int clicks) throws IOException {
    for (int from = 0; from < clicks; from += TOLD_AT_ONCE) {
      checkWanted();
      int count = Math.min(TOLD_AT_ONCE, clicks - from);
      kafka.sendAll(Topics.CLICK_EVENTS, traffic.backlog(from, count));
    }
  }

  void submit(Workload workload, Map<String, String> given, Traffic traffic) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(SLOTS);
    workload.define(
        env, RecommendationConfig.of(settings(given, broker.bootstrapServers(), traffic)));
    job = cluster.submit(env, workload.name());
  }

  /**
   * @throws CancellationException when interrupted
   * @throws IOException when the job is not running any more, with what made it fail
   */
  void checkRunning() throws Exception {
    checkWanted();
    cluster.checkRunning(job);
  }

  private void checkWanted() {
    if (interrupted.getAsBoolean()) {
      throw new CancellationException("Cannot finish measuring: interrupted");
    }
  }

  @Override
  public void close() throws Exception {
    try {
      if (job != null && !cluster.status(job).isGloballyTerminalState()) {
        cluster.cancel(job);
      }
    } finally {
      cluster.close();
      kafka.close();
      broker.close();
      work.close();
    }
  }
}
