package io.freshet.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.local.data.SimulatedShop;
import io.freshet.model.ClickLog;
import io.freshet.model.bst.BstRelease;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Topics;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.clusterframework.ApplicationStatus;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The job's jar as it is built, submitted to one JVM again and again, as upgrades do. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class ResubmittedJobIT {
  private static final Path BUILT = BuildFiles.ROOT.resolve("streaming/target");
  private static final Path JOB_JAR = BUILT.resolve("freshet-recommendation-job.jar");
  private static final int SUBMISSIONS = 10;
  private static final int CLICKS = 5; // for each submission
  private static final Duration LOOK = Duration.ofMillis(20);

  @TempDir private static Path work;

  private Iterator<ClickEvent> clicks;
  private EmbeddedBroker broker;
  private KafkaClient kafka;
  private KafkaClient.Reader reader;

  @BeforeAll
  @Timeout(60)
  void announceRelease() throws Exception {
    ClickLog log = new SimulatedShop(7, 100, 100, 4_000).open();
    clicks = log.from(log.timeAt(.5)).clicks().iterator();
    Path release = TestJob.releases(log.before(log.timeAt(.5)), work, Instant.EPOCH).get(0);
    broker = EmbeddedBroker.start(0, 1);
    kafka = new KafkaClient(broker.bootstrapServers());
    kafka.sendAll(
        Topics.RELEASES, List.of(BstRelease.describe(release, release.toUri().toString())));
    reader = kafka.read(Topics.RECOMMENDATIONS.name());
  }

  @Test
  void jobScoresEachTimeItIsSubmittedByEitherEngine() throws Exception {
    try (ClusterProcess cluster = startCluster("resubmitted-job")) {
      for (int i = 0; i < SUBMISSIONS; i++) {
        String engine = i % 2 == 0 ? "onnxruntime" : "pytorch";
        assertThat(answersOf(JOB_JAR, cluster, "--freshet.scoring.engine", engine))
            .as(cluster::log)
            .allMatch(ResubmittedJobIT::isScored);
      }
      assertThat(cluster.log()).doesNotContain("Done by PyTorch on the CPU, for");
    }
  }

  @Test
  void jobWithDjlInItsJarScoresOnlyOnce() throws Exception {
    Path jar = jarWithDjl();
    try (ClusterProcess cluster = startCluster("resubmitted-djl")) {
      assertThat(answersOf(jar, cluster)).as(cluster::log).allMatch(ResubmittedJobIT::isScored);

      assertThat(answersOf(jar, cluster))
          .as(cluster::log)
          .extracting(Recommendation::fallbackReason)
          .containsOnly("release-unreadable");
      assertThat(cluster.log())
          .containsPattern("UnsatisfiedLinkError: .* already loaded in another classloader");
    }
  }

  private static ClusterProcess startCluster(String name) throws Exception {
    return ClusterProcess.start(work.resolve(name), Path.of("target", name + ".log"));
  }

  /** Submits a job, has it answer clicks that are new, and cancels it. */
  private List<Recommendation> answersOf(Path jar, ClusterProcess cluster, String... settings)
      throws Exception {
    Stream<String> always =
        Stream.of(
            "--freshet.kafka.bootstrap-servers",
            broker.bootstrapServers(),
            "--freshet.kafka.group-id",
            TestJob.GROUP);
    JobID job =
        cluster.submit(jar, Stream.concat(always, Stream.of(settings)).toArray(String[]::new));
    List<ClickEvent> sent = Stream.generate(clicks::next).limit(CLICKS).toList();
    kafka.sendAll(Topics.CLICK_EVENTS, sent);
    List<Recommendation> answers = answersTo(sent);
    assertThat(answers).as(cluster::log).hasSize(CLICKS);
    assertThat(cluster.cancel(job)).isEqualTo(ApplicationStatus.CANCELED);
    return answers;
  }

  /** Returns the first answer to each click, as far as they come in time. */
  private List<Recommendation> answersTo(List<ClickEvent> sent) throws Exception {
    Set<String> unanswered = sent.stream().map(ClickEvent::eventId).collect(Collectors.toSet());
    List<Recommendation> answers = new ArrayList<>();
    long deadline = System.nanoTime() + ClusterProcess.LONGEST_WAIT.toNanos();
    while (!unanswered.isEmpty() && System.nanoTime() < deadline) {
      for (ConsumerRecord<byte[], byte[]> record : reader.poll(LOOK)) {
        Recommendation answer = Topics.RECOMMENDATIONS.decode(record.key(), record.value());
        if (unanswered.remove(answer.trigger().eventId())) {
          answers.add(answer);
        }
      }
    }
    return answers;
  }

  private static boolean isScored(Recommendation answer) {
    return answer.modelVersion() != null && answer.fallbackReason() == null;
  }

  /** Returns the job's jar with DJL's classes inside; Flink loads what is in a jar's lib folder. */
  private static Path jarWithDjl() throws IOException {
    Path jar = Files.copy(JOB_JAR, work.resolve("job-with-djl.jar"));
    try (FileSystem inside = FileSystems.newFileSystem(jar);
        DirectoryStream<Path> djl =
            Files.newDirectoryStream(BUILT.resolve("flink-lib"), "{api,pytorch-engine}-*.jar")) {
      Path lib = Files.createDirectory(inside.getPath("lib"));
      for (Path library : djl) {
        Files.copy(library, lib.resolve(library.getFileName().toString()));
      }
    }
    return jar;
  }

  @AfterAll
  void stop() {
    reader.close();
    kafka.close();
    broker.close();
  }
}
