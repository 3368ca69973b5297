package io.freshet.streaming;

import static org.apache.flink.state.rocksdb.RocksDBConfigurableOptions.COMPRESSION_PER_LEVEL;
import static org.rocksdb.CompressionType.NO_COMPRESSION;
import static org.rocksdb.CompressionType.SNAPPY_COMPRESSION;

import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * What Freshet's jobs ask of Flink. The cluster's own configuration goes first, but where a job
 * would be wrong without an option, or where the job's user has said otherwise.
 *
 * @param checkpointInterval zero for none, null where the job's user has not said
 * @param maxParallelism fixed for the life of a savepoint
 */
public record FlinkOptions(Duration checkpointInterval, int maxParallelism) {
  private static final Setting<Duration> CHECKPOINT_INTERVAL =
      Setting.duration(
          "freshet.checkpoint.interval",
          "10 s",
          "0 s",
          "1 d",
          "Time between checkpoints, zero for none; where not given, Flink's own"
              + " `execution.checkpointing.interval` goes first.");
  private static final Setting<Integer> MAX_PARALLELISM =
      Setting.number(
          "freshet.parallelism.max",
          128,
          1,
          32_768,
          "subtasks",
          "How far the job can ever be scaled; fixed for the life of its savepoints.");

  /** Every setting of these. */
  public static final List<Setting<?>> SETTINGS = List.of(CHECKPOINT_INTERVAL, MAX_PARALLELISM);

  /** Returns what {@code settings} say of Flink. */
  public static FlinkOptions of(Settings settings) {
    return new FlinkOptions(
        settings.getGiven(CHECKPOINT_INTERVAL, null), settings.get(MAX_PARALLELISM));
  }

  /**
   * Returns what RocksDB is told where the cluster says nothing of it. A task waits while a
   * checkpoint writes what is new, and merges take its processors, so neither is compressed; the
   * levels below are, which is most of the state where there is much.
   */
  public static Configuration rocksDb() {
    return new Configuration()
        .set(COMPRESSION_PER_LEVEL, List.of(NO_COMPRESSION, NO_COMPRESSION, SNAPPY_COMPRESSION));
  }

  /** Sets the options on {@code env}. */
  public void applyTo(StreamExecutionEnvironment env) {
    ReadableConfig cluster = env.getConfiguration();
    Configuration options = new Configuration();

    // A missing uid loses state at the next upgrade, a Kryo type at the next change of a class.
    options.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
    options.set(PipelineOptions.GENERIC_TYPES, false);
    options.set(PipelineOptions.MAX_PARALLELISM, maxParallelism);

    // Records are immutable, so nothing need be copied between chained operators.
    setUnlessGiven(options, cluster, PipelineOptions.OBJECT_REUSE, true);
    // A click goes on at once, without a thread of each task that looks every millisecond whether
    // one waits; Flink's own default is 100 ms.
    setUnlessGiven(options, cluster, ExecutionOptions.BUFFER_TIMEOUT, Duration.ZERO);
    setUnlessGiven(options, cluster, StateBackendOptions.STATE_BACKEND, "rocksdb");
    setUnlessGiven(options, cluster, CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
    setUnlessGiven(options, cluster, COMPRESSION_PER_LEVEL, rocksDb().get(COMPRESSION_PER_LEVEL));
    setCheckpointInterval(options, cluster);
    env.configure(options);
    if (Duration.ZERO.equals(checkpointInterval)) {
      env.getCheckpointConfig().disableCheckpointing();
    }
  }

  private void setCheckpointInterval(Configuration options, ReadableConfig cluster) {
    if (checkpointInterval == null) {
      setUnlessGiven(
          options,
          cluster,
          CheckpointingOptions.CHECKPOINTING_INTERVAL,
          CHECKPOINT_INTERVAL.parse(CHECKPOINT_INTERVAL.defaultValue()));
    } else if (!checkpointInterval.isZero()) {
      options.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, checkpointInterval);
    }
  }

  private static <T> void setUnlessGiven(
      Configuration options, ReadableConfig cluster, ConfigOption<T> option, T value) {
    if (cluster.getOptional(option).isEmpty()) {
      options.set(option, value);
    }
  }
}
