package io.freshet.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.clusterframework.ApplicationStatus;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.webmonitor.handlers.JarRunHeaders;
import org.apache.flink.runtime.webmonitor.handlers.JarRunMessageParameters;
import org.apache.flink.runtime.webmonitor.handlers.JarRunRequestBody;

/**
 * Flink in a JVM of its own, with DJL, ONNX Runtime and natives beside it and nothing else of a
 * job: the rest comes in the job's jar, as it does where a job is deployed.
 */
final class ClusterProcess implements AutoCloseable {
  static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private static final Path FLINK_LIB = BuildFiles.ROOT.resolve("streaming/target/flink-lib");
  private static final Path LAUNCHER = Path.of("target/launcher");
  private static final String NOT_OF_FLINK =
      "(api|pytorch|onnxruntime|tribuo|protobuf|gson|jna|freshet|flink-connector-kafka|kafka|jackson)[-_].*";
  private static final String UPLOADED = "flink-web-upload"; // Flink's own name for that folder

  private final Process process;
  private final Path folder;
  private final Path log;
  private final RestClusterClient<String> client;

  private ClusterProcess(Process process, Path folder, Path log) throws Exception {
    this.process = process;
    this.folder = folder;
    this.log = log;
    this.client = new RestClusterClient<>(address(), "test");
  }

  /**
   * Starts one; returns once it takes jobs.
   *
   * @param folder for what it keeps while it runs
   * @param log where it writes what it has to say
   */
  static ClusterProcess start(Path folder, Path log) throws Exception {
    Files.createDirectories(folder.resolve(UPLOADED));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + LAUNCHER.resolve("java-options"),
                "-Xmx1g",
                // Enough for two jobs, so that class loaders that stay behind fill it in a few.
                "-XX:MaxMetaspaceSize=192m",
                "-Djava.io.tmpdir=" + folder,
                "-Dlog4j.configurationFile=src/main/resources/log4j2.properties",
                "-cp",
                classPath(),
                ClusterProcess.class.getName(),
                folder.toString())
            .redirectError(log.toFile())
            .start();
    return new ClusterProcess(process, folder, log);
  }

  private static String classPath() throws IOException {
    String[] launched = Files.readString(LAUNCHER.resolve("classpath")).split(File.pathSeparator);
    Stream<String> flink = Arrays.stream(launched).filter(ClusterProcess::isOfFlink);
    return Stream.concat(Stream.of("target/test-classes", FLINK_LIB + "/*"), flink)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static boolean isOfFlink(String jar) {
    return !Path.of(jar).getFileName().toString().matches(NOT_OF_FLINK);
  }

  /** What runs in the other JVM: says where it takes jobs, and goes when its input ends. */
  public static void main(String[] arguments) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(RestOptions.BIND_PORT, "0");
    configuration.set(WebOptions.UPLOAD_DIR, arguments[0]);
    configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64));
    MiniClusterConfiguration oneTaskManager =
        new MiniClusterConfiguration.Builder().setConfiguration(configuration).build();
    try (MiniCluster cluster = new MiniCluster(oneTaskManager)) {
      cluster.start();
      System.out.println(cluster.getRestAddress().get());
      System.in.transferTo(System.out);
    }
  }

  private Configuration address() throws IOException, InterruptedException {
    BufferedReader said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    URI address =
        URI.create(
            soon(CompletableFuture.supplyAsync(() -> said.lines().findFirst().orElseThrow())));
    return new Configuration()
        .set(RestOptions.ADDRESS, address.getHost())
        .set(RestOptions.PORT, address.getPort());
  }

  /** Submits a jar; returns once its main method has run and the cluster has taken the job. */
  JobID submit(Path jar, String... arguments) throws IOException, InterruptedException {
    String name = jar.getFileName().toString();
    Files.copy(jar, folder.resolve(UPLOADED).resolve(name), StandardCopyOption.REPLACE_EXISTING);
    JarRunMessageParameters uploaded = JarRunHeaders.getInstance().getUnresolvedMessageParameters();
    uploaded.jarIdPathParameter.resolve(name);
    JarRunRequestBody run =
        new JarRunRequestBody(null, List.of(arguments), null, null, null, null, null, null);
    return soon(client.sendRequest(JarRunHeaders.getInstance(), uploaded, run)).getJobId();
  }

  /** Cancels a job; returns how it ended, once it is over. */
  ApplicationStatus cancel(JobID job) throws IOException, InterruptedException {
    soon(client.cancel(job));
    return soon(client.requestJobResult(job)).getApplicationStatus();
  }

  private <T> T soon(Future<T> future) throws IOException, InterruptedException {
    try {
      return future.get(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("Cannot get an answer from Flink, which says:\n" + log(), e);
    }
  }

  /** Returns all that it has said so far. */
  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + log, e);
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    client.close();
    soon(process.destroyForcibly().onExit());
  }
}
