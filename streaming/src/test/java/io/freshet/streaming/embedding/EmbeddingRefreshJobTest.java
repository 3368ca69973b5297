package io.freshet.streaming.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.model.ComputeDevice;
import io.freshet.model.ComputeDevice.Choice;
import io.freshet.model.ComputeDevice.Precision;
import io.freshet.model.ReleaseRule;
import io.freshet.model.pcrec.EmbeddingRelease;
import io.freshet.model.pcrec.Embeddings;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Release;
import io.freshet.streaming.DeviceOptions;
import io.freshet.streaming.Metrics;
import io.freshet.streaming.Received;
import io.freshet.streaming.ReleaseFiles;
import io.freshet.streaming.ReleaseFolder;
import io.freshet.streaming.embedding.EmbeddingJobConfig.Schedule;
import io.freshet.streaming.embedding.EmbeddingRound.Outcome;
import io.freshet.streaming.embedding.EmbeddingRound.Prepared;
import io.freshet.streaming.embedding.TestRound.Finishing;
import io.freshet.streaming.embedding.TestRound.Preparing;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
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
import org.junit.jupiter.api.io.TempDir;

/** The whole topology on a local cluster. */
@Timeout(60)
class EmbeddingRefreshJobTest {
  /** A GPU is asked for, and there is none. */
  private static final DeviceOptions NO_GPU =
      new DeviceOptions(
          Choice.GPU,
          Precision.FLOAT32,
          (choice, subtask) -> {
            throw new IllegalArgumentException("no CUDA device");
          });

  private static final Schedule ONCE = new Schedule(2_000, Duration.ofHours(1), 1, true);
  private static final Schedule OFTEN = new Schedule(2_000, Duration.ofMillis(50), 1, false);

  private final InMemoryReporter reporter = InMemoryReporter.createWithRetainedMetrics();
  @TempDir private Path work;
  private String checkpointInterval = "0 s";
  private StreamExecutionEnvironment env;

  @BeforeEach
  void reset() {
    TestRound.reset();
    Announced.RELEASES.clear();
    EndlessClicks.COMPLETED.clear();
    EndlessClicks.FAIL.set(false);
  }

  @Test
  void oneReleaseComesOfAllThereIs() throws Exception {
    start("none");
    PcRecRound round =
        new PcRecRound(
            "job",
            Domains.CONFIG,
            new ReleaseRule(0, true),
            new ReleaseFolder(work.resolve("r").toUri().toString(), 2));
    define(ONCE, known("target", Domains.TARGET), round);
    env.execute();

    assertThat(Announced.RELEASES).hasSize(1);
    Embeddings made = ReleaseFiles.read(Announced.RELEASES.take(), work, EmbeddingRelease::load);
    assertThat(made.users()).contains("u0", "u59");
    assertThat(made.items()).contains("t0", "t39");
  }

  @Test
  void checkpointsCompleteWhileEitherStepIsUnderWay() throws Exception {
    start("none");
    checkpointInterval = "10 ms";
    define(OFTEN, endless(), new TestRound());
    JobClient job = env.executeAsync();

    Preparing first = TestRound.nextPreparing();
    awaitCheckpoints();
    assertThat(first.prepared()).isNotDone();
    Prepared prepared = prepare();
    first.prepared().complete(prepared);
    Finishing second = TestRound.nextFinishing();
    awaitCheckpoints();
    assertThat(second.outcome()).isNotDone();
    second.outcome().complete(new Outcome(release("v3"), .3, .2));

    assertThat(Announced.RELEASES.take()).isEqualTo(release("v3"));
    assertThat(second.material()).isEqualTo(prepared.material());
    assertThat(second.vectors()).hasSize((100 + 80) * Domains.CONFIG.encoder().vectorWidth());
    assertThat(second.current()).isEqualTo(release("v1"));
    cancel(job);
  }

