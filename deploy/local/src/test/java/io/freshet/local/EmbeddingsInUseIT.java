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
import io.freshet.streaming.embedding.EmbeddingJobConfig;
import io.freshet.streaming.embedding.EmbeddingRefreshJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real broker, a running job, and embeddings that are made and announced meanwhile. */
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
      Recommendation before = answer(job, 0);
      job.announce(embeddings);
      Recommendation after = firstAnswerWithEmbeddings(job);

      assertThat(before.items()).extracting(RankedItem::source).containsOnly("popular");
      assertThat(after.items()).extracting(RankedItem::source).contains("pcrec");
      assertThat(after.embeddingVersion()).isEqualTo(embeddings.getFileName().toString());
      assertThat(after.modelVersion()).isEqualTo(model.getFileName().toString());
    }
  }

  @Test
  void embeddingsWhoseWritingIsKilledAreNeverSeenAndTheNextOnesAre() throws Exception {
    ClickLog log = new SimulatedShop(5, 300, 200, 6_000).open();
    Path model = TestJob.releases(log, work, Instant.EPOCH).get(0);
    HaltingFiles.haltAt("vectors.safetensors");
    try (TestJob job =
            TestJob.start(
                Files.createDirectory(work.resolve("job")),
                model,
                log.clicks(),
                Map.of("freshet.checkpoint.interval", "300 ms"),
                new Configuration());
        LocalCluster refreshing =
            LocalCluster.start(1, 2, Files.createDirectory(work.resolve("refreshing")))) {
      job.kafka.sendAll(Topics.SOURCE_CLICK_EVENTS, log.clicks());
      refresh(job, refreshing);
      HaltingFiles.awaitHalt();
      Path half = onlyEntry(work.resolve("embeddings"));
      assertThat(half.resolve("vectors.safetensors")).isNotEmptyFile();
      refreshing.killTaskManager(0);
      assertThat(answer(job, 0).embeddingVersion()).isNull();
      refreshing.startTaskManager();

      String version = firstAnswerWithEmbeddings(job).embeddingVersion();
      assertThat(work.resolve("embeddings").resolve(version))
          .isNotEqualTo(half)
          .isDirectoryContaining("glob:**manifest.json");
      assertThat(half.resolve("manifest.json")).doesNotExist();
      assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
    }
  }

  private void refresh(TestJob job, LocalCluster cluster) throws Exception {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
    env.setParallelism(2);
    EmbeddingJobConfig config =
        EmbeddingJobConfig.of(
            Map.of(
                "freshet.kafka.bootstrap-servers",
                job.broker.bootstrapServers(),
                "freshet.checkpoint.interval",
                "100 ms",
                "freshet.embedding.interval",
                "1 s",
                "freshet.embedding.steps",
                "10",
                "freshet.embedding.release-directory",
                "halting:" + work.resolve("embeddings")));
    EmbeddingRefreshJob.define(env, config);
    cluster.submit(env, "embedding-refresh");
  }

  private static Path onlyEntry(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> all = entries.toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    }
  }

  private static Recommendation firstAnswerWithEmbeddings(TestJob job) throws Exception {
    int number = 1;
    Recommendation answer = answer(job, number);
    while (answer.embeddingVersion() == null) {
      number++;
      answer = answer(job, number);
    }
    return answer;
  }

  private static Recommendation answer(TestJob job, int number) throws Exception {
    ask(job, number);
    String id = "q" + number;
    return job.answersUntil(answer -> id.equals(answer.requestId())).stream()
        .filter(answer -> id.equals(answer.requestId()))
        .findFirst()
        .orElseThrow();
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
