package io.freshet.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.local.data.SimulatedShop;
import io.freshet.model.ClickLog;
import io.freshet.model.pcrec.EmbeddingRelease;
import io.freshet.model.pcrec.Embeddings;
import io.freshet.model.pcrec.PcRecConfig;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Release;
import io.freshet.schemas.Topics;
import io.freshet.streaming.embedding.EmbeddingJobConfig;
import io.freshet.streaming.embedding.EmbeddingRefreshJob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real broker with the clicks of two domains, and the embeddings that the job makes of them. */
@Timeout(180)
class EmbeddingRefreshJobIT {
  private final ClickLog source = new SimulatedShop(5, 300, 150, 6_000).open();
  private final ClickLog target = new SimulatedShop(7, 300, 200, 6_000).open();
  @TempDir private Path work;

  @Test
  void roundsThatRunOnceReleaseEmbeddingsEachTurnedOntoTheOneBefore() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(0, 2);
        KafkaClient kafka = new KafkaClient(broker.bootstrapServers());
        LocalCluster cluster = LocalCluster.start(1, 2, folder("once"))) {
      kafka.sendAll(Topics.SOURCE_CLICK_EVENTS, source.clicks());
      kafka.sendAll(Topics.CLICK_EVENTS, target.clicks());
      kafka.send(Topics.SOURCE_CLICK_EVENTS.name(), null, new byte[] {1}).get();
      Map<String, String> settings = settings(broker, "freshet.embedding.once", "true");

      assertThat(cluster.await(submit(cluster, settings))).isEqualTo(JobStatus.FINISHED);
      assertThat(cluster.await(submit(cluster, settings))).isEqualTo(JobStatus.FINISHED);

      List<Release> announced = announced(kafka);
      assertThat(announced).extracting(Release::kind).containsExactly("pcrec", "pcrec");
      assertThat(announced.get(0).metrics())
          .containsKey("validation_recall_at_20")
          .doesNotContainKey("alignment_residual");
      assertThat(announced.get(1).metrics()).containsKey("alignment_residual");
      Embeddings loaded = EmbeddingRelease.load(directory(announced.get(1)));
      assertThat(target.clicks()).extracting(ClickEvent::itemId).containsAll(loaded.items());
      assertThat(loaded.ofUser(target.clicks().get(0).userId()))
          .hasSize(PcRecConfig.standard().vectorWidth());
      assertThat(records(kafka, Topics.DEAD_LETTERS)).hasSize(2);
    }
  }

  @Test
  void clicksOfADomainMayStandInFiles() throws Exception {
    Path files = folder("source-clicks");
    writeLines(files.resolve("first.json"), source.clicks().subList(0, 2_000));
    writeLines(
        files.resolve("second.json"), source.clicks().subList(2_000, source.clicks().size()));
    Files.writeString(files.resolve("third.json"), "no click\n");
    try (EmbeddedBroker broker = EmbeddedBroker.start(0, 2);
        KafkaClient kafka = new KafkaClient(broker.bootstrapServers());
        LocalCluster cluster = LocalCluster.start(1, 2, folder("files"))) {
      kafka.sendAll(Topics.CLICK_EVENTS, target.clicks());
      Map<String, String> settings =
          settings(
              broker,
              "freshet.embedding.once",
              "true",
              "freshet.embedding.source-files",
              files.toUri().toString());

      assertThat(cluster.await(submit(cluster, settings))).isEqualTo(JobStatus.FINISHED);

      assertThat(announced(kafka).get(0).metrics().get("source_edges")).isGreaterThan(1_000);
      assertThat(records(kafka, Topics.DEAD_LETTERS))
          .singleElement()
          .satisfies(letter -> assertThat(letter.value()).asString(UTF_8).isEqualTo("no click"));
    }
  }

  private static void writeLines(Path file, List<ClickEvent> clicks) throws IOException {
    Files.write(
        file,
        clicks.stream()
            .map(click -> new String(Topics.CLICK_EVENTS.codec().encode(click), UTF_8))
            .toList());
  }

  @Test
  void jobThatGoesOnRefreshesWhenThereAreNewClicks() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(0, 2);
        KafkaClient kafka = new KafkaClient(broker.bootstrapServers());
        LocalCluster cluster = LocalCluster.start(1, 2, folder("going-on"))) {
      kafka.sendAll(Topics.SOURCE_CLICK_EVENTS, source.clicks());
      kafka.sendAll(Topics.CLICK_EVENTS, target.clicks().subList(0, 5_000));
      JobID job =
          submit(
              cluster,
              settings(
                  broker,
                  "freshet.delivery",
                  "exactly-once",
                  "freshet.checkpoint.interval",
                  "200 ms",
                  "freshet.embedding.interval",
                  "1 s"));
      Release first = awaitAnnounced(kafka, 1).get(0);
      kafka.sendAll(Topics.CLICK_EVENTS, target.clicks().subList(5_000, 6_000));
      Release second = awaitAnnounced(kafka, 2).get(1);

      assertThat(second.createdAt()).isAfter(first.createdAt());
      assertThat(directory(second).resolve("manifest.json")).exists();
      assertThat(cluster.status(job)).isEqualTo(JobStatus.RUNNING);
    }
  }

  @Test
  void killedTaskManagerCostsARoundAndLeavesNoHalfRelease() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(0, 2);
        KafkaClient kafka = new KafkaClient(broker.bootstrapServers());
        LocalCluster cluster = LocalCluster.start(1, 2, folder("killed"))) {
      kafka.sendAll(Topics.SOURCE_CLICK_EVENTS, source.clicks());
      kafka.sendAll(Topics.CLICK_EVENTS, target.clicks());
      submit(
          cluster,
          settings(
              broker,
              "freshet.checkpoint.interval",
              "100 ms",
              "freshet.embedding.interval",
              "1 s",
              "freshet.embedding.steps",
              "200"));
      while (!isInTheMiddleOfPreTraining()) {
        Thread.onSpinWait();
      }
      cluster.killTaskManager(0);
      assertThat(announced(kafka)).isEmpty();
      cluster.startTaskManager();

      Release released = awaitAnnounced(kafka, 1).get(0);
      assertThat(EmbeddingRelease.load(directory(released)).version())
          .isEqualTo(released.version());
    }
    try (Stream<Path> releases = Files.list(work.resolve("releases"))) {
      assertThat(releases).allMatch(release -> Files.exists(release.resolve("manifest.json")));
    }
  }

  /** Pre-training is kept after each 100 steps. */
  private boolean isInTheMiddleOfPreTraining() throws IOException {
    try (Stream<Path> files = Files.find(work.resolve("killed"), 4, (file, a) -> isKept(file))) {
      return files.findAny().isPresent();
    } catch (UncheckedIOException e) {
      return false; // what was looked at has just gone
    }
  }

  private static boolean isKept(Path file) {
    return file.endsWith("pre-training.safetensors");
  }

  private static JobID submit(LocalCluster cluster, Map<String, String> settings) throws Exception {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
    env.setParallelism(2);
    EmbeddingRefreshJob.define(env, EmbeddingJobConfig.of(settings));
    return cluster.submit(env, "embedding-refresh");
  }

  private Map<String, String> settings(EmbeddedBroker broker, String... namesAndValues) {
    Map<String, String> settings = new HashMap<>();
    settings.put("freshet.kafka.bootstrap-servers", broker.bootstrapServers());
    settings.put("freshet.embedding.steps", "10");
    settings.put("freshet.embedding.tolerance", "1");
    settings.put(
        "freshet.embedding.release-directory", work.resolve("releases").toUri().toString());
    for (int i = 0; i < namesAndValues.length; i += 2) {
      settings.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return settings;
  }

  private Path folder(String name) throws Exception {
    return Files.createDirectory(work.resolve(name));
  }

  private static Path directory(Release release) {
    return Path.of(URI.create(release.uri()));
  }

  private static List<Release> awaitAnnounced(KafkaClient kafka, int count) throws Exception {
    List<Release> announced = announced(kafka);
    while (announced.size() < count) {
      announced = announced(kafka);
    }
    return announced;
  }

  private static List<Release> announced(KafkaClient kafka) throws Exception {
    List<Release> announced = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records(kafka, Topics.RELEASES.name())) {
      announced.add(Topics.RELEASES.decode(record.key(), record.value()));
    }
    return announced;
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
