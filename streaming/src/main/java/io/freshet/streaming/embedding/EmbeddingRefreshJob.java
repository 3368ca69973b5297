package io.freshet.streaming.embedding;

import io.freshet.model.pcrec.EmbeddingRelease;
import io.freshet.schemas.Release;
import io.freshet.schemas.Topics;
import io.freshet.streaming.FileEdge;
import io.freshet.streaming.KafkaEdge;
import io.freshet.streaming.Received;
import io.freshet.streaming.Settings;
import io.freshet.streaming.TopicContents;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refreshes the embeddings of users and items from the newest clicks of two domains by PCRec, and
 * releases them where they are not worse.
 *
 * <pre>
 * source clicks ─┐
 * clicks ────────┼─ to one ─► prepare ─ chunks ─► encode nodes ─ to one ─► finish ─► releases
 * releases ──┬───┘            (RocksDB state,     (every subtask)          (a thread
 *            │                a thread of its own)                         of its own)
 *            └────────────────────────────────────────────────────────────────┘
 * </pre>
 */
public final class EmbeddingRefreshJob {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddingRefreshJob.class);

  private EmbeddingRefreshJob() {}

  /**
   * Runs the job until it is canceled, or, where it is to refresh once, until it has.
   *
   * @param arguments {@code --freshet.x.y value}, {@code --config FILE}; see {@link
   *     EmbeddingJobConfig#settingsTable}
   */
  public static void main(String[] arguments) throws Exception {
    EmbeddingJobConfig config = EmbeddingJobConfig.of(Settings.ofArguments(arguments));
    LOG.info("Starting with {}", config);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    define(env, config);
    env.execute("embedding-refresh");
  }

  /**
   * Adds the job to {@code env}, from Kafka, or files of clicks, to Kafka.
   *
   * @throws IllegalArgumentException when there are no such files
   */
  public static void define(StreamExecutionEnvironment env, EmbeddingJobConfig config) {
    config.flink().applyTo(env);
    boolean once = config.schedule().once();
    KafkaEdge kafka =
        once ? KafkaEdge.untilNow(env, config.kafka()) : new KafkaEdge(env, config.kafka());
    TopicContents<Release> announced = kafka.contents(Topics.RELEASES);
    Release newest = announced.values().stream().reduce(null, EmbeddingRelease::newest);
    FileEdge files = new FileEdge(env, config.kafka().maxAhead(), once);
    EmbeddingInputs inputs =
        EmbeddingInputs.from(kafka, files, config.clickFiles(), announced.end());
    PcRecRound round =
        new PcRecRound(
            config.kafka().groupId(), config.embedding(), config.rule(), config.releases());

    kafka.write(refresh(inputs, config, round, newest), Topics.RELEASES);
    kafka.writeDeadLetters(
        files.deadLetters().stream().reduce(kafka.deadLetters(), DataStream::union));
  }

  /**
   * The whole topology; sources and sinks are the caller's choice.
   *
   * @param newest the release to go on from when there is no state; null for none
   */
  static DataStream<Release> refresh(
      EmbeddingInputs inputs, EmbeddingJobConfig config, EmbeddingRound round, Release newest) {
    return encoded(inputs, config, round, newest)
        .connect(inputs.releases())
        .transform(
            "finish embeddings",
            TypeInformation.of(Release.class),
            new FinishEmbeddings(
                round, newest, config.schedule().threads(), config.schedule().once()))
        .uid("finish-embeddings")
        .forceNonParallel();
  }

  private static DataStream<RoundPart> encoded(
      EmbeddingInputs inputs, EmbeddingJobConfig config, EmbeddingRound round, Release newest) {
    return news(inputs)
        .keyBy(news -> PrepareEmbeddings.KEY, Types.INT)
        .transform(
            "prepare embeddings",
            TypeInformation.of(RoundPart.class),
            new PrepareEmbeddings(config.schedule(), round, newest, config.device()))
        .uid("prepare-embeddings")
        .forceNonParallel()
        .rebalance()
        .map(new EncodeNodes(config.embedding().encoder(), config.device()))
        .returns(RoundPart.class)
        .name("encode nodes")
        .uid("encode-nodes");
  }

  private static DataStream<EdgeNews> news(EmbeddingInputs inputs) {
    DataStream<EdgeNews> source =
        Received.news(inputs.source(), "source news", EdgeNews::ofSource, EdgeNews.class);
    DataStream<EdgeNews> target =
        Received.news(inputs.target(), "target news", EdgeNews::ofTarget, EdgeNews.class);
    // One subtask's, so that the newest word is heard last.
    DataStream<EdgeNews> releases =
        Received.news(inputs.releases(), "release news", EdgeNews::of, EdgeNews.class)
            .setParallelism(1);
    return source.union(target, releases);
  }
}
