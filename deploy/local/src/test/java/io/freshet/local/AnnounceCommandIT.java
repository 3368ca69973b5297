package io.freshet.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.local.data.SimulatedShop;
import io.freshet.model.bst.BstRelease;
import io.freshet.model.pcrec.EmbeddingRelease;
import io.freshet.model.pcrec.Embeddings;
import io.freshet.model.pcrec.GraphEncoder;
import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.model.pcrec.PcRecConfig;
import io.freshet.schemas.Release;
import io.freshet.schemas.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class AnnounceCommandIT {
  private static final String URI = "s3://bucket/releases/1";

  @TempDir private Path work;

  @Test
  void jobsAreToldOfAReleaseThatIsWholeAndOfNoOther() throws Exception {
    Path release =
        TestJob.releases(new SimulatedShop(5, 100, 100, 2_000).open(), work, Instant.EPOCH).get(0);
    Release announced = BstRelease.describe(release, URI);
    try (EmbeddedBroker broker = EmbeddedBroker.start(0, 1)) {
      assertThat(announce(broker, release)).isZero();
      Files.delete(release.resolve("items.vocabulary"));
      assertThat(announce(broker, release)).isNotZero();

      assertThat(announcements(broker)).containsExactly(announced);
    }
  }

  @Test
  void releaseIsWithdrawnAndAUriThatIsNoneRefused() throws Exception {
    Path release =
        TestJob.releases(new SimulatedShop(5, 100, 100, 2_000).open(), work, Instant.EPOCH).get(0);
    try (EmbeddedBroker broker = EmbeddedBroker.start(0, 1)) {
      String servers = "--bootstrap-servers=" + broker.bootstrapServers();
      assertThat(Freshet.run("announce", servers, "--release=" + release, "--uri=a/b")).isNotZero();
      assertThat(Freshet.run("announce", servers, "--withdraw=bst")).isZero();

      assertThat(announcements(broker)).containsExactly(Release.withdrawn("bst"));
    }
  }

  @Test
  void releaseOfEmbeddingsIsAnnouncedAsSuch() throws Exception {
    InteractionGraph graph = InteractionGraph.of(new SimulatedShop(5, 20, 20, 200).open().clicks());
    PcRecConfig config = PcRecConfig.standard().withSteps(0);
    try (EmbeddedBroker broker = EmbeddedBroker.start(0, 1);
        GraphEncoder encoder = GraphEncoder.pretrain(graph, config, 1, (d, s, l) -> {})) {
      Embeddings embeddings = Embeddings.of(graph, encoder.embed(graph));
      Path release = EmbeddingRelease.write(encoder, embeddings, Map.of(), Instant.EPOCH, work);

      assertThat(announce(broker, release)).isZero();

      assertThat(announcements(broker)).containsExactly(EmbeddingRelease.describe(release, URI));
    }
  }

  private static int announce(EmbeddedBroker broker, Path release) {
    return Freshet.run(
        "announce",
        "--bootstrap-servers=" + broker.bootstrapServers(),
        "--release=" + release,
        "--uri=" + URI,
        "--kafka-property=client.id=announcer");
  }

  private static List<Release> announcements(EmbeddedBroker broker) throws Exception {
    List<Release> announcements = new ArrayList<>();
    try (KafkaClient kafka = new KafkaClient(broker.bootstrapServers());
        KafkaClient.Reader reader = kafka.read(Topics.RELEASES.name())) {
      do {
        for (ConsumerRecord<byte[], byte[]> record : reader.poll(Duration.ofMillis(100))) {
          announcements.add(Topics.RELEASES.decode(record.key(), record.value()));
        }
      } while (!reader.isAtEnd());
    }
    return announcements;
  }
}