  @Test
  void everySubtaskEncodes() throws Exception {
    start("none");
    define(OFTEN, endless(), new TestRound());
    JobClient job = env.executeAsync();
    TestRound.nextPreparing().prepared().complete(prepare());
    TestRound.nextFinishing();

    List<Long> encoded =
        metrics("numRecordsIn", job.getJobID(), "encode nodes")
            .map(c -> ((Counter) c).getCount())
            .toList();
    assertThat(encoded).hasSize(2).allMatch(parts -> parts > 0);
    cancel(job);
  }

  @Test
  void failureWhileARoundIsFinishedLosesTheRoundAlone() throws Exception {
    start("fixed-delay");
    checkpointInterval = "10 ms";
    define(OFTEN, endless(), new TestRound());
    JobClient job = env.executeAsync();
    TestRound.nextPreparing().prepared().complete(prepare());
    TestRound.nextFinishing();
    awaitCheckpoints();
    Preparing cutOff = TestRound.nextPreparing(); // so that the run begins no other

    EndlessClicks.FAIL.set(true);
    Preparing again = TestRound.nextPreparing();
    assertThat(cutOff.stopped().getAsBoolean()).isTrue();
    again.prepared().complete(prepare());
    TestRound.nextFinishing().outcome().complete(new Outcome(release("v3"), .3, .2));

    assertThat(Announced.RELEASES.take()).isEqualTo(release("v3"));
    cancel(job);
    assertThat(Announced.RELEASES).isEmpty();
  }

  @Test
  void roundsCanBeSeen() throws Exception {
    start("none");
    define(OFTEN, endless(), new TestRound());
    JobClient job = env.executeAsync();
    Prepared prepared = prepare();

    TestRound.nextPreparing().prepared().completeExceptionally(new IOException("a test's"));
    TestRound.nextPreparing().prepared().complete(prepared);
    TestRound.nextFinishing().outcome().completeExceptionally(new IOException("a test's"));
    TestRound.nextPreparing().prepared().complete(prepared);
    TestRound.nextFinishing().outcome().complete(new Outcome(null, .1, .2));
    TestRound.nextPreparing().prepared().complete(prepared);
    TestRound.nextFinishing().outcome().complete(new Outcome(release("v3"), .3, .2));
    Announced.RELEASES.take();

    JobID id = job.getJobID();
    assertThat(count(Metrics.FAILED_ROUNDS, id, "prepare embeddings")).isEqualTo(1);
    assertThat(count(Metrics.DEVICE_FALLBACKS, id, "prepare embeddings")).isEqualTo(1);
    assertThat(count(Metrics.FAILED_ROUNDS, id, "finish embeddings")).isEqualTo(1);
    assertThat(count(Metrics.ROUNDS, id, "finish embeddings")).isGreaterThanOrEqualTo(3);
    assertThat(count(Metrics.WORSE_ROUNDS, id, "finish embeddings")).isEqualTo(1);
    assertThat(gauge(Metrics.VALIDATION_RECALL, id)).isEqualTo(.3);
    assertThat(gauge(Metrics.ROUND_SECONDS, id)).isPositive();
    cancel(job);
  }

  /**
   * Returns when the job is over: a round that it began later would be taken for the next test's.
   */
  private static void cancel(JobClient job) throws Exception {
    job.cancel().get();
    assertThat(job.getJobExecutionResult()).failsWithin(Duration.ofSeconds(30));
  }

  private static void awaitCheckpoints() throws InterruptedException {
    EndlessClicks.COMPLETED.clear();
    for (int i = 0; i < 5; i++) {
      EndlessClicks.COMPLETED.take();
    }
  }

  /** Returns a first step's end, with nodes to be encoded. */
  private Prepared prepare() throws Exception {
    return new PcRecRound(
            "job", Domains.CONFIG, new ReleaseRule(0, true), new ReleaseFolder("memory:/", 2))
        .prepare(Domains.SOURCE, Domains.TARGET, null, ComputeDevice.CPU, work, () -> false);
  }

