package io.freshet.local;

import io.freshet.local.LiveClicks.Pace;
import io.freshet.model.bst.BstRelease;
import io.freshet.schemas.Release;
import io.freshet.schemas.Topics;
import io.freshet.streaming.AvroTopics;
import io.freshet.streaming.Setting;
import io.freshet.streaming.recommendation.RecommendationConfig;
import io.freshet.streaming.recommendation.RecommendationJob;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Plays clicks through a broker and the job, in one process: first the past, which is remembered
 * and not answered, then the rest as live clicks.
 */
final class Playing {
  private static final int PARTITIONS = 4;
  private static final int SLOTS = 2;

  private final Domains past;
  private final Domains live;
  private final Instant liveFrom;
  private final Pace pace;
  private final Screen screen;

  Playing(Domains domains, Instant liveFrom, Pace pace, Screen screen) {
    this.past = domains.before(liveFrom);
    this.live = domains.from(liveFrom);
    this.liveFrom = liveFrom;
    this.pace = pace;
    this.screen = screen;
  }

  /**
   * Makes sure that the job can run with {@code options}, before anything takes time.
   *
   * @throws IllegalArgumentException where it cannot; says which option and what is allowed
   */
  void check(JobOptions options) {
    RecommendationConfig.of(settings("checked:1", options.settings()));
    checkFree(options.kafkaPort());
  }

  private static void checkFree(int port) {
    try {
      new ServerSocket(port).close();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--kafka-port must be free, %d is not: %s".formatted(port, e.getMessage()), e);
    }
  }

  /**
   * Starts everything, plays, and stops everything.
   *
   * @param release directory of the release to score with first
   * @param beside what else runs, from the end of the past on
   * @param work for what broker and cluster keep meanwhile
   */
  Summary run(
      Path release, JobOptions options, List<SideJob> beside, Path work, Interruption interruption)
      throws Exception {
    check(options);
    Release announced = BstRelease.describe(release, release.toAbsolutePath().toUri().toString());
    try (EmbeddedBroker broker = EmbeddedBroker.start(options.kafkaPort(), PARTITIONS);
        KafkaClient kafka = new KafkaClient(broker.bootstrapServers(), avro(options))) {
      screen.say("Kafka broker at " + broker.bootstrapServers());
      tellThePast(kafka, announced);
      try (LocalCluster cluster = LocalCluster.start(1, SLOTS + beside.size(), work)) {
        screen.say("Flink web page at " + cluster.webAddress());
        PlayedJob job = new PlayedJob(kafka, cluster, submit(cluster, broker, options.settings()));
        screen.say("Reading %,d clicks as history".formatted(past.target().clicks().size()));
        job.awaitRead(interruption::asked);
        if (interruption.asked()) {
          cluster.cancel(job.id());
          throw new CancellationException("Interrupted before the first live click");
        }
        List<JobID> others = new ArrayList<>();
        for (SideJob other : beside) {
          others.add(other.submit(cluster, kafka(broker.bootstrapServers(), options.settings())));
        }
        Summary summary = new LiveClicks(past, live, pace, screen, job, interruption).play();
        cluster.cancel(job.id());
        for (JobID other : others) {
          end(cluster, other);
        }
        return summary;
      }
    }
  }

  private AvroTopics avro(JobOptions options) {
    return RecommendationConfig.of(settings("checked:1", options.settings())).kafka().avro();
  }

  /** Returns what the user has said of how Kafka's topics are written, for all jobs alike. */
  private static Map<String, String> kafka(String bootstrapServers, Map<String, String> given) {
    Map<String, String> settings = new HashMap<>(given);
    settings.keySet().retainAll(AvroTopics.SETTINGS.stream().map(Setting::name).toList());
    settings.put("freshet.kafka.bootstrap-servers", bootstrapServers);
    return settings;
  }

  private void tellThePast(KafkaClient kafka, Release release) throws IOException {
    kafka.sendAll(Topics.ITEMS, past.target().items());
    kafka.sendAll(Topics.RELEASES, List.of(release));
    kafka.sendAll(Topics.CLICK_EVENTS, past.target().clicks());
    kafka.sendAll(Topics.SOURCE_CLICK_EVENTS, past.source().clicks());
  }

  private JobID submit(LocalCluster cluster, EmbeddedBroker broker, Map<String, String> given)
      throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(SLOTS);
    RecommendationJob.define(
        env, RecommendationConfig.of(settings(broker.bootstrapServers(), given)));
    return cluster.submit(env, "recommendation");
  }

  /** What the demo needs is not the user's to say; the rest is, and then the demo's defaults. */
  private Map<String, String> settings(String bootstrapServers, Map<String, String> given) {
    Map<String, String> settings = new HashMap<>(given);
    settings.putIfAbsent("freshet.checkpoint.interval", "2 s");
    return JobSettings.of(
        settings,
        Map.of(
            "freshet.kafka.bootstrap-servers",
            bootstrapServers,
            "freshet.kafka.group-id",
            PlayedJob.GROUP,
            "freshet.trigger.from",
            liveFrom.toString()));
  }

  /** One that has come to its own end has done so well. */
  private static void end(LocalCluster cluster, JobID other) throws Exception {
    if (cluster.status(other).isGloballyTerminalState()) {
      cluster.await(other);
    } else {
      cluster.cancel(other);
    }
  }
}
