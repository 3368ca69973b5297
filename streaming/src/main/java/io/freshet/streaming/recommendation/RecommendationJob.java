package io.freshet.streaming.recommendation;

import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Release;
import io.freshet.schemas.Topics;
import io.freshet.streaming.KafkaEdge;
import io.freshet.streaming.Received;
import io.freshet.streaming.Settings;
import java.util.List;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recommends to each user, right after each click, what they are likely to click next.
 *
 * <pre>
 * clicks ───┐
 *           ├─ by user ─┬─► remember behaviors ─► score candidates ─► recommendations
 * requests ─┘           │   (RocksDB state)       (releases retrieve and score)
 *                       │
 * items ────┬─ to all ──┘
 * releases ─┘
 * </pre>
 */
public final class RecommendationJob {
  private static final Logger LOG = LoggerFactory.getLogger(RecommendationJob.class);

  /** Who remembers keeps no news, but passes them on. */
  private static final MapStateDescriptor<?, ?>[] NOT_KEPT_HERE = {};

  private RecommendationJob() {}

  /**
   * Runs the job until it is canceled.
   *
   * @param arguments {@code --freshet.x.y value}, {@code --config FILE}; see {@link
   *     RecommendationConfig#settingsTable}
   */
  public static void main(String[] arguments) throws Exception {
    RecommendationConfig config = RecommendationConfig.of(Settings.ofArguments(arguments));
    LOG.info("Starting with {}", config);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    define(env, config);
    env.execute("recommendation");
  }

  /** Adds the job to {@code env}, from Kafka to Kafka. */
  public static void define(StreamExecutionEnvironment env, RecommendationConfig config) {
    config.flink().applyTo(env);
    KafkaEdge kafka = new KafkaEdge(env, config.kafka());
    FirstReleases first = FirstReleases.lookUp(kafka, config.releases());
    Inputs inputs = Inputs.from(kafka, first);
    kafka.write(
        recommend(inputs, config, Loaders.ofFiles(), first.releases()), Topics.RECOMMENDATIONS);
    kafka.writeDeadLetters(kafka.deadLetters());
  }

  /**
   * The whole topology; sources and sinks are the caller's choice.
   *
   * @param first the releases to start with when there is no state, at most one of each kind
   */
  static DataStream<Recommendation> recommend(
      Inputs inputs, RecommendationConfig config, Loaders loaders, List<Release> first) {
    return scored(remember(inputs, config), config, loaders, first);
  }

  /**
   * The part of the topology before any model: returns what calls for a recommendation, with all
   * that is remembered of its user, and the news that scoring takes in between.
   */
  public static DataStream<ScoringInput> remember(Inputs inputs, RecommendationConfig config) {
    DataStream<UserEvent> events =
        inputs
            .clicks()
            .map(UserEvent::ofClick)
            .returns(UserEvent.TYPE)
            .name("clicks")
            .uid("clicks")
            .union(
                inputs
                    .requests()
                    .map(UserEvent::ofRequest)
                    .returns(UserEvent.TYPE)
                    .name("requests")
                    .uid("requests"));
    return events
        .keyBy(UserEvent::userId)
        .connect(news(inputs).broadcast(NOT_KEPT_HERE))
        .process(new RememberBehaviors(config.memory(), config.triggers(), config.candidates()))
        .name("remember behaviors")
        .uid("remember-behaviors");
  }

  /** Each step is one subtask's, so that every scorer hears the same news in the same order. */
  private static DataStream<ScoringInput> news(Inputs inputs) {
    DataStream<ScoringInput> items =
        Received.news(inputs.items(), "item news", ScoringInput::of, ScoringInput.class)
            .setParallelism(1);
    DataStream<ScoringInput> releases =
        Received.news(inputs.releases(), "release news", ScoringInput::of, ScoringInput.class)
            .setParallelism(1);
    return items.union(releases);
  }

  /** Chained to what comes before, so that what is known of a user goes on as it is in memory. */
  private static DataStream<Recommendation> scored(
      DataStream<ScoringInput> inputs,
      RecommendationConfig config,
      Loaders loaders,
      List<Release> first) {
    boolean checkpointed =
        inputs.getExecutionEnvironment().getCheckpointConfig().isCheckpointingEnabled();
    return inputs
        .transform(
            "score candidates",
            TypeInformation.of(Recommendation.class),
            new ScoreCandidates(config, loaders, first, checkpointed))
        .uid("score-candidates");
  }
}
