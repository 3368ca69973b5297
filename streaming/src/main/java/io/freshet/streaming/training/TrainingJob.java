package io.freshet.streaming.training;

import io.freshet.schemas.Release;
import io.freshet.schemas.Topics;
import io.freshet.streaming.KafkaEdge;
import io.freshet.streaming.Received;
import io.freshet.streaming.Settings;
import io.freshet.streaming.TopicContents;
import io.freshet.streaming.training.TrainingRound.Announced;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retrains the model from the newest clicks, and where that is wanted from what was clicked of the
 * recommendations, and releases it where it is not worse.
 *
 * <pre>
 * clicks ──────────┐
 * recommendations ─┼─ to one ─► train on clicks ─► releases
 * items ───────────┤            (RocksDB state, rounds on a thread of their own)
 * releases ────────┘
 * </pre>
 */
public final class TrainingJob {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingJob.class);

  private TrainingJob() {}

  /**
   * Runs the job until it is canceled, or, where it is to train once, until it has.
   *
   * @param arguments {@code --freshet.x.y value}, {@code --config FILE}; see {@link
   *     TrainingJobConfig#settingsTable}
   */
  public static void main(String[] arguments) throws Exception {
    TrainingJobConfig config = TrainingJobConfig.of(Settings.ofArguments(arguments));
    LOG.info("Starting with {}", config);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    define(env, config);
    env.execute("training");
  }

  /** Adds the job to {@code env}, from Kafka to Kafka. */
  public static void define(StreamExecutionEnvironment env, TrainingJobConfig config) {
    config.flink().applyTo(env);
    KafkaEdge kafka =
        config.schedule().once()
            ? KafkaEdge.untilNow(env, config.kafka())
            : new KafkaEdge(env, config.kafka());
    TopicContents<Release> announced = kafka.contents(Topics.RELEASES);
    Announced newest = Announced.NOTHING;
    for (Release release : announced.values()) {
      newest = newest.and(release);
    }
    TrainingInputs inputs =
        TrainingInputs.from(kafka, config.schedule().learnsFromLists(), announced.end());

    kafka.write(train(inputs, config, new BstRound(config.learning()), newest), Topics.RELEASES);
    kafka.writeDeadLetters(kafka.deadLetters());
  }

  /**
   * The whole topology; sources and sinks are the caller's choice.
   *
   * @param newest what stands announced when there is no state
   */
  static DataStream<Release> train(
      TrainingInputs inputs, TrainingJobConfig config, TrainingRound round, Announced newest) {
    return news(inputs)
        .keyBy(news -> TrainOnClicks.KEY, Types.INT)
        .transform(
            "train on clicks",
            TypeInformation.of(Release.class),
            new TrainOnClicks(config.schedule(), round, newest, config.device()))
        .uid("train-on-clicks")
        .forceNonParallel();
  }

  private static DataStream<News> news(TrainingInputs inputs) {
    DataStream<News> clicks = Received.news(inputs.clicks(), "click news", News::of, News.class);
    // One subtask each, so that the newest word on something is heard last.
    DataStream<News> items =
        Received.news(inputs.items(), "item news", News::of, News.class).setParallelism(1);
    DataStream<News> releases =
        Received.news(inputs.releases(), "release news", News::of, News.class).setParallelism(1);
    DataStream<News> all = clicks.union(items, releases);
    return inputs.recommendations() == null
        ? all
        : all.union(
            Received.news(inputs.recommendations(), "recommendation news", News::of, News.class));
  }
}
