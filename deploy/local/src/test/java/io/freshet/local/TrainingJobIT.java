package io.freshet.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.local.data.SimulatedShop;
import io.freshet.model.ClickLog;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Release;
import io.freshet.schemas.Topics;
import io.freshet.streaming.training.TrainingJob;
import io.freshet.streaming.training.TrainingJobConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real broker, the training job, and what becomes of its releases. */
@Timeout(180)
class TrainingJobIT {
  private static final Instant FIRST = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir private static Path firstFolder;
  private static ClickLog past;
  private static ClickLog live;
  private static Path first;

  @TempDir private Path work;

  @BeforeAll
  static void trainTheFirst() throws Exception {
    ClickLog log = new SimulatedShop(7, 300, 200, 9_000).open();
    Instant pastEnds = log.timeAt(.5);
    past = log.before(pastEnds);
    live = log.from(pastEnds);
    first = TestJob.releases(past, firstFolder, FIRST).get(0);
  }

  @Test
  void retrainedReleaseIsTakenUpByTheRunningRecommendationJob() throws Exception {
    String versionBefore = first.getFileName().toString();
    try (TestJob job =
        TestJob.start(
            folder("job"),
            first,
            past.clicks(),
            Map.of("freshet.delivery", "exactly-once", "freshet.checkpoint.interval", "500 ms"),
            new Configuration())) {
      job.train(
          settings(
              "freshet.delivery",
              "exactly-once",
              "freshet.training.tolerance",
              "1",
              "freshet.attribution-window",
              "1 d"));
      String version = versionBefore;
      for (int sent = 0; version.equals(versionBefore); sent += 20) {
        job.kafka.sendAll(Topics.CLICK_EVENTS, live.clicks().subList(sent, sent + 20));
        List<Recommendation> answers = job.allAnswers();
        version = answers.get(answers.size() - 1).modelVersion();
      }

      assertThat(job.allAnswers()).allMatch(answer -> answer.fallbackReason() == null);
      assertThat(versions(announced(job.kafka))).startsWith(versionBefore).contains(version);
      assertThat(work.resolve("releases").resolve(version).resolve("manifest.json")).exists();
    }
  }

  @Test
  void jobThatTrainsOnceLearnsFromAllThereIsReleasesAndEnds() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(0, 2);
        KafkaClient kafka = new KafkaClient(broker.bootstrapServers());
        LocalCluster cluster = LocalCluster.start(1, 1, folder("once"))) {
      kafka.sendAll(Topics.ITEMS, past.items());
      kafka.sendAll(Topics.CLICK_EVENTS, past.clicks());
      kafka.send(Topics.CLICK_EVENTS.name(), null, new byte[] {1}).get();

      assertThat(runOnce(cluster, broker)).isEqualTo(JobStatus.FINISHED);
      List<Release> one = announced(kafka);
      assertThat(runOnce(cluster, broker)).isEqualTo(JobStatus.FINISHED);

      assertThat(one).hasSize(1);
      assertThat(one.get(0).metrics().get("validation_grouped_auc")).isGreaterThan(.5);
      assertThat(announced(kafka)).startsWith(one.get(0)).hasSize(2);
      try (Stream<Path> releases = Files.list(work.resolve("releases"))) {
        assertThat(releases.map(release -> release.getFileName().toString()))
            .containsExactlyInAnyOrderElementsOf(versions(announced(kafka)));
      }
      assertThat(count(kafka, Topics.DEAD_LETTERS)).isEqualTo(2);
    }
  }

  private JobStatus runOnce(LocalCluster cluster, EmbeddedBroker broker) throws Exception {
    Map<String, String> settings =
        settings("freshet.training.once", "true", "freshet.training.tolerance", "1");
    settings.put("freshet.kafka.bootstrap-servers", broker.bootstrapServers());
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
    env.setParallelism(1);
    TrainingJob.define(env, TrainingJobConfig.of(settings));
    JobID job = cluster.submit(env, "training");
    return cluster.await(job);
  }

  private Map<String, String> settings(String... namesAndValues) {
    Map<String, String> settings = new HashMap<>();
    settings.put("freshet.checkpoint.interval", "200 ms");
    settings.put("freshet.training.interval", "1 s");
    settings.put("freshet.training.time-limit", "3 s");
    settings.put("freshet.training.release-directory", work.resolve("releases").toUri().toString());
    for (int i = 0; i < namesAndValues.length; i += 2) {
      settings.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return settings;
  }

  private Path folder(String name) throws Exception {
    return Files.createDirectory(work.resolve(name));
  }

  private static List<String> versions(List<Release> releases) {
    return releases.stream().map(Release::version).toList();
  }

  private static List<Release> announced(KafkaClient kafka) throws Exception {
    List<Release> announced = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records(kafka, Topics.RELEASES.name())) {
      announced.add(Topics.RELEASES.decode(record.key(), record.value()));
    }
    return announced;
  }

  private static int count(KafkaClient kafka, String topic) throws Exception {
    return records(kafka, topic).size();
  }

  private static List<ConsumerRecord<byte[], byte[]>> records(KafkaClient kafka, String topic)
      throws Exception {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaClient.Reader reader = kafka.read(topic)) {
      do {
        reader.poll(Duration.ofMillis(100)).forEach(records::add);
      } while (!reader.isAtEnd());
    }
    return records;
  }
}
