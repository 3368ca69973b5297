package io.freshet.streaming.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.model.ComputeDevice.Choice;
import io.freshet.model.ComputeDevice.Precision;
import io.freshet.model.ShownList;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Item;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Recommendation.RankedItem;
import io.freshet.schemas.Recommendation.Trigger;
import io.freshet.schemas.Release;
import io.freshet.streaming.DeviceOptions;
import io.freshet.streaming.Metrics;
import io.freshet.streaming.Received;
import io.freshet.streaming.training.TestRound.UnderWay;
import io.freshet.streaming.training.TrainingJobConfig.Schedule;
import io.freshet.streaming.training.TrainingRound.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole topology on a local cluster. */
@Timeout(60)
class TrainingJobTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final int CLICKS = 500;

  /** A GPU is asked for, and there is none. */
  private static final DeviceOptions NO_GPU =
      new DeviceOptions(
          Choice.GPU,
          Precision.FLOAT32,
          (choice, subtask) -> {
            throw new IllegalArgumentException("no CUDA device");
          });

  private final InMemoryReporter reporter = InMemoryReporter.createWithRetainedMetrics();
  private String checkpointInterval = "0 s";
  private final StreamExecutionEnvironment env =
      StreamExecutionEnvironment.createLocalEnvironment(
          2, reporter.addToConfiguration(failingAtOnce()));

  private static Configuration failingAtOnce() {
    return new Configuration().set(RestartStrategyOptions.RESTART_STRATEGY, "none");
  }

  @BeforeEach
  void reset() {
    TestRound.reset();
    Announced.RELEASES.clear();
    Checkpoints.COMPLETED.clear();
  }

  @Test
  void oneSubtaskLearnsFromAllThereIs() throws Exception {
    CompletableFuture<UnderWay> round =
        CompletableFuture.supplyAsync(
            () -> {
              UnderWay started = next();
              started.outcome().complete(new Outcome(release("v3"), .7, .6));
              return started;
            });

    Schedule once = new Schedule(2_000, Duration.ofHours(1), Duration.ofHours(1), true);
    define(once, known(clicks()), known(Recommendation.class, recommendation()), release("v1"));
    env.execute();

    assertThat(round.get().log().clicks()).isEqualTo(clicks());
    assertThat(round.get().log().items()).containsExactly(new Item("i", "tea", null, null, true));
    assertThat(round.get().known().shown()).extracting(ShownList::id).containsExactly("r");
    assertThat(round.get().current()).isEqualTo(release("v2"));
    assertThat(Announced.RELEASES).containsExactly(release("v3"));
  }

  @Test
  void checkpointsCompleteWhileARoundIsUnderWay() throws Exception {
    checkpointInterval = "10 ms";
    define(
        new Schedule(2_000, Duration.ZERO, Duration.ofMillis(50), false), endless(), release("v1"));
    JobClient job = env.executeAsync();
    UnderWay round = TestRound.next();

    Checkpoints.COMPLETED.clear();
    for (int i = 0; i < 5; i++) {
      Checkpoints.COMPLETED.take();
    }
    assertThat(round.outcome()).isNotDone();
    round.outcome().complete(new Outcome(release("v3"), .7, .6));

    assertThat(Announced.RELEASES.take()).isEqualTo(release("v3"));
    cancel(job);
  }

  @Test
  void roundsCanBeSeen() throws Exception {
    define(new Schedule(2_000, Duration.ZERO, Duration.ofMillis(10), false), endless(), null);
    JobClient job = env.executeAsync();

    TestRound.next().outcome().completeExceptionally(new IOException("a test's"));
    TestRound.next().outcome().complete(new Outcome(null, .5, .6));
    TestRound.next().outcome().complete(new Outcome(release("v3"), .75, .6));
    Announced.RELEASES.take();

    assertThat(count(Metrics.ROUNDS, job.getJobID())).isGreaterThanOrEqualTo(3);
    assertThat(count(Metrics.FAILED_ROUNDS, job.getJobID())).isEqualTo(1);
    assertThat(count(Metrics.WORSE_ROUNDS, job.getJobID())).isEqualTo(1);
    assertThat(count(Metrics.DEVICE_FALLBACKS, job.getJobID())).isEqualTo(1);
    assertThat(gauge(Metrics.VALIDATION_AUC, job.getJobID())).isEqualTo(.75);
    assertThat(gauge(Metrics.ROUND_SECONDS, job.getJobID())).isPositive();
    cancel(job);
  }

  /**
   * Returns when the job is over: a round that it began later would be taken for the next test's.
   */
  private static void cancel(JobClient job) throws Exception {
    job.cancel().get();
    assertThat(job.getJobExecutionResult()).failsWithin(Duration.ofSeconds(30));
  }

  private void define(Schedule schedule, DataStream<Received<ClickEvent>> clicks, Release newest) {
    define(schedule, clicks, null, newest);
  }

  private void define(
      Schedule schedule,
      DataStream<Received<ClickEvent>> clicks,
      DataStream<Received<Recommendation>> recommendations,
      Release newest) {
    TrainingJobConfig config =
        TrainingJobConfig.of(
            Map.of(
                "freshet.kafka.bootstrap-servers", "nowhere:9092",
                "freshet.checkpoint.interval", checkpointInterval,
                "freshet.training.release-directory", "memory:/"));
    config.flink().applyTo(env);
    TrainingInputs inputs =
        new TrainingInputs(
            clicks,
            recommendations,
            known(Item.class, new Item("i", "tea", "Green tea", null, true)),
            known(Release.class, release("v2")));
    TrainingJob.train(
            inputs,
            new TrainingJobConfig(
                config.kafka(), schedule, config.learning(), NO_GPU, config.flink()),
            new TestRound(),
            new TrainingRound.Announced(newest, null))
        .sinkTo(new Announced())
        .uid("announced");
  }

  private DataStream<Received<ClickEvent>> known(List<ClickEvent> clicks) {
    return env.fromData(
            clicks.stream().map(TrainingJobTest::received).toList(),
            Received.type(ClickEvent.class))
        .uid("clicks");
  }

  private <T> DataStream<Received<T>> known(Class<T> type, T known) {
    return env.fromData(
            List.of(new Received<>(known, type.getSimpleName(), 0, 0)), Received.type(type))
        .uid(type.getSimpleName())
        .setParallelism(1);
  }

  /** Clicks that do not end as long as a test can last. */
  private DataStream<Received<ClickEvent>> endless() {
    return env.fromSource(
            new DataGeneratorSource<>(
                number -> number,
                Integer.MAX_VALUE,
                RateLimiterStrategy.perSecond(1_000),
                Types.LONG),
            WatermarkStrategy.noWatermarks(),
            "numbers")
        .uid("numbers")
        .map(new Checkpoints())
        .returns(Received.type(ClickEvent.class))
        .uid("endless");
  }

  private static Received<ClickEvent> received(ClickEvent click) {
    return new Received<>(click, "click-events", 0, 0);
  }

  private static List<ClickEvent> clicks() {
    return IntStream.range(0, CLICKS).mapToObj(TrainingJobTest::click).toList();
  }

  private static ClickEvent click(long number) {
    return new ClickEvent(
        "%019d".formatted(number),
        "u" + number % 7,
        "i",
        NOON.plusSeconds(number),
        "click",
        null,
        Map.of());
  }

  private static Recommendation recommendation() {
    return new Recommendation(
        "r",
        "u1",
        null,
        List.of(new RankedItem("i", .5f, "popular", List.of())),
        "bst",
        null,
        "v1",
        null,
        3,
        "hash",
        new Trigger("click-events", 0, 7, "e"),
        NOON,
        NOON);
  }

  private static Release release(String version) {
    return new Release("bst", "bst", version, "memory:/" + version, null, NOON, Map.of(), Map.of());
  }

  private static UnderWay next() {
    try {
      return TestRound.next();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private long count(String name, JobID job) {
    return ((Counter) metric(name, job)).getCount();
  }

  private double gauge(String name, JobID job) {
    return (Double) ((Gauge<?>) metric(name, job)).getValue();
  }

  private Metric metric(String name, JobID job) {
    List<Metric> found =
        reporter.getMetricsByGroup().entrySet().stream()
            .filter(
                group -> job.toString().equals(group.getKey().getAllVariables().get("<job_id>")))
            .flatMap(group -> group.getValue().entrySet().stream())
            .filter(metric -> metric.getKey().equals(name))
            .map(Map.Entry::getValue)
            .toList();
    assertThat(found).as("metrics named " + name).hasSize(1);
    return found.get(0);
  }

  /** Tells the one test that runs of checkpoints that have completed. */
  private static final class Checkpoints
      implements MapFunction<Long, Received<ClickEvent>>, CheckpointListener {
    private static final long serialVersionUID = 1;
    private static final BlockingQueue<Long> COMPLETED = new LinkedBlockingQueue<>();

    @Override
    public Received<ClickEvent> map(Long number) {
      return received(click(number));
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
      COMPLETED.add(checkpointId);
    }
  }

  /** Keeps releases in this process, for the one test that runs. */
  private static final class Announced implements Sink<Release> {
    private static final long serialVersionUID = 1;
    private static final BlockingQueue<Release> RELEASES = new LinkedBlockingQueue<>();

    @Override
    public SinkWriter<Release> createWriter(WriterInitContext context) {
      return new SinkWriter<>() {
        @Override
        public void write(Release release, Context context) {
          RELEASES.add(release);
        }

        @Override
        public void flush(boolean endOfInput) {}

        @Override
        public void close() {}
      };
    }
  }
}
