package io.freshet.streaming.recommendation;

import static io.freshet.model.Check.check;

import io.freshet.streaming.DeviceOptions;
import io.freshet.streaming.FlinkOptions;
import io.freshet.streaming.KafkaConfig;
import io.freshet.streaming.Setting;
import io.freshet.streaming.Settings;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What {@link RecommendationJob} can be told, with the bounds of each setting. */
public record RecommendationConfig(
    KafkaConfig kafka,
    Memory memory,
    Triggers triggers,
    Candidates candidates,
    Batches batches,
    Releases releases,
    DeviceOptions device,
    FlinkOptions flink) {

  /**
   * What is remembered of a user.
   *
   * @param timeToLive after which a silent user is forgotten
   * @param cacheBytes of the heap of each subtask, for the users who clicked last
   */
  record Memory(int sequenceLength, int seenItems, Duration timeToLive, long cacheBytes)
      implements Serializable {}

  /**
   * What is answered.
   *
   * @param minInterval between two answers to one user's clicks, zero for no limit
   * @param maxAge of a click that is still answered, by the TaskManager's clock
   * @param from event time of the first click that is answered
   * @param requestWait how long a request waits for the click that it names
   */
  record Triggers(Duration minInterval, Duration maxAge, Instant from, Duration requestWait)
      implements Serializable {
    /** Returns whether a click of {@code eventTime} is answered at {@code nowMillis}. */
    boolean answer(Instant eventTime, long nowMillis) {
      return !eventTime.isBefore(from) && nowMillis - eventTime.toEpochMilli() <= maxAge.toMillis();
    }
  }

  /**
   * What is ranked, and how much of it comes out.
   *
   * @param max retrieved for one answer
   * @param excludedActions whose items are not shown again; {@link #ALL_ACTIONS} for any
   * @param listSize of a recommendation
   */
  record Candidates(int max, Set<String> excludedActions, int listSize) implements Serializable {
    static final Set<String> ALL_ACTIONS = Set.of("all");

    /** Returns whether an item that this was done to is not shown again. */
    boolean excludes(String action) {
      return excludedActions.equals(ALL_ACTIONS) || excludedActions.contains(action);
    }
  }

  /**
   * How many tasks are scored together at most.
   *
   * @param sizeOnGpu in place of {@code size} where the model is on a GPU
   */
  record Batches(int size, int sizeOnGpu) implements Serializable {}

  /**
   * What scores.
   *
   * @param initial {@code latest}, {@code none}, or the uri of a release
   * @param directory for local copies while a release is loaded; {@code default} for the
   *     TaskManager's own temporary folder
   */
  record Releases(String initial, OnMissing onMissing, String directory) implements Serializable {
    static final String LATEST = "latest";
    static final String NONE = "none";
    static final String DEFAULT_DIRECTORY = "default";
  }

  /** What happens where there is no release that can be read. */
  enum OnMissing {
    CONTINUE,
    FAIL
  }

  /** A length of time that is never over. */
  static final Duration FOREVER = Duration.ofMillis(Long.MAX_VALUE);

  private static final long BYTES_PER_MB = 1 << 20;
  private static final Setting<Integer> SEQUENCE_LENGTH =
      Setting.number(
          "freshet.sequence.length",
          50,
          1,
          512,
          "behaviors",
          "A user's newest behaviors, remembered for the model to look at.");
  private static final Setting<Integer> SEEN_SIZE =
      Setting.number(
          "freshet.seen.size",
          1_000,
          1,
          10_000,
          "items",
          "A user's last distinct items, once for each action with one, remembered so that they are"
              + " not recommended again.");
  private static final Setting<Duration> STATE_TTL =
      Setting.duration(
          "freshet.state.ttl",
          "90 d",
          "1 s",
          "3650 d",
          "A user who has been silent for this long is forgotten.");
  private static final Setting<Integer> STATE_CACHE =
      Setting.number(
          "freshet.state.cache",
          64,
          1,
          65_536,
          "MB",
          "Of the heap of each subtask that remembers: what is known of the users who clicked last is"
              + " not read from RocksDB again.");
  private static final Setting<Duration> MIN_INTERVAL =
      Setting.duration(
          "freshet.trigger.min-interval",
          "0 s",
          "0 s",
          "1 d",
          "Time between two answers to one user's clicks: a quiet user's first click is answered at"
              + " once, the rest as one, for the last of them. Which clicks are answered may then"
              + " differ after a failure.");
  private static final Setting<Duration> MAX_AGE =
      Setting.duration(
              "freshet.trigger.max-age",
              "none",
              "1 ms",
              "3650 d",
              "Older clicks, by the TaskManager's clock, are remembered and not answered.")
          .orNone(FOREVER);
  private static final Setting<Instant> TRIGGER_FROM =
      Setting.moment(
          "freshet.trigger.from",
          "1970-01-01T00:00:00Z",
          "Clicks with an earlier event time are remembered and not answered: history can be read"
              + " through the job that goes on with live clicks.");
  private static final Setting<Duration> REQUEST_WAIT =
      Setting.duration(
          "freshet.request.wait",
          "200 ms",
          "0 ms",
          "1 min",
          "How long a request waits for the click that its `after_event_id` names; then it is"
              + " answered without, with reason `click-not-seen`.");
  private static final Setting<Integer> CANDIDATES_MAX =
      Setting.number(
          "freshet.candidates.max",
          100,
          1,
          10_000,
          "items",
          "Candidates retrieved for a click, or for a request that brings none.");
  private static final Setting<Set<String>> EXCLUDED_ACTIONS =
      Setting.names(
          "freshet.candidates.exclude-actions",
          "all",
          "actions separated by commas, or `all`; empty for none",
          "Items that the user did this to are not retrieved again.");

  /** So many fit into a record of 1 MiB, which Kafka takes, however long the ids are. */
  static final int RECOMMENDATION_SIZE_MAX = 200;

  private static final Setting<Integer> RECOMMENDATION_SIZE =
      Setting.number(
          "freshet.recommendation.size",
          10,
          1,
          RECOMMENDATION_SIZE_MAX,
          "items",
          "The longest list that is recommended.");
  private static final int BATCH_SIZE_ON_GPU = 256;
  private static final Setting<Integer> BATCH_SIZE =
      Setting.number(
          "freshet.batch.size",
          32,
          1,
          1_024,
          "requests",
          "The most that are scored together, whoever they are from; where not given, %d of a"
                  .formatted(BATCH_SIZE_ON_GPU)
              + " model on a GPU. Where fewer wait, nobody waits for more.");
  private static final Setting<String> RELEASE_INITIAL =
      Setting.text(
          "freshet.release.initial",
          Releases.LATEST,
          "`latest`, `none`, or a release's uri",
          "The model that a job without state starts with: the newest on `releases`, for which the"
              + " first batch waits; nothing, until one is announced; or the release at the uri."
              + " Embeddings are the newest on `releases` in any case.");
  private static final Setting<OnMissing> RELEASE_ON_MISSING =
      Setting.choice(
          "freshet.release.on-missing",
          OnMissing.CONTINUE,
          OnMissing.class,
          "Whether a job that finds no readable model at its start goes on without (answers say"
              + " so), or fails.");
  private static final Setting<String> RELEASE_DIRECTORY =
      Setting.text(
          "freshet.release.directory",
          Releases.DEFAULT_DIRECTORY,
          "a local folder, or `default`",
          "Where a release is copied to while it is loaded; by default the TaskManager's own"
              + " temporary folder.");
  private static final List<Setting<?>> OWN_SETTINGS =
      List.of(
          SEQUENCE_LENGTH,
          SEEN_SIZE,
          STATE_TTL,
          STATE_CACHE,
          MIN_INTERVAL,
          MAX_AGE,
          TRIGGER_FROM,
          REQUEST_WAIT,
          CANDIDATES_MAX,
          EXCLUDED_ACTIONS,
          RECOMMENDATION_SIZE,
          BATCH_SIZE,
          RELEASE_INITIAL,
          RELEASE_ON_MISSING,
          RELEASE_DIRECTORY,
          DeviceOptions.DEVICE,
          DeviceOptions.PRECISION,
          DeviceOptions.ENGINE);

  public RecommendationConfig {
    if (releases.onMissing() == OnMissing.FAIL && releases.initial().equals(Releases.NONE)) {
      throw new IllegalArgumentException(
          "%s must be 'continue' where %s is 'none', was 'fail'"
              .formatted(RELEASE_ON_MISSING.name(), RELEASE_INITIAL.name()));
    }
  }

  /**
   * Returns the configuration with {@code given} values, by the settings' names.
   *
   * @throws IllegalArgumentException for a setting that does not exist or a value that is not
   *     allowed; says which and what is
   */
  public static RecommendationConfig of(Map<String, String> given) {
    Settings settings = new Settings(given, allSettings());
    check(
        settings.get(MIN_INTERVAL).compareTo(settings.get(STATE_TTL)) <= 0,
        MIN_INTERVAL.name(),
        "at most " + STATE_TTL.name() + ", or who waits for it is forgotten first",
        given.get(MIN_INTERVAL.name()));
    return new RecommendationConfig(
        KafkaConfig.of(settings),
        new Memory(
            settings.get(SEQUENCE_LENGTH),
            settings.get(SEEN_SIZE),
            settings.get(STATE_TTL),
            settings.get(STATE_CACHE) * BYTES_PER_MB),
        new Triggers(
            settings.get(MIN_INTERVAL),
            settings.get(MAX_AGE),
            settings.get(TRIGGER_FROM),
            settings.get(REQUEST_WAIT)),
        new Candidates(
            settings.get(CANDIDATES_MAX),
            settings.get(EXCLUDED_ACTIONS),
            settings.get(RECOMMENDATION_SIZE)),
        new Batches(settings.get(BATCH_SIZE), settings.getGiven(BATCH_SIZE, BATCH_SIZE_ON_GPU)),
        new Releases(
            settings.get(RELEASE_INITIAL),
            settings.get(RELEASE_ON_MISSING),
            settings.get(RELEASE_DIRECTORY)),
        DeviceOptions.ofScoring(settings),
        FlinkOptions.of(settings));
  }

  /** Returns every setting with its default, what is allowed and what it means, in Markdown. */
  public static String settingsTable() {
    return Settings.table(allSettings());
  }

  private static List<Setting<?>> allSettings() {
    List<Setting<?>> all = new ArrayList<>(KafkaConfig.SETTINGS);
    all.addAll(OWN_SETTINGS);
    all.addAll(FlinkOptions.SETTINGS);
    return all;
  }
}
