package io.freshet.local;

import io.freshet.streaming.training.TrainingJob;
import io.freshet.streaming.training.TrainingJobConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The training job beside the recommendation job.
 *
 * @param every how often there is a round, and the longest that one trains
 * @param releases where what it releases is written
 */
record Retraining(Duration every, Path releases) implements SideJob {
  Retraining {
    TrainingJobConfig.of(settings(SideJob.CHECKED, every, releases)); // before anything starts
  }

  @Override
  public JobID submit(LocalCluster cluster, Map<String, String> kafka) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(1);
    TrainingJob.define(env, TrainingJobConfig.of(settings(kafka, every, releases)));
    return cluster.submit(env, "training");
  }

  /** Small steps in time: what is released is to be seen before the demo is over. */
  private static Map<String, String> settings(
      Map<String, String> kafka, Duration every, Path releases) {
    Map<String, String> settings = new HashMap<>(kafka);
    settings.put("freshet.checkpoint.interval", "2 s");
    settings.put("freshet.training.interval", every.toString());
    settings.put("freshet.training.time-limit", every.toString());
    settings.put("freshet.training.release-directory", releases.toUri().toString());
    return settings;
  }
}
