package io.freshet.streaming.training;

import io.freshet.model.ReleaseRule;
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

/** What {@link TrainingJob} can be told, with the bounds of each setting. */
public record TrainingJobConfig(
    KafkaConfig kafka,
    Schedule schedule,
    Learning learning,
    DeviceOptions device,
    FlinkOptions flink) {

  /**
   * When there is a round, and from how much.
   *
   * @param clicksMax how many of the newest clicks are learnt from, and how many of the newest
   *     lists
   * @param attributionWindow how long after a list was shown a click answers it; zero where nothing
   *     is learnt from lists
   * @param once whether the job ends with what stands in Kafka and the one round from it
   */
  record Schedule(int clicksMax, Duration attributionWindow, Duration interval, boolean once)
      implements Serializable {
    boolean learnsFromLists() {
      return !attributionWindow.isZero();
    }
  }

  /**
   * What a round trains, and what becomes of it.
   *
   * @param vectors whether it is given those of the embeddings announced last
   * @param releases where they are written
   */
  record Learning(
      Network network,
      boolean vectors,
      Duration timeLimit,
      ReleaseRule rule,
      ReleaseFolder releases)
      implements Serializable {}

  /** The forms of network that can be trained. */
  enum Network {
    SMALL,
    STANDARD
  }

  private static final String GROUP = "freshet-training";

  private static final Setting<Integer> CLICKS_MAX =
      Setting.number(
          "freshet.training.clicks.max",
          1_000_000,
          1_000,
          10_000_000,
          "clicks",
          "The newest clicks, by event time, that are kept and learnt from.");
  private static final Setting<Duration> ATTRIBUTION_WINDOW =
      Setting.duration(
          "freshet.attribution-window",
          "0 s",
          "0 s",
          "30 d",
          "Reads recommendations too, and learns what was clicked of them and what was not: a click"
              + " answers the newest list shown to its user that has its item, if that is no"
              + " longer ago than this. Lists without an answer say nothing. 0 learns from clicks"
              + " alone.");
  private static final Setting<Duration> INTERVAL =
      Setting.duration(
          "freshet.training.interval",
          "1 h",
          "1 s",
          "365 d",
          "Time between rounds. There is none without new clicks, nor while one is under way.");
  private static final Setting<Boolean> ONCE =
      Setting.flag(
          "freshet.training.once",
          false,
          "Whether the job reads what stands in Kafka now, trains one round and ends; without"
              + " checkpoints.");
  private static final Setting<Network> NETWORK =
      Setting.choice(
          "freshet.training.network",
          Network.SMALL,
          Network.class,
          "The form of the network: `small`, which `./freshet train` trains too, for up to some"
              + " hundred thousand clicks; `standard`, the paper's. A round goes on from a release"
              + " of the same form, and starts from nothing after one of another.");
  private static final Setting<Boolean> VECTORS =
      Setting.flag(
          "freshet.training.vectors",
          false,
          "Whether the model is told the vectors of the embeddings announced last.");
  private static final Setting<Duration> TIME_LIMIT =
      Setting.duration(
          "freshet.training.time-limit",
          "30 min",
          "1 s",
          "30 d",
          "The longest that a round may train.");
  private static final Setting<Double> TOLERANCE =
      Setting.decimal(
          "freshet.training.tolerance",
          "0.005",
          0,
          1,
          "How much less area under the curve within requests than the release in use, on the newest"
              + " clicks, is still released.");
  private static final Setting<String> RELEASE_DIRECTORY =
      Setting.uri(
          "freshet.training.release-directory",
          "Where releases are written, each to a directory of its own; on a file system that the"
              + " TaskManagers of all jobs reach.");
  private static final Setting<Integer> RELEASES_MAX =
      Setting.number(
          "freshet.training.releases.max",
          100,
          2,
          1_000_000,
          "releases",
          "How many of the newest releases of models stay there. Older ones are deleted when a"
              + " round begins, but not the one announced then.");

  private static final List<Setting<?>> OWN_SETTINGS =
      List.of(
          RELEASE_DIRECTORY,
          RELEASES_MAX,
          CLICKS_MAX,
          ATTRIBUTION_WINDOW,
          INTERVAL,
          ONCE,
          NETWORK,
          VECTORS,
          TIME_LIMIT,
          TOLERANCE,
          DeviceOptions.DEVICE);

  /**
   * Returns the configuration with {@code given} values, by the settings' names.
   *
   * @throws IllegalArgumentException for a setting that does not exist or a value that is not
   *     allowed; says which and what is
   */
  public static TrainingJobConfig of(Map<String, String> given) {
    Settings settings = new Settings(given, allSettings());
    return new TrainingJobConfig(
        KafkaConfig.ofKeeper(settings, GROUP),
        new Schedule(
            settings.get(CLICKS_MAX),
            settings.get(ATTRIBUTION_WINDOW),
            settings.get(INTERVAL),
            settings.get(ONCE)),
        new Learning(
            settings.get(NETWORK),
            settings.get(VECTORS),
            settings.get(TIME_LIMIT),
            new ReleaseRule(settings.get(TOLERANCE), false),
            new ReleaseFolder(settings.get(RELEASE_DIRECTORY), settings.get(RELEASES_MAX))),
        DeviceOptions.of(settings),
        FlinkOptions.of(settings));
  }

  /** Returns every setting with its default, what is allowed and what it means, in Markdown. */
  public static String settingsTable() {
    return Settings.table(allSettings());
  }

  private static List<Setting<?>> allSettings() {
    List<Setting<?>> all = new ArrayList<>(KafkaConfig.settingsOfKeeper(GROUP));
    all.addAll(OWN_SETTINGS);
    all.addAll(FlinkOptions.SETTINGS);
    return all;
  }
}
