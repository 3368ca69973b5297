package io.freshet.streaming.recommendation;

import static io.freshet.streaming.recommendation.TestRecords.config;
import static io.freshet.streaming.recommendation.TestRecords.release;
import static io.freshet.streaming.recommendation.TestReleases.BROKEN;
import static io.freshet.streaming.recommendation.TestReleases.POISON;
import static io.freshet.streaming.recommendation.TestReleases.SCORED_ON;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.model.ComputeDevice;
import io.freshet.model.ComputeDevice.Choice;
import io.freshet.model.ComputeDevice.Engine;
import io.freshet.model.ComputeDevice.Precision;
import io.freshet.schemas.Recommendation;
import io.freshet.streaming.DeviceOptions;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The scoring operator where a GPU is said to be, which may fail. */
class ScoreCandidatesDeviceTest extends ScoringOperatorTest {
  private static final ComputeDevice GPU = ComputeDevice.gpu(0);

  @Test
  void modelScoresOnTheDeviceInTheNumbersThatAreAskedFor() throws Exception {
    start(on(Precision.FLOAT16, DEFAULTS), release("v1"));

    process(task("ann", "a"));
    flush();

    assertThat(last().strategy()).isEqualTo("bst");
    assertThat(SCORED_ON).containsOnly(GPU.with(Precision.FLOAT16));
  }

  @Test
  void batchThatTheDeviceFailsOnIsScoredOnTheCpuAndSoIsAllThatFollows() throws Exception {
    start(onGpu(DEFAULTS), release("v1"));
    process(task("ann", "a"));
    flush();
    assertThat(SCORED_ON).containsOnly(GPU);

    SCORED_ON.clear();
    BROKEN.add(GPU);
    process(task("bob", "b"), task("cid", "c"));
    flush();
    BROKEN.clear();
    process(task("dan", "d"));
    flush();

    assertThat(answers())
        .extracting(Recommendation::strategy, Recommendation::fallbackReason)
        .hasSize(4)
        .containsOnly(org.assertj.core.groups.Tuple.tuple("bst", null));
    assertThat(SCORED_ON).containsExactly(ComputeDevice.CPU, ComputeDevice.CPU);
  }

  @Test
  void releaseThatTheDeviceCannotTakeIsScoredOnTheCpu() throws Exception {
    BROKEN.add(GPU);
    start(onGpu(DEFAULTS), release("v1"));
    BROKEN.clear();

    process(task("ann", "a"));
    flush();

    assertThat(last().strategy()).isEqualTo("bst");
    assertThat(SCORED_ON).containsOnly(ComputeDevice.CPU);
  }

  @Test
  void nextReleaseIsTriedOnTheDeviceAgain() throws Exception {
    BROKEN.add(GPU);
    start(onGpu(DEFAULTS), release("v1"));
    BROKEN.clear();

    news(ScoringInput.of(release("v2")));
    awaitNewsOfLoading();
    harness.prepareSnapshotPreBarrier(1);
    SCORED_ON.clear();
    process(task("ann", "a"));
    flush();

    assertThat(last().modelVersion()).isEqualTo("v2");
    assertThat(SCORED_ON).containsOnly(GPU);
  }

  @Test
  void requestThatCannotBeScoredAnywhereIsNoFailureOfTheDevice() throws Exception {
    start(onGpu(DEFAULTS), release("v1"));
    SCORED_ON.clear();

    process(in(POISON, task("ann", "a")), task("bob", "b"));
    flush();
    process(task("cid", "c"));
    flush();

    assertThat(answers())
        .extracting(Recommendation::fallbackReason)
        .containsExactly(Fallback.SCORING_FAILED, null, null);
    assertThat(SCORED_ON).containsOnly(GPU);
  }

  @Test
  void modelScoresOnTheCpuByTheEngineThatIsAskedFor() throws Exception {
    start(config("freshet.device", "cpu"), release("v1"));
    process(task("ann", "a"));
    flush();
    assertThat(SCORED_ON).containsOnly(ComputeDevice.CPU.with(Engine.ONNXRUNTIME));

    harness.close();
    SCORED_ON.clear();
    start(config("freshet.device", "cpu", "freshet.scoring.engine", "pytorch"), release("v1"));
    process(task("bob", "b"));
    flush();
    assertThat(SCORED_ON).containsOnly(ComputeDevice.CPU);
  }

  @Test
  void fullBatchIsLargerOnAGpuUnlessItIsSaid() throws Exception {
    start(onGpu(DEFAULTS), release("v1"));
    process(tasks(255));
    assertThat(answers()).isEmpty();
    process(task("the last", "a"));
    assertThat(answers()).hasSize(256);

    BROKEN.add(GPU);
    process(tasks(256));
    BROKEN.clear();
    process(tasks(32));
    assertThat(answers()).as("32 on the CPU").hasSize(512 + 32);

    harness.close();
    start(onGpu(config("freshet.batch.size", "3")), release("v1"));
    process(tasks(3));
    assertThat(answers()).hasSize(3);
  }

  private static ScoringTask[] tasks(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> task("user-" + i, "a"))
        .toArray(ScoringTask[]::new);
  }

  private static RecommendationConfig onGpu(RecommendationConfig config) {
    return on(Precision.FLOAT32, config);
  }

  private static RecommendationConfig on(Precision precision, RecommendationConfig config) {
    return new RecommendationConfig(
        config.kafka(),
        config.memory(),
        config.triggers(),
        config.candidates(),
        config.batches(),
        config.releases(),
        new DeviceOptions(Choice.AUTO, precision, Engine.ONNXRUNTIME, (choice, subtask) -> GPU),
        config.flink());
  }
}
