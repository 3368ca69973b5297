package io.freshet.streaming.recommendation;

import static io.freshet.streaming.recommendation.TestRecords.click;
import static io.freshet.streaming.recommendation.TestRecords.config;
import static io.freshet.streaming.recommendation.TestRecords.embeddings;
import static io.freshet.streaming.recommendation.TestRecords.release;
import static io.freshet.streaming.recommendation.TestRecords.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.model.LoadedRelease;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Item;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Recommendation.RankedItem;
import io.freshet.schemas.RecommendationRequest;
import io.freshet.schemas.Release;
import io.freshet.schemas.TimedRecord;
import io.freshet.streaming.Metrics;
import io.freshet.streaming.Received;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole topology on a local cluster, between collections. */
@Timeout(30)
class RecommendationJobTest {
  private final InMemoryReporter reporter = InMemoryReporter.createWithRetainedMetrics();

  private final StreamExecutionEnvironment env =
      StreamExecutionEnvironment.createLocalEnvironment(
          2, reporter.addToConfiguration(failingAtOnce()));

  private static Configuration failingAtOnce() {
    return new Configuration().set(RestartStrategyOptions.RESTART_STRATEGY, "none");
  }

  @BeforeEach
  void reset() {
    TestReleases.reset();
    CollectingSink.reset();
  }

  @AfterEach
  void nothingStaysInMemory() {
    assertThat(TestReleases.IN_MEMORY).hasValue(0);
    assertThat(TestReleases.SCORERS).hasValue(0);
  }

  @Test
  void everyClickAndRequestIsAnsweredMostLikelyClickedFirst() throws Exception {
    List<Recommendation> answers =
        run(
            config(),
            List.of(click("ann", "a", 1), click("bob", "b", 1), click("ann", "b", 2)),
            List.of(request("cid", 3, null, List.of("b", "d", "c"))));

    assertThat(answers).hasSize(4).allMatch(answer -> answer.modelVersion().equals("v1"));
    assertThat(itemsFor(answers, "cid")).containsExactly("d", "c", "b");
    assertThat(itemsFor(answers, "bob")).containsSequence("d", "c", "a");
    assertThat(answers)
        .filteredOn(answer -> answer.userId().equals("ann"))
        .extracting(Recommendation::sequenceLength)
        .containsExactly(1, 2);
  }

  @Test
  void userOfTheEmbeddingsIsRecommendedWhatIsNear() throws Exception {
    List<Recommendation> answers =
        run(config(), List.of(click("ann", "a", 1)), List.of(request("vic", 2, null)));

    assertThat(itemsFor(answers, "vic")).contains("near1", "near2", "near3");
    assertThat(itemsFor(answers, "ann")).doesNotContain("near1");
    assertThat(answers).allMatch(answer -> answer.embeddingVersion().equals("e1"));
  }

  @Test
  void clicksThatWaitedForTheReleaseAreAllScored() throws Exception {
    ClickEvent[] waiting =
        IntStream.range(0, 10_000)
            .mapToObj(i -> click("user" + i % 500, "item" + i, i))
            .toArray(ClickEvent[]::new);

    List<Recommendation> answers =
        run(
            config(),
            List.of(waiting),
            List.of(request("ann", 1, null)),
            new Loaders(new LoaderThatLetsClicksPassFirst(), new TestEmbeddings()));

    assertThat(answers).hasSize(10_001).allMatch(answer -> answer.fallbackReason() == null);
  }

  @Test
  void subtasksOfAProcessLoadAReleaseOnceAndLeaveNothingBehind() throws Exception {
    env.setParallelism(4);

    List<Recommendation> answers =
        run(
            config(),
            IntStream.range(0, 100).mapToObj(i -> click("user" + i, "a", i)).toList(),
            List.of(request("user0", 200, null)),
            new Loaders(
                new SharedReleases<>(new TestReleases(), LoadedRelease::tryRetain),
                new SharedReleases<>(new TestEmbeddings(), space -> true)));

    assertThat(answers).hasSize(101).allMatch(answer -> answer.modelVersion().equals("v1"));
    assertThat(answers).allMatch(answer -> answer.embeddingVersion().equals("e1"));
    assertThat(TestReleases.LOADS).hasValue(1);
    assertThat(TestReleases.EMBEDDING_LOADS).hasValue(1);
  }

  @Test
  void operatorsOfTheJobCanSeeWhatHappens() throws Exception {
    ClickEvent repeated = click("ann", "a", 1);

    run(config(), List.of(repeated, repeated), List.of(poisoned("ann", 2)));

    assertThat(count(Metrics.REPEATED)).isEqualTo(1);
    assertThat(count(Metrics.LATE)).isZero();
    assertThat(count(Metrics.REFUSED_RELEASES)).isZero();
    assertThat(count(Metrics.IGNORED_ITEMS)).isZero();
    assertThat(fallbacks(Fallback.SCORING_FAILED)).isEqualTo(1);
    assertThat(histogramCount(Metrics.BATCH_SIZE)).isPositive();
    assertThat(histogramCount(Metrics.SCORING_MICROS)).isPositive();
  }

