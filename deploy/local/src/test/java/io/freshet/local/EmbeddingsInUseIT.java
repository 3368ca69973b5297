package io.freshet.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.local.data.SimulatedShop;
import io.freshet.model.ClickLog;
import io.freshet.model.pcrec.EmbeddingRelease;
import io.freshet.model.pcrec.Embeddings;
import io.freshet.model.pcrec.GraphEncoder;
import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.model.pcrec.PcRecConfig;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Recommendation.RankedItem;
import io.freshet.schemas.RecommendationRequest;
import io.freshet.schemas.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real broker, a running job, and embeddings that are announced meanwhile. */
@Timeout(120)
class EmbeddingsInUseIT {
  private static final String STRANGER = "known-from-the-source-alone";

  @TempDir private Path work;

  @Test
  void announcedEmbeddingsFindItemsForAUserWhoHasNeverClicked() throws Exception {
    ClickLog log = new SimulatedShop(5, 100, 100, 3_000).open();
    Path model = TestJob.releases(log, work, Instant.EPOCH).get(0);
    Path embeddings = embeddings(log.items().stream().map(item -> item.itemId()).toList());
    try (TestJob job =
        TestJob.start(
            Files.createDirectory(work.resolve("job")),
            model,
            log.clicks().subList(0, 10),
            Map.of("freshet.checkpoint.interval", "300 ms"),
            new Configuration())) {
      ask(job, 0);
      Recommendation before =
          job.answersUntil(answer -> answer.userId().equals(STRANGER)).stream()
              .filter(answer -> answer.userId().equals(STRANGER))
              .findFirst()
              .orElseThrow();
      job.announce(embeddings);
      Recommendation after = before;
      for (int number = 1; after.embeddingVersion() == null; number++) {
        int asked = number;
        ask(job, asked);
        after =
            job.answersUntil(answer -> ("q" + asked).equals(answer.requestId())).stream()
                .filter(answer -> ("q" + asked).equals(answer.requestId()))
                .findFirst()
                .orElseThrow();
      }

      assertThat(before.items()).extracting(RankedItem::source).containsOnly("popular");
      assertThat(after.items()).extracting(RankedItem::source).contains("pcrec");
      assertThat(after.embeddingVersion()).isEqualTo(embeddings.getFileName().toString());
      assertThat(after.modelVersion()).isEqualTo(model.getFileName().toString());
    }
  }

  private static void ask(TestJob job, int number) throws Exception {
    job.kafka.sendAll(
        Topics.RECOMMENDATION_REQUESTS,
        List.of(
            new RecommendationRequest(
                "q" + number, STRANGER, Instant.EPOCH, List.of(), null, Map.of())));
  }

  private Path embeddings(List<String> items) throws Exception {
    int width = 8;
    Random random = new Random(1);
    float[] values = new float[items.size() * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    Embeddings embeddings =
        Embeddings.of(
            width, List.of(STRANGER), new float[] {1, 0, 0, 0, 0, 0, 0, 0}, items, values);
    PcRecConfig untrained = PcRecConfig.standard().withSteps(0).withWidths(width, 0);
    try (GraphEncoder encoder =
        GraphEncoder.pretrain(
            InteractionGraph.of(List.of()), untrained, 1, (done, steps, loss) -> {})) {
      return EmbeddingRelease.write(
          encoder, embeddings, Map.of(), Instant.EPOCH, work.resolve("embeddings"));
    }
  }
}
