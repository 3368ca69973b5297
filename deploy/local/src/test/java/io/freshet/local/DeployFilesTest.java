package io.freshet.local;

import static io.freshet.local.BuildFiles.pom;
import static io.freshet.local.BuildFiles.property;
import static io.freshet.local.BuildFiles.text;
import static io.freshet.local.BuildFiles.yaml;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.freshet.schemas.Topic;
import io.freshet.schemas.Topics;
import io.freshet.streaming.Metrics;
import io.freshet.streaming.Settings;
import io.freshet.streaming.embedding.EmbeddingJobConfig;
import io.freshet.streaming.embedding.EmbeddingRefreshJob;
import io.freshet.streaming.recommendation.RecommendationConfig;
import io.freshet.streaming.recommendation.RecommendationJob;
import io.freshet.streaming.training.TrainingJob;
import io.freshet.streaming.training.TrainingJobConfig;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.resources.ExternalResource;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.externalresource.ExternalResourceUtils;
import org.apache.flink.runtime.jobmanager.HighAvailabilityMode;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.StateBackendLoader;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What the Dockerfile and the Kubernetes files name is what the build makes and Flink knows. */
class DeployFilesTest {
  private static final String DOCKERFILE = "docker/Dockerfile";
  private static final String RECOMMENDATION = "kubernetes/recommendation.yaml";
  private static final String TRAINING = "kubernetes/training.yaml";
  private static final String EMBEDDING = "kubernetes/embedding.yaml";

  /** The options of Flink that the Kubernetes files may set. */
  private static final List<Class<?>> FLINK_OPTIONS =
      List.of(
          CheckpointingOptions.class,
          CoreOptions.class,
          HighAvailabilityOptions.class,
          StateBackendOptions.class,
          TaskManagerOptions.class);

  @ParameterizedTest
  @ValueSource(strings = {RECOMMENDATION, TRAINING, EMBEDDING})
  void imageStandsOnTheFlinkAndTheJavaThatTheJobIsBuiltFor(String file) throws Exception {
    String flink = property("flink.version");
    String base = "flink:%s-java%s".formatted(flink, property("maven.compiler.release"));

    assertThat(found("(?m)^FROM (\\S+)$", text(DOCKERFILE))).containsExactly(base);
    assertThat(found("flink-s3-fs-presto-([\\d.]+)\\.jar", text(DOCKERFILE)))
        .containsExactly(flink);
    assertThat(yaml(file).at("/spec/flinkVersion").asText())
        .isEqualTo("v" + flink.substring(0, flink.lastIndexOf('.')).replace('.', '_'));
  }