  @Test
  void whatIsKnownOfAUserGoesFromOperatorToOperatorAsItIs() {
    define(
        config(),
        List.of(click("ann", "a", 1)),
        List.of(request("ann", 2, null)),
        TestReleases.loaders());

    assertThat(env.getStreamGraph().getJobGraph().getVertices())
        .extracting(JobVertex::getName)
        .as("a chain, within which nothing is serialized")
        .anyMatch(chain -> chain.startsWith("remember behaviors -> score candidates"));
  }

  /** Holds the release back until the clicks are on their way. */
  private static final class LoaderThatLetsClicksPassFirst implements ReleaseLoader<LoadedRelease> {
    private static final long serialVersionUID = 1;

    @Override
    public LoadedRelease load(Release release, Path scratch) throws Exception {
      PassedClicks.SOME.await();
      return new TestReleases().load(release, scratch);
    }
  }

  private static final class PassedClicks {
    private static final CountDownLatch SOME = new CountDownLatch(100);
  }

  private JobID job;

  private List<Recommendation> run(
      RecommendationConfig config, List<ClickEvent> clicks, List<RecommendationRequest> requests)
      throws Exception {
    return run(config, clicks, requests, TestReleases.loaders());
  }

  private List<Recommendation> run(
      RecommendationConfig config,
      List<ClickEvent> clicks,
      List<RecommendationRequest> requests,
      Loaders loaders)
      throws Exception {
    define(config, clicks, requests, loaders);
    job = env.execute().getJobID();
    return CollectingSink.collected();
  }

  private void define(
      RecommendationConfig config,
      List<ClickEvent> clicks,
      List<RecommendationRequest> requests,
      Loaders loaders) {
    config.flink().applyTo(env);
    Inputs inputs =
        new Inputs(
            events(ClickEvent.class, clicks.stream().map(TestRecords::received).toList()),
            events(
                RecommendationRequest.class, requests.stream().map(TestRecords::received).toList()),
            known(Item.class, new Received<>(Item.removed("e"), "items", 0, 0)),
            known(Release.class, new Received<>(release("v1"), "releases", 0, 0)));
    RecommendationJob.recommend(inputs, config, loaders, List.of(release("v1"), embeddings("e1")))
        .sinkTo(new CollectingSink())
        .uid("collect");
  }

  private static RecommendationRequest poisoned(String user, int second) {
    RecommendationRequest request = request(user, second, null);
    return new RecommendationRequest(
        request.requestId(), user, request.requestedAt(), List.of(), null, TestReleases.POISON);
  }

  private <T extends TimedRecord> DataStream<Received<T>> events(
      Class<T> type, List<Received<T>> events) {
    return env.fromData(events, Received.type(type))
        .uid(type.getSimpleName())
        .setParallelism(1)
        .assignTimestampsAndWatermarks(
            WatermarkStrategy.<Received<T>>forMonotonousTimestamps()
                .withTimestampAssigner((event, none) -> event.value().time().toEpochMilli()))
        .uid("times of " + type.getSimpleName())
        .setParallelism(1)
        .map(
            event -> {
              PassedClicks.SOME.countDown();
              return event;
            })
        .returns(Received.type(type))
        .uid("passed " + type.getSimpleName())
        .setParallelism(1);
  }

  private <T> DataStream<Received<T>> known(Class<T> type, Received<T> known) {
    return env.fromData(List.of(known), Received.type(type))
        .uid(type.getSimpleName())
        .setParallelism(1);
  }

  private static List<String> itemsFor(List<Recommendation> answers, String user) {
    return answers.stream()
        .filter(answer -> answer.userId().equals(user))
        .flatMap(answer -> answer.items().stream())
        .map(RankedItem::itemId)
        .toList();
  }

  private long count(String name) {
    return metrics(name, "").mapToLong(metric -> ((Counter) metric).getCount()).sum();
  }

  private long fallbacks(String reason) {
    return metrics(Metrics.FALLBACKS, reason)
        .mapToLong(metric -> ((Counter) metric).getCount())
        .sum();
  }

  private long histogramCount(String name) {
    return metrics(name, "").mapToLong(metric -> ((Histogram) metric).getCount()).sum();
  }

  private Stream<Metric> metrics(String name, String reason) {
    List<Metric> found =
        reporter.getMetricsByGroup().entrySet().stream()
            .filter(group -> variable(group.getKey(), "<job_id>").equals(job.toString()))
            .filter(group -> variable(group.getKey(), "<reason>").equals(reason))
            .flatMap(group -> group.getValue().entrySet().stream())
            .filter(metric -> metric.getKey().equals(name))
            .map(Map.Entry::getValue)
            .toList();
    assertThat(found).as("metrics named " + name).isNotEmpty();
    return found.stream();
  }

  private static String variable(MetricGroup group, String name) {
    return group.getAllVariables().getOrDefault(name, "");
  }
}
