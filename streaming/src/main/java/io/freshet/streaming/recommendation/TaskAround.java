package io.freshet.streaming.recommendation;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.runtime.execution.Environment;
import org.apache.flink.runtime.io.disk.iomanager.IOManagerAsync;
import org.apache.flink.runtime.memory.SharedResources;
import org.apache.flink.runtime.state.LocalRecoveryConfig;
import org.apache.flink.runtime.state.TaskStateManager;
import org.apache.flink.runtime.taskmanager.TaskManagerRuntimeInfo;
import org.apache.flink.state.rocksdb.RocksDBOptions;
import org.apache.flink.util.SimpleUserCodeClassLoader;

/** What a RocksDB state backend asks of the task around it, where there is no task. */
final class TaskAround implements AutoCloseable {
  private final IOManagerAsync files;
  private final Environment environment;

  /**
   * @param memory of RocksDB's caches and write buffers
   */
  TaskAround(Path folder, MemorySize memory) {
    files = new IOManagerAsync(folder.toString());
    TaskManagerRuntimeInfo taskManager =
        answering(
            TaskManagerRuntimeInfo.class,
            Map.of(
                "getConfiguration",
                new Configuration().set(RocksDBOptions.FIX_PER_TM_MEMORY_SIZE, memory),
                "getTmpDirectories",
                new String[] {folder.toString()},
                "getTmpWorkingDirectory",
                folder.toFile()));
    environment =
        answering(
            Environment.class,
            Map.of(
                "getJobID",
                new JobID(),
                "getExecutionConfig",
                new ExecutionConfig(),
                "getTaskManagerInfo",
                taskManager,
                "getTaskStateManager",
                answering(
                    TaskStateManager.class,
                    Map.of(
                        "createLocalRecoveryConfig",
                        LocalRecoveryConfig.BACKUP_AND_RECOVERY_DISABLED)),
                "getUserCodeClassLoader",
                SimpleUserCodeClassLoader.create(TaskAround.class.getClassLoader()),
                "getSharedResources",
                new SharedResources(),
                "getIOManager",
                files));
  }

  /** Returns an environment that knows what the backend needs, and refuses the rest. */
  Environment environment() {
    return environment;
  }

  private static <T> T answering(Class<T> type, Map<String, Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            TaskAround.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              Object answer = answers.get(method.getName());
              if (answer == null) {
                throw new UnsupportedOperationException("There is no task to ask for " + method);
              }
              return answer;
            }));
  }

  @Override
  public void close() throws Exception {
    files.close();
  }
}
