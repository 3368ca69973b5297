package io.freshet.local;

import io.freshet.model.ClickLog;
import io.freshet.model.EmbeddingSpace;
import io.freshet.model.ReleaseDirectory;
import io.freshet.model.TrainingLog;
import io.freshet.model.bst.BstConfig;
import io.freshet.model.bst.BstRelease;
import io.freshet.model.bst.BstTrainer;
import io.freshet.model.bst.TrainedBst;
import io.freshet.model.network.ClickSampling;
import io.freshet.model.network.TrainingConfig;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Topics;
import io.freshet.streaming.recommendation.RecommendationConfig;
import io.freshet.streaming.recommendation.RecommendationJob;
import io.freshet.streaming.training.TrainingJob;
import io.freshet.streaming.training.TrainingJobConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A broker, a cluster of two TaskManagers and the job, as a test needs them. */
final class TestJob implements AutoCloseable {
  static final String GROUP = "freshet-test";
  private static final Duration LOOK = Duration.ofMillis(20);

  final EmbeddedBroker broker;
  final KafkaClient kafka;
  private final Map<String, String> settings;
  private final LocalCluster cluster;
  private JobID job;
  private KafkaClient.Reader reader;
  private final List<Recommendation> answers = new ArrayList<>();

  private TestJob(Path work, Map<String, String> given) throws Exception {
    this.broker = EmbeddedBroker.start(0, 2);
    this.settings = new HashMap<>(given);
    settings.put("freshet.kafka.bootstrap-servers", broker.bootstrapServers());
    settings.put("freshet.kafka.group-id", GROUP);
    this.kafka =
        new KafkaClient(
            broker.bootstrapServers(), RecommendationConfig.of(settings).kafka().avro());
    this.cluster = LocalCluster.start(2, 1, work);
  }

  /** Starts the job with {@code release}, and the clicks that have waited for it. */
  static TestJob start(
      Path work,
      Path release,
      List<ClickEvent> waiting,
      Map<String, String> settings,
      Configuration flink)
      throws Exception {
    TestJob test = new TestJob(work, settings);
    test.announce(release);
    test.kafka.sendAll(Topics.CLICK_EVENTS, waiting);
    test.reader = test.kafka.read(Topics.RECOMMENDATIONS.name());
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(flink);
    env.setParallelism(2);
    RecommendationJob.define(env, RecommendationConfig.of(test.settings));
    test.job = test.cluster.submit(env, "test");
    return test;
  }

  /** Starts the training job beside the other, on a TaskManager of its own. */
  void train(Map<String, String> settings) throws Exception {
    cluster.startTaskManager();
    Map<String, String> all = new HashMap<>(settings);
    all.put("freshet.kafka.bootstrap-servers", broker.bootstrapServers());
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
    env.setParallelism(1);
    TrainingJob.define(env, TrainingJobConfig.of(all));
    cluster.submit(env, "training");
  }

  /** Trains for a moment and releases the same weights once for each time. */
  static List<Path> releases(ClickLog log, Path work, Instant... createdAt) throws Exception {
    TrainingConfig training = TrainingConfig.standard().withTimeLimit(Duration.ofSeconds(3));
    List<Path> releases = new ArrayList<>();
    try (TrainedBst trained =
        new BstTrainer(BstConfig.small(), ClickSampling.standard(), EmbeddingSpace.NONE)
            .train(TrainingLog.of(log), training, null, progress -> {}, work.resolve("training"))) {
      for (Instant time : createdAt) {
        releases.add(BstRelease.write(trained, time, work.resolve("releases")));
      }
    }
    return releases;
  }

  void announce(Path release) throws Exception {
    kafka.sendAll(
        Topics.RELEASES,
        List.of(ReleaseDirectory.open(release).describe(release.toUri().toString())));
  }

  /** Returns all answers so far, once one of them is as wanted. */
  List<Recommendation> answersUntil(Predicate<Recommendation> wanted) throws Exception {
    int looked = 0;
    while (answers.stream().skip(looked).noneMatch(wanted)) {
      looked = answers.size();
      poll();
    }
    return List.copyOf(answers);
  }

  /** Returns the answers so far, once there are so many of them. */
  List<Recommendation> answersUntil(int count) throws Exception {
    while (answers.size() < count) {
      poll();
    }
    return List.copyOf(answers);
  }

  /** Returns all answers, once every click has been answered and nothing is under way. */
  List<Recommendation> allAnswers() throws Exception {
    while (!kafka.hasRead(GROUP, Topics.CLICK_EVENTS.name())) {
      poll();
    }
    do {
      poll();
    } while (!reader.isAtEnd());
    return List.copyOf(answers);
  }

  private void poll() throws Exception {
    if (status().isGloballyTerminalState()) {
      cluster.await(job);
    }
    for (ConsumerRecord<byte[], byte[]> record : reader.poll(LOOK)) {
      answers.add(kafka.decoded(Topics.RECOMMENDATIONS, record));
    }
  }

  JobStatus status() throws Exception {
    return cluster.status(job);
  }

  /** Kills a TaskManager with all that it runs, and starts another. */
  void killTaskManager() throws Exception {
    cluster.killTaskManager(0);
    cluster.startTaskManager();
  }

  @Override
  public void close() throws Exception {
    reader.close();
    cluster.close();
    kafka.close();
    broker.close();
  }
}
