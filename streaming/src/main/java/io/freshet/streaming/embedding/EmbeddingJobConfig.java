package io.freshet.streaming.embedding;

import io.freshet.model.ReleaseRule;
import io.freshet.model.embedding.EmbeddingConfig;
import io.freshet.streaming.DeviceOptions;
import io.freshet.streaming.FlinkOptions;
import io.freshet.streaming.KafkaConfig;
import io.freshet.streaming.ReleaseFolder;
import io.freshet.streaming.Setting;
import io.freshet.streaming.Settings;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What {@link EmbeddingRefreshJob} can be told, with the bounds of each setting.
 *
 * @param releases where they are written
 */
public record EmbeddingJobConfig(
    KafkaConfig kafka,
    ClickFiles clickFiles,
    Schedule schedule,
    EmbeddingConfig embedding,
    ReleaseRule rule,
    ReleaseFolder releases,
    DeviceOptions device,
    FlinkOptions flink) {

  /**
   * Where clicks stand that do not come from Kafka.
   *
   * @param source uri of those of the source domain; null where they come from Kafka
   * @param target uri of those of the target domain, likewise
   */
  record ClickFiles(String source, String target) {}

  /**
   * When there is a round, and from how much.
   *
   * @param edgesMax how many of each domain's newest clicks are learnt from
   * @param threads of the steps that one subtask makes
   * @param once whether the job ends with what stands there now and the one round from it
   */
  record Schedule(int edgesMax, Duration interval, int threads, boolean once)
      implements Serializable {}

  private static final String GROUP = "freshet-embedding";

  private static final Setting<String> SOURCE_FILES = clickFiles("source", "source-click-events");
  private static final Setting<String> TARGET_FILES = clickFiles("target", "click-events");
  private static final Setting<Integer> EDGES_MAX =
      Setting.number(
          "freshet.embedding.edges.max",
          1_000_000,
          1_000,
          10_000_000,
          "clicks",
          "The newest clicks of each of the two domains, by event time, that are kept and learnt"
              + " from.");
  private static final Setting<Duration> INTERVAL =
      Setting.duration(
          "freshet.embedding.interval",
          "6 h",
          "1 s",
          "365 d",
          "Time between rounds. There is none without new clicks, nor while one is prepared.");
  private static final Setting<Integer> THREADS =
      Setting.number(
          "freshet.embedding.threads",
          2,
          1,
          256,
          "threads",
          "Of each of the two steps that one subtask makes; encoding has one in every subtask.");
  private static final Setting<Boolean> ONCE =
      Setting.flag(
          "freshet.embedding.once",
          false,
          "Whether the job reads what stands in Kafka and in files now, makes one round and ends; without"
              + " checkpoints.");
  private static final Setting<Integer> SOURCE_CORE =
      Setting.number(
          "freshet.embedding.source-core",
          5,
          1,
          100,
          "edges",
          "How many each user and item of the source domain must have among the others that are"
              + " pre-trained on.");
  private static final Setting<Integer> STEPS =
      Setting.number(
          "freshet.embedding.steps",
          1_000,
          0,
          1_000_000,
          "steps",
          "How long a round pre-trains, going on from the release in use.");
  private static final Setting<Double> TOLERANCE =
      Setting.decimal(
          "freshet.embedding.tolerance",
          "0.1",
          0,
          1,
          "Which share of its recall at 20 a release may lack of that in use, on the newest items of"
              + " up to 2,000 users, and still be released.");
  private static final Setting<String> RELEASE_DIRECTORY =
      Setting.uri(
          "freshet.embedding.release-directory",
          "Where releases are written, each to a directory of its own; on a file system that the"
              + " TaskManagers of all jobs reach.");
  private static final Setting<Integer> RELEASES_MAX =
      Setting.number(
          "freshet.embedding.releases.max",
          20,
          2,
          1_000_000,
          "releases",
          "How many of the newest releases of embeddings stay there. Older ones are deleted when a"
              + " round begins, but not the one announced then.");

  private static final List<Setting<?>> OWN_SETTINGS =
      List.of(
          RELEASE_DIRECTORY,
          RELEASES_MAX,
          SOURCE_FILES,
          TARGET_FILES,
          EDGES_MAX,
          INTERVAL,
          THREADS,
          ONCE,
          SOURCE_CORE,
          STEPS,
          TOLERANCE);

  /**
   * Returns the configuration with {@code given} values, by the settings' names.
   *
   * @throws IllegalArgumentException for a setting that does not exist or a value that is not
   *     allowed; says which and what is
   */
  public static EmbeddingJobConfig of(Map<String, String> given) {
    Settings settings = new Settings(given, allSettings());
    return new EmbeddingJobConfig(
        KafkaConfig.ofKeeper(settings, GROUP),
        new ClickFiles(settings.get(SOURCE_FILES), settings.get(TARGET_FILES)),
        new Schedule(
            settings.get(EDGES_MAX),
            settings.get(INTERVAL),
            settings.get(THREADS),
            settings.get(ONCE)),
        EmbeddingConfig.standard(settings.get(SOURCE_CORE), settings.get(STEPS)),
        new ReleaseRule(settings.get(TOLERANCE), true),
        new ReleaseFolder(settings.get(RELEASE_DIRECTORY), settings.get(RELEASES_MAX)),
        DeviceOptions.of(settings),
        FlinkOptions.of(settings));
  }

  /**
   * Returns the settings that this job alone has, each with its default, what is allowed and what
   * it means, in Markdown; those of Kafka, the device and Flink are the training job's.
   */
  public static String settingsTable() {
    return Settings.table(OWN_SETTINGS);
  }

  private static Setting<String> clickFiles(String domain, String topic) {
    return Setting.uri(
            "freshet.embedding.%s-files".formatted(domain),
            ("A file, or a folder of files, that the %s domain's clicks are read from in place of"
                    + " the topic `%s`: JSON, a click a line, as on the topic. Files that are added"
                    + " are read too.")
                .formatted(domain, topic))
        .withDefault("none")
        .orNone(null);
  }

  private static List<Setting<?>> allSettings() {
    List<Setting<?>> all = new ArrayList<>(KafkaConfig.settingsOfKeeper(GROUP));
    all.addAll(OWN_SETTINGS);
    all.add(DeviceOptions.DEVICE);
    all.addAll(FlinkOptions.SETTINGS);
    return all;
  }
}
