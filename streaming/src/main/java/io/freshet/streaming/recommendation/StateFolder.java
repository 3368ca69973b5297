package io.freshet.streaming.recommendation;

import io.freshet.streaming.FlinkOptions;
import io.freshet.streaming.recommendation.RecommendationConfig.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.functions.SerializerFactory;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.jobgraph.JobVertexID;
import org.apache.flink.runtime.query.KvStateRegistry;
import org.apache.flink.runtime.state.CheckpointStorageLocationReference;
import org.apache.flink.runtime.state.DefaultKeyedStateStore;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyedStateBackendParametersImpl;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.SharedStateRegistry;
import org.apache.flink.runtime.state.filesystem.FsCheckpointStorageLocation;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.state.rocksdb.RocksDBKeyedStateBackend;

/**
 * Flink's RocksDB state of one subtask, by user, in a folder and without a job around it: what a
 * task's backend is, with incremental checkpoints. Owned by one thread.
 */
final class StateFolder implements AutoCloseable {
  private static final int KEY_GROUPS = 128;
  private static final int SMALL_FILE_BYTES = 20 << 10; // Flink's defaults
  private static final int WRITE_BUFFER_BYTES = 4 << 10;

  /** What a TaskManager with Flink's own defaults has of managed memory. */
  private static final MemorySize MEMORY = MemorySize.ofMebiBytes(512);

  private final Path folder;
  private final TaskAround task;
  private final CloseableRegistry closing = new CloseableRegistry();
  private final RocksDBKeyedStateBackend<String> backend;
  private final KeyedStateStore states;
  private final Set<String> registered = new HashSet<>();

  private StateFolder(Path folder, Collection<KeyedStateHandle> from) throws Exception {
    this.folder = folder;
    this.task = new TaskAround(folder, MEMORY);
    EmbeddedRocksDBStateBackend rocksDb =
        new EmbeddedRocksDBStateBackend(true)
            .configure(FlinkOptions.rocksDb(), StateFolder.class.getClassLoader());
    rocksDb.setDbStoragePath(folder.toString());
    rocksDb.getMemoryConfiguration().setUseManagedMemory(false); // but what the task shares
    this.backend =
        (RocksDBKeyedStateBackend<String>)
            rocksDb.createKeyedStateBackend(
                new KeyedStateBackendParametersImpl<>(
                    task.environment(),
                    new JobID(),
                    "bench",
                    StringSerializer.INSTANCE,
                    KEY_GROUPS,
                    new KeyGroupRange(0, KEY_GROUPS - 1),
                    new KvStateRegistry().createTaskRegistry(new JobID(), new JobVertexID()),
                    TtlTimeProvider.DEFAULT,
                    new UnregisteredMetricsGroup(),
                    from,
                    closing));
    this.states = new DefaultKeyedStateStore(backend, new Serializers());
  }

  /** Starts with nothing, in a folder that does not exist yet. */
  static StateFolder create(Path folder) throws Exception {
    return new StateFolder(Files.createDirectories(folder), List.of());
  }

  /** Starts with what a checkpoint has, in a folder that does not exist yet. */
  static StateFolder restore(Path folder, KeyedStateHandle checkpoint) throws Exception {
    return new StateFolder(Files.createDirectories(folder), List.of(checkpoint));
  }

  /** Lets all that follows be about this user. */
  void setUser(String userId) {
    backend.setCurrentKey(userId);
  }

  <T> ValueState<T> value(ValueStateDescriptor<T> descriptor) {
    registered.add(descriptor.getName());
    return states.getState(descriptor);
  }

  <T> ListState<T> list(ListStateDescriptor<T> descriptor) {
    registered.add(descriptor.getName());
    return states.getListState(descriptor);
  }

  <K, V> MapState<K, V> map(MapStateDescriptor<K, V> descriptor) {
    registered.add(descriptor.getName());
    return states.getMapState(descriptor);
  }

  UserMemory memory(Memory bounds) {
    return new UserMemory(bounds, this::list);
  }

  private static final class Serializers implements SerializerFactory {
    @Override
    public <T> TypeSerializer<T> createSerializer(TypeInformation<T> type) {
      return type.createSerializer(new ExecutionConfig().getSerializerConfig());
    }
  }

  /** Writes out and compacts all that is remembered, as RocksDB does in time. */
  void compact() throws Exception {
    for (String state : registered) {
      backend.compactState(new ValueStateDescriptor<>(state, StringSerializer.INSTANCE));
    }
  }

  /** Returns the bytes of RocksDB's table files. */
  long tableBytes() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      long bytes = 0;
      for (Path file : files.filter(path -> path.toString().endsWith(".sst")).toList()) {
        bytes += Files.size(file);
      }
      return bytes;
    }
  }

  /** A checkpoint, and what it took of the task's own thread and of others. */
  record Checkpoint(KeyedStateHandle state, double taskSeconds, double otherSeconds) {}

  /**
   * Takes a checkpoint that the next one builds upon.
   *
   * @param storage the folder of all checkpoints
   * @param registry knows the files of those before, and then of this one
   */
  Checkpoint checkpoint(long id, Path storage, SharedStateRegistry registry) throws Exception {
    long start = System.nanoTime();
    var writing =
        backend.snapshot(
            id, id, location(id, storage), CheckpointOptions.forCheckpointWithDefaultLocation());
    long asynchronous = System.nanoTime();
    writing.run();
    KeyedStateHandle state = writing.get().getJobManagerOwnedSnapshot();
    long end = System.nanoTime();
    state.registerSharedStates(registry, id);
    backend.notifyCheckpointComplete(id);
    return new Checkpoint(state, (asynchronous - start) / 1e9, (end - asynchronous) / 1e9);
  }

  private static FsCheckpointStorageLocation location(long id, Path storage) throws IOException {
    Path own = Files.createDirectories(storage.resolve("chk-" + id));
    Path shared = Files.createDirectories(storage.resolve("shared"));
    return new FsCheckpointStorageLocation(
        LocalFileSystem.getSharedInstance(),
        new org.apache.flink.core.fs.Path(own.toUri()),
        new org.apache.flink.core.fs.Path(shared.toUri()),
        new org.apache.flink.core.fs.Path(storage.toUri()),
        CheckpointStorageLocationReference.getDefault(),
        SMALL_FILE_BYTES,
        WRITE_BUFFER_BYTES);
  }

  @Override
  public void close() throws Exception {
    closing.close();
    backend.dispose();
    task.close();
  }
}