  private void start(String restartStrategy) {
    Configuration configuration =
        new Configuration()
            .set(RestartStrategyOptions.RESTART_STRATEGY, restartStrategy)
            .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
    env =
        StreamExecutionEnvironment.createLocalEnvironment(
            2, reporter.addToConfiguration(configuration));
  }

  private void define(
      Schedule schedule, DataStream<Received<ClickEvent>> target, EmbeddingRound round) {
    EmbeddingJobConfig given =
        EmbeddingJobConfig.of(
            Map.of(
                "freshet.kafka.bootstrap-servers", "nowhere:9092",
                "freshet.checkpoint.interval", checkpointInterval,
                "freshet.embedding.release-directory", "memory:/"));
    given.flink().applyTo(env);
    EmbeddingJobConfig config =
        new EmbeddingJobConfig(
            given.kafka(),
            given.clickFiles(),
            schedule,
            Domains.CONFIG,
            given.rule(),
            given.releases(),
            NO_GPU,
            given.flink());
    EmbeddingInputs inputs =
        new EmbeddingInputs(known("source", Domains.SOURCE), target, noReleases());
    EmbeddingRefreshJob.refresh(
            inputs, config, round, round instanceof TestRound ? release("v1") : null)
        .sinkTo(new Announced())
        .uid("announced");
  }

  private DataStream<Received<ClickEvent>> known(String name, List<ClickEvent> clicks) {
    return env.fromData(
            clicks.stream().map(EmbeddingRefreshJobTest::received).toList(),
            Received.type(ClickEvent.class))
        .uid(name);
  }

  private DataStream<Received<Release>> noReleases() {
    return env.fromData(
            List.of(
                new Received<>(
                    new Release(
                        "bst", "bst", "v9", "memory:/", null, Instant.EPOCH, Map.of(), Map.of()),
                    "releases",
                    0,
                    0)),
            Received.type(Release.class))
        .uid("releases")
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
        .map(new EndlessClicks())
        .returns(Received.type(ClickEvent.class))
        .uid("endless");
  }

  private static Received<ClickEvent> received(ClickEvent click) {
    return new Received<>(click, "click-events", 0, 0);
  }

  private static Release release(String version) {
    return new Release(
        "pcrec", "pcrec", version, "memory:/" + version, null, Instant.EPOCH, Map.of(), Map.of());
  }

  private long count(String name, JobID job, String operator) {
    return metrics(name, job, operator).mapToLong(metric -> ((Counter) metric).getCount()).sum();
  }

  private double gauge(String name, JobID job) {
    List<Metric> found = metrics(name, job, "finish embeddings").toList();
    assertThat(found).as("metrics named " + name).hasSize(1);
    return (Double) ((Gauge<?>) found.get(0)).getValue();
  }

  private Stream<Metric> metrics(String name, JobID job, String operator) {
    return reporter.getMetricsByGroup().entrySet().stream()
        .filter(
            group ->
                job.toString().equals(group.getKey().getAllVariables().get("<job_id>"))
                    && operator.equals(group.getKey().getAllVariables().get("<operator_name>")))
        .flatMap(group -> group.getValue().entrySet().stream())
        .filter(metric -> metric.getKey().equals(name))
        .map(Map.Entry::getValue);
  }

  /** Tells the one test that runs of checkpoints that have completed, and fails once if told so. */
  private static final class EndlessClicks
      implements MapFunction<Long, Received<ClickEvent>>, CheckpointListener {
    private static final long serialVersionUID = 1;
    private static final BlockingQueue<Long> COMPLETED = new LinkedBlockingQueue<>();
    private static final AtomicBoolean FAIL = new AtomicBoolean();

    @Override
    public Received<ClickEvent> map(Long number) {
      if (FAIL.compareAndSet(true, false)) {
        throw new IllegalStateException("a test's");
      }
      return received(Domains.click("u" + number % 7, "t" + number % 11, number.intValue()));
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