  @ParameterizedTest
  @ValueSource(strings = {RECOMMENDATION, TRAINING, EMBEDDING})
  void imageIsNamedByTheVersionOfTheBuild(String file) throws Exception {
    String image = "freshet:" + pom("", "/project/version");

    assertThat(found("docker build .* -t (\\S+) ", text(DOCKERFILE) + text("README.md")))
        .containsExactly(image);
    assertThat(yaml(file).at("/spec/image").asText()).isEqualTo(image);
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void jobJarStartsWhereTheImagePutsIt(String file, Class<?> job) throws Exception {
    List<String> folder = found("freshet-recommendation-job\\.jar (\\S+)", text(DOCKERFILE));

    assertThat(folder).hasSize(1);
    assertThat(yaml(file).at("/spec/job/jarURI").asText())
        .isEqualTo("local://" + folder.get(0) + "freshet-recommendation-job.jar");
    assertThat(yaml(file).at("/spec/job/entryClass").asText()).isEqualTo(job.getName());
    assertThatCode(() -> job.getMethod("main", String[].class)).doesNotThrowAnyException();
  }

  static Stream<Arguments> jobs() {
    return Stream.of(
        Arguments.of(RECOMMENDATION, RecommendationJob.class),
        Arguments.of(TRAINING, TrainingJob.class),
        Arguments.of(EMBEDDING, EmbeddingRefreshJob.class));
  }

  @Test
  void commandLineStartsTheOtherJobsWithSettingsThatTheyTake() throws Exception {
    List<String> commands = found("(?m)^FLINK/bin/flink run (-c .*)$", text("README.md"));

    assertThat(commands)
        .map(command -> found("-c (\\S+) ", command).get(0))
        .containsExactly(TrainingJob.class.getName(), EmbeddingRefreshJob.class.getName());
    assertThatCode(
            () -> {
              TrainingJobConfig.of(Settings.ofArguments(arguments(commands, 0)));
              EmbeddingJobConfig.of(Settings.ofArguments(arguments(commands, 1)));
            })
        .doesNotThrowAnyException();
  }

  private static String[] arguments(List<String> commands, int job) {
    return commands.get(job).split("\\.jar ", 2)[1].split(" ", -1);
  }

  @Test
  void eachJobHasANameOfItsOwnForKafkaAndForTheOperator() throws Exception {
    List<String> files = List.of(RECOMMENDATION, TRAINING, EMBEDDING);
    Set<String> groups = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (String file : files) {
      groups.add(argument(file, "group-id"));
      names.add(yaml(file).at("/metadata/name").asText());
    }
    assertThat(groups).hasSameSizeAs(files);
    assertThat(names).hasSameSizeAs(files);
  }

  private static String argument(String file, String name) throws IOException {
    return Stream.of(arguments(file))
        .filter(argument -> argument.contains(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void topicsAreCreatedAsTheJobNeedsThem() throws IOException {
    List<String> commands = found("(?m)^kafka-topics.sh (--create .*)$", text("README.md"));

    List<Topic<?>> topics =
        List.of(
            Topics.CLICK_EVENTS,
            Topics.SOURCE_CLICK_EVENTS,
            Topics.RECOMMENDATION_REQUESTS,
            Topics.ITEMS,
            Topics.RELEASES,
            Topics.RECOMMENDATIONS);
    assertThat(commands)
        .allMatch(command -> command.contains("--config message.timestamp.type=LogAppendTime"))
        .map(command -> found("--topic (\\S+)", command).get(0))
        .containsExactlyElementsOf(
            Stream.concat(topics.stream().map(Topic::name), Stream.of(Topics.DEAD_LETTERS))
                .toList());
    assertThat(commands)
        .filteredOn(command -> command.contains("cleanup.policy=compact"))
        .map(command -> found("--topic (\\S+)", command).get(0))
        .containsExactlyElementsOf(
            topics.stream().filter(Topic::compacted).map(Topic::name).toList());
  }

  @Test
  void countersToWatchAreThoseOfTheJobs() throws IOException {
    String watched = text("README.md").split("## What to watch", 2)[1];

    assertThat(found("`([a-zA-Z]+)`", watched))
        .containsExactlyInAnyOrder(
            Metrics.MIS_KEYED,
            Metrics.LATE,
            Metrics.REPEATED,
            Metrics.FALLBACKS,
            Metrics.REFUSED_RELEASES,
            Metrics.IGNORED_ITEMS,
            Metrics.DEVICE_FALLBACKS,
            Metrics.BATCH_SIZE,
            Metrics.SCORING_MICROS,
            Metrics.SWAP_MICROS,
            Metrics.ROUNDS,
            Metrics.FAILED_ROUNDS,
            Metrics.WORSE_ROUNDS,
            Metrics.OVERTAKEN_ROUNDS,
            Metrics.VALIDATION_AUC,
            Metrics.VALIDATION_RECALL,
            Metrics.ROUND_SECONDS);
  }

  @Test
  void argumentsAreSettingsThatTheJobTakes() throws Exception {
    assertThat(arguments(RECOMMENDATION)).isNotEmpty();
    assertThatCode(() -> RecommendationConfig.of(Settings.ofArguments(arguments(RECOMMENDATION))))
        .doesNotThrowAnyException();
    assertThat(arguments(TRAINING)).isNotEmpty();
    assertThatCode(() -> TrainingJobConfig.of(Settings.ofArguments(arguments(TRAINING))))
        .doesNotThrowAnyException();
    assertThat(arguments(EMBEDDING)).isNotEmpty();
    assertThatCode(() -> EmbeddingJobConfig.of(Settings.ofArguments(arguments(EMBEDDING))))
        .doesNotThrowAnyException();
  }

  private static String[] arguments(String file) throws IOException {
    return elements(yaml(file).at("/spec/job/args")).map(JsonNode::asText).toArray(String[]::new);
  }

  @ParameterizedTest
  @ValueSource(strings = {RECOMMENDATION, TRAINING, EMBEDDING})
  void everyFlinkOptionExistsAndTakesItsValue(String file) throws Exception {
    Map<String, ConfigOption<?>> known = new TreeMap<>();
    for (Class<?> options : FLINK_OPTIONS) {
      known.putAll(optionsOf(options));
    }
    Map<String, String> given = flinkConfiguration(file);
    given.keySet().removeIf(key -> key.startsWith("metrics.reporter.prom."));

    assertThat(known).containsKeys(given.keySet().toArray(String[]::new));
    Configuration configuration = Configuration.fromMap(given);
    given.keySet().forEach(key -> assertThat(configuration.get(known.get(key))).isNotNull());
  }

  @ParameterizedTest
  @ValueSource(strings = {RECOMMENDATION, TRAINING, EMBEDDING})
  void stateIsInRocksDbAndCheckpointsAreIncremental(String file) throws Exception {
    Configuration configuration = Configuration.fromMap(flinkConfiguration(file));
    StateBackend backend =
        StateBackendLoader.loadStateBackendFromConfig(
            configuration, getClass().getClassLoader(), LoggerFactory.getLogger(getClass()));

    assertThat(backend).isInstanceOf(EmbeddedRocksDBStateBackend.class);
    assertThat(((EmbeddedRocksDBStateBackend) backend).isIncrementalCheckpointsEnabled()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {RECOMMENDATION, TRAINING, EMBEDDING})
  void jobIsTakenOverAndUpgradesGoThroughASavepoint(String file) throws Exception {
    Configuration configuration = Configuration.fromMap(flinkConfiguration(file));

    assertThat(HighAvailabilityMode.fromConfig(configuration))
        .isEqualTo(HighAvailabilityMode.KUBERNETES);
    assertThat(configuration.get(HighAvailabilityOptions.HA_STORAGE_PATH)).startsWith("s3://");
    assertThat(configuration.get(CheckpointingOptions.SAVEPOINT_DIRECTORY)).startsWith("s3://");
    assertThat(configuration.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY)).startsWith("s3://");
    assertThat(yaml(file).at("/spec/job/upgradeMode").asText()).isEqualTo("savepoint");
  }

  @ParameterizedTest
  @ValueSource(strings = {RECOMMENDATION, TRAINING, EMBEDDING})
  void memoryAddsUpAndLeavesPyTorchItsShare(String file) throws Exception {
    Configuration configuration = Configuration.fromMap(flinkConfiguration(file));
    configuration.set(TaskManagerOptions.TOTAL_PROCESS_MEMORY, memory(file, "taskManager"));
    configuration.set(JobManagerOptions.TOTAL_PROCESS_MEMORY, memory(file, "jobManager"));

    assertThat(TaskExecutorProcessUtils.processSpecFromConfig(configuration).getTaskOffHeapSize())
        .isGreaterThanOrEqualTo(MemorySize.ofMebiBytes(1_024));
    assertThatCode(() -> JobManagerProcessUtils.processSpecFromConfig(configuration))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {RECOMMENDATION, TRAINING, EMBEDDING})
  void djlReadsWhatIsSetForIt(String file) throws Exception {
    List<String> environment = found("(DJL_\\w+)=", text(DOCKERFILE));
    List<String> properties =
        found("-D(ai\\.djl[\\w.]+)=", flinkConfiguration(file).get("env.java.opts.taskmanager"));

    assertThat(environment).containsExactly("DJL_OFFLINE", "DJL_CACHE_DIR");
    assertThat(properties).isNotEmpty();
    assertThat(classFile("ai/djl/util/Utils")).contains(environment);
    assertThat(classFile("ai/djl/pytorch/engine/PtEngine")).contains(properties);
  }

  @Test
  void gpuProfileBringsNativesThatTheJobsArePutBesideAndCanBeCalled() throws Exception {
    String natives = pom("model", "/project/profiles/profile[id='gpu']//artifactId");
    String copied = pom("streaming", "//includeArtifactIds");

    assertThat(copied.split(",")).contains(natives, "pytorch-native-cpu");
    String flavor = natives.substring(natives.lastIndexOf('-') + 1);
    assertThat(getClass().getResource("/jnilib/linux-x86_64/" + flavor + "/libdjl_torch.so"))
        .as("what calls them, of pytorch-jni")
        .isNotNull();
  }

  @Test
  void enginesStandInTheLibFolderAndNotInTheJobJar() throws Exception {
    List<String> copied = List.of(pom("streaming", "//includeArtifactIds").split(",", -1));
    List<String> excluded =
        found("([\\w.-]+):[*\\w-]+", pom("streaming", "string(//artifactSet/excludes)"));

    assertThat(copied).contains("pytorch-engine", "onnxruntime");
    assertThat(excluded).contains("ai.djl.pytorch", "com.microsoft.onnxruntime");
  }

  /** From 1.29 on it does unless told not to, and crashes where a command line is long. */
  @Test
  void onnxRuntimeReportsToNobody() throws Exception {
    try (InputStream natives =
        getClass().getResourceAsStream("/ai/onnxruntime/native/linux-x64/libonnxruntime.so")) {
      assertThat(new String(natives.readAllBytes(), ISO_8859_1).contains("events.data.microsoft"))
          .isFalse();
    }
  }

  @Test
  void podsAskForAGpuByOptionsOfFlink() throws Exception {
    String docs = Files.readString(BuildFiles.ROOT.resolve("docs/gpu.md"));
    Map<String, String> options = new TreeMap<>();
    new YAMLMapper()
        .readTree(found("(?s)```yaml\\n(.*?)```", docs).get(0))
        .properties()
        .forEach(option -> options.put(option.getKey(), option.getValue().asText()));
    Configuration configuration = Configuration.fromMap(options);

    assertThat(options).hasSize(3);
    assertThat(ExternalResourceUtils.getExternalResourcesCollection(configuration))
        .extracting(ExternalResource::getName, resource -> resource.getValue().intValue())
        .containsExactly(tuple("gpu", 1));
    assertThat(
            ExternalResourceUtils.getExternalResourceConfigurationKeys(
                configuration, "kubernetes.config-key"))
        .containsExactly(Map.entry("gpu", "nvidia.com/gpu"));
  }

  private static Map<String, String> flinkConfiguration(String file) throws IOException {
    Map<String, String> configuration = new TreeMap<>();
    yaml(file)
        .at("/spec/flinkConfiguration")
        .properties()
        .forEach(option -> configuration.put(option.getKey(), option.getValue().asText()));
    return configuration;
  }

  private static MemorySize memory(String file, String process) throws IOException {
    return MemorySize.parse(yaml(file).at("/spec/%s/resource/memory".formatted(process)).asText());
  }

  private static Map<String, ConfigOption<?>> optionsOf(Class<?> holder) throws Exception {
    Map<String, ConfigOption<?>> options = new TreeMap<>();
    for (Field field : holder.getFields()) {
      if (Modifier.isStatic(field.getModifiers())
          && field.get(null) instanceof ConfigOption<?> option) {
        options.put(option.key(), option);
      }
    }
    return options;
  }

  private static Stream<JsonNode> elements(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  private static List<String> found(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map((MatchResult result) -> result.group(1))
        .distinct()
        .toList();
  }

  private static String classFile(String name) throws IOException {
    try (InputStream bytes =
        DeployFilesTest.class.getClassLoader().getResourceAsStream(name + ".class")) {
      return new String(bytes.readAllBytes(), ISO_8859_1);
    }
  }
}
