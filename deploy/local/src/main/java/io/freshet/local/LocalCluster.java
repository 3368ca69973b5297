package io.freshet.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/**
 * Flink in this JVM: a JobManager with its web page, and TaskManagers that can be killed one by
 * one.
 */
public final class LocalCluster implements AutoCloseable {
  private static final MemorySize NETWORK_MEMORY = MemorySize.ofMebiBytes(64);
  private static final MemorySize MANAGED_MEMORY = MemorySize.ofMebiBytes(256);

  private final MiniCluster cluster;

  private LocalCluster(MiniCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Starts a cluster.
   *
   * @param slots of each TaskManager
   * @param directory where Flink keeps checkpoints and what else it needs while it runs
   */
  public static LocalCluster start(int taskManagers, int slots, Path directory) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(RestOptions.BIND_PORT, "0");
    configuration.set(WebOptions.SUBMIT_ENABLE, false);
    configuration.set(WebOptions.TMP_DIR, directory.toString());
    configuration.set(CoreOptions.TMP_DIRS, directory.toString());
    configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MANAGED_MEMORY);
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, NETWORK_MEMORY);
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, NETWORK_MEMORY);
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        directory.resolve("checkpoints").toUri().toString());
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(taskManagers)
                .setNumSlotsPerTaskManager(slots)
                .build());
    cluster.start();
    return new LocalCluster(cluster);
  }

  /** Returns the address of Flink's web page. */
  public String webAddress() throws Exception {
    return cluster.getRestAddress().get().toString();
  }

  /**
   * Submits the job that has been defined in {@code env}; returns once the cluster has taken it.
   */
  public JobID submit(StreamExecutionEnvironment env, String name) throws Exception {
    StreamGraph topology = env.getStreamGraph();
    topology.setJobName(name);
    return cluster.submitJob(topology.getJobGraph()).get().getJobID();
  }

  /**
   * Refuses a job that has ended.
   *
   * @throws IOException when the job is not running any more, with what made it fail
   */
  public void checkRunning(JobID job) throws Exception {
    JobStatus status = status(job);
    if (status.isGloballyTerminalState()) {
      await(job);
      throw new IOException("The job must be running, is " + status);
    }
  }

  public JobStatus status(JobID job) throws Exception {
    return cluster.getJobStatus(job).get();
  }

  /**
   * Returns when the job is over, however it ended.
   *
   * @throws IOException when it failed, with what made it fail
   */
  public JobStatus await(JobID job) throws Exception {
    JobResult result = cluster.requestJobResult(job).get();
    if (result.getSerializedThrowable().isPresent()) {
      Throwable cause =
          result.getSerializedThrowable().get().deserializeError(getClass().getClassLoader());
      throw new IOException("The job failed: " + cause.getMessage(), cause);
    }
    return cluster.getJobStatus(job).get();
  }

  /** Cancels the job; returns once it is over. */
  public void cancel(JobID job) throws Exception {
    cluster.cancelJob(job).get();
    cluster.requestJobResult(job).get();
  }

  /** Kills a TaskManager with all that it runs. */
  public void killTaskManager(int index) throws Exception {
    cluster.terminateTaskManager(index).get();
  }

  /** Starts one more TaskManager. */
  public void startTaskManager() throws Exception {
    cluster.startTaskManager();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    try {
      cluster.closeAsync().get();
    } catch (ExecutionException e) {
      throw new IOException("Cannot stop the cluster: " + e.getCause().getMessage(), e);
    }
  }
}
