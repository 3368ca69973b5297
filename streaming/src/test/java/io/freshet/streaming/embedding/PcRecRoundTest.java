package io.freshet.streaming.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.freshet.model.ComputeDevice;
import io.freshet.model.ReleaseRule;
import io.freshet.model.baseline.BprConfig;
import io.freshet.model.embedding.EmbeddingConfig;
import io.freshet.model.pcrec.EmbeddingRelease;
import io.freshet.model.pcrec.Embeddings;
import io.freshet.model.pcrec.GraphEncoder;
import io.freshet.schemas.Release;
import io.freshet.streaming.ReleaseFiles;
import io.freshet.streaming.ReleaseFolder;
import io.freshet.streaming.embedding.EmbeddingRound.Outcome;
import io.freshet.streaming.embedding.EmbeddingRound.Prepared;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PcRecRoundTest {
  @TempDir private Path work;
  private Path scratch;
  private int releasesMax = 20;

  @BeforeEach
  void makeScratch() throws Exception {
    scratch = Files.createDirectory(work.resolve("scratch"));
  }

  @AfterEach
  void nothingStaysInScratch() {
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void firstReleaseStandsWhereItsRecordSays() throws Exception {
    Outcome outcome = run(round(0), null);

    assertThat(outcome.validationRecall()).isGreaterThan(.7);
    assertThat(outcome.currentRecall()).isNaN();
    assertThat(outcome.release().kind()).isEqualTo("pcrec");
    assertThat(outcome.release().metrics())
        .containsEntry("validation_recall_at_20", outcome.validationRecall());
    Embeddings loaded = load(outcome.release());
    assertThat(loaded.version()).isEqualTo(outcome.release().version());
    assertThat(loaded.ofUser("u1")).hasSize(Domains.CONFIG.encoder().vectorWidth());
    assertThat(loaded.ofItem("t1")).hasSize(Domains.CONFIG.encoder().vectorWidth());
    assertThat(loaded.ofItem("s1")).as("of the source").isNull();
  }

  @Test
  void nextRoundIsHeldAgainstTheReleaseInUseAndTurnedOntoIt() throws Exception {
    Outcome first = run(round(1), null);

    Outcome second = run(round(1), first.release());

    assertThat(second.currentRecall()).isCloseTo(first.validationRecall(), within(1e-6));
    assertThat(second.release().metrics()).containsKey("alignment_residual");
    assertThat(second.release().version()).isNotEqualTo(first.release().version());
  }

  @Test
  void whatIsWorseThanTheReleaseInUseIsNotReleased() throws Exception {
    Outcome first = run(round(0), null);
    Prepared prepared =
        round(0)
            .prepare(Domains.SOURCE, Domains.TARGET, null, ComputeDevice.CPU, scratch, () -> false);
    BprConfig slow = new BprConfig(8, 1e-9f, 0, 64, 1, 1, 1);
    EmbeddingConfig untaught =
        new EmbeddingConfig(Domains.CONFIG.encoder(), 2, slow, Domains.CONFIG.validatedUsersMax());
    float[] same = new float[vectors(prepared).length];

    Outcome worse =
        new PcRecRound("job", untaught, new ReleaseRule(.01, true), releases())
            .finish(prepared.material(), same, first.release(), scratch, () -> false);

    assertThat(worse.validationRecall()).isLessThan(first.validationRecall());
    assertThat(worse.release()).isNull();
    try (var releases = Files.list(work.resolve("releases"))) {
      assertThat(releases).hasSize(1);
    }
  }

  @Test
  void roundThatNobodyWaitsForEndsInEitherStep() throws Exception {
    assertThatThrownBy(
            () ->
                round(0)
                    .prepare(
                        Domains.SOURCE,
                        Domains.TARGET,
                        null,
                        ComputeDevice.CPU,
                        scratch,
                        () -> true))
        .isInstanceOf(CancellationException.class);
    Prepared prepared =
        round(0)
            .prepare(Domains.SOURCE, Domains.TARGET, null, ComputeDevice.CPU, scratch, () -> false);
    assertThatThrownBy(
            () ->
                round(0).finish(prepared.material(), vectors(prepared), null, scratch, () -> true))
        .isInstanceOf(CancellationException.class);
    assertThat(work.resolve("releases")).doesNotExist();
  }

  @Test
  void preTrainingThatWasCutOffIsGoneOnFromWhateverAnotherJobDidMeanwhile() throws Exception {
    AtomicInteger heard = new AtomicInteger();
    assertThatThrownBy(() -> preTrain("one", () -> heard.incrementAndGet() == 11))
        .isInstanceOf(CancellationException.class);

    preTrain("other", () -> false);
    heard.set(0);
    preTrain("one", () -> heard.incrementAndGet() == 11);

    assertThat(heard).as("20 steps of 120, by tens").hasValue(2);
  }

  private void preTrain(String job, BooleanSupplier stopped) throws Exception {
    EmbeddingConfig config =
        new EmbeddingConfig(
            Domains.CONFIG.encoder().withSteps(120),
            Domains.CONFIG.sourceCore(),
            Domains.CONFIG.tuning(),
            Domains.CONFIG.validatedUsersMax());
    new PcRecRound(job, config, new ReleaseRule(0, true), releases())
        .prepare(Domains.SOURCE, Domains.TARGET, null, ComputeDevice.CPU, scratch, stopped);
  }

  @Test
  void oldestReleaseMakesRoomForANewOneUnlessItIsTheOneAnnounced() throws Exception {
    releasesMax = 1;
    Release first = run(round(1), null).release();
    Release second = run(round(1), first).release();
    assertThat(load(first).version()).isEqualTo(first.version());

    Release third = run(round(1), second).release();

    assertThatThrownBy(() -> load(first)).hasMessageContaining("there is no such directory");
    assertThat(load(second).version()).isEqualTo(second.version());
    assertThat(load(third).version()).isEqualTo(third.version());
  }

  @Test
  void releaseInUseThatCannotBeReadFailsTheRound() {
    Release lost =
        new Release(
            "pcrec",
            "pcrec",
            "v1",
            work.resolve("lost").toUri().toString(),
            null,
            Instant.EPOCH,
            Map.of(),
            Map.of());
    assertThatThrownBy(() -> run(round(0), lost)).hasMessageContaining("lost");
  }

  private Outcome run(PcRecRound round, Release current) throws Exception {
    Prepared prepared =
        round.prepare(
            Domains.SOURCE, Domains.TARGET, current, ComputeDevice.CPU, scratch, () -> false);
    return round.finish(prepared.material(), vectors(prepared), current, scratch, () -> false);
  }

  private static float[] vectors(Prepared prepared) throws Exception {
    float[] all = new float[0];
    try (GraphEncoder encoder =
        GraphEncoder.ofBytes(Domains.CONFIG.encoder(), prepared.encoder())) {
      for (int chunk = 0; chunk < prepared.chunks(); chunk++) {
        float[] some = encoder.encode(prepared.networks().apply(chunk));
        int from = all.length;
        all = Arrays.copyOf(all, from + some.length);
        System.arraycopy(some, 0, all, from, some.length);
      }
    }
    return all;
  }

  private PcRecRound round(double tolerance) {
    return new PcRecRound("job", Domains.CONFIG, new ReleaseRule(tolerance, true), releases());
  }

  private ReleaseFolder releases() {
    return new ReleaseFolder(work.resolve("releases").toUri().toString(), releasesMax);
  }

  private Embeddings load(Release release) throws Exception {
    return ReleaseFiles.read(release, scratch, EmbeddingRelease::load);
  }
}
