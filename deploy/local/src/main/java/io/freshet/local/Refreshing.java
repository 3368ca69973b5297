package io.freshet.local;

import io.freshet.streaming.embedding.EmbeddingJobConfig;
import io.freshet.streaming.embedding.EmbeddingRefreshJob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The embedding job beside the recommendation job.
 *
 * @param every how often there is a round; null for one, from what stands in Kafka at its start
 * @param releases where what it releases is written
 */
record Refreshing(Duration every, Path releases) implements SideJob {
  /** A round of seconds, beside clicks that want their answers: good vectors take minutes. */
  private static final Map<String, String> SMALL =
      Map.of(
          "freshet.embedding.edges.max", "20000",
          "freshet.embedding.source-core", "5",
          "freshet.embedding.threads", "1",
          "freshet.embedding.steps", "20");

  Refreshing {
    EmbeddingJobConfig.of(settings(SideJob.CHECKED, every, releases)); // before anything starts
  }

  @Override
  public JobID submit(LocalCluster cluster, Map<String, String> kafka) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(1);
    EmbeddingRefreshJob.define(env, EmbeddingJobConfig.of(settings(kafka, every, releases)));
    return cluster.submit(env, "embedding-refresh");
  }

  private static Map<String, String> settings(
      Map<String, String> kafka, Duration every, Path releases) {
    Map<String, String> settings = new HashMap<>(SMALL);
    settings.putAll(kafka);
    settings.put("freshet.embedding.release-directory", releases.toUri().toString());
    if (every == null) {
      settings.put("freshet.embedding.once", "true");
    } else {
      settings.put("freshet.checkpoint.interval", "2 s");
      settings.put("freshet.embedding.interval", every.toString());
    }
    return settings;
  }
}
