package io.freshet.streaming;

import static org.apache.flink.state.rocksdb.RocksDBConfigurableOptions.COMPRESSION_PER_LEVEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.rocksdb.CompressionType.LZ4_COMPRESSION;
import static org.rocksdb.CompressionType.NO_COMPRESSION;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

class FlinkOptionsTest {
  @Test
  void whatACheckpointWritesWhileTheTaskWaitsIsNotCompressed() {
    assertThat(applied(new Configuration()).get(COMPRESSION_PER_LEVEL).get(0))
        .isEqualTo(NO_COMPRESSION);
  }

  @Test
  void whatTheClusterSaysOfItsStateStands() {
    Configuration cluster = new Configuration();
    cluster.set(COMPRESSION_PER_LEVEL, List.of(LZ4_COMPRESSION));

    assertThat(applied(cluster).get(COMPRESSION_PER_LEVEL)).containsExactly(LZ4_COMPRESSION);
  }

  @Test
  void noCheckpointsAreNoneWhateverTheClusterSays() {
    Configuration cluster = new Configuration();
    cluster.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(30));
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(cluster);
    Map<String, String> none = Map.of("freshet.checkpoint.interval", "0 s");

    FlinkOptions.of(new Settings(none, FlinkOptions.SETTINGS)).applyTo(env);

    assertThat(env.getCheckpointConfig().isCheckpointingEnabled()).isFalse();
  }

  private static Configuration applied(Configuration cluster) {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(cluster);
    FlinkOptions.of(new Settings(Map.of(), FlinkOptions.SETTINGS)).applyTo(env);
    return (Configuration) env.getConfiguration();
  }
}
