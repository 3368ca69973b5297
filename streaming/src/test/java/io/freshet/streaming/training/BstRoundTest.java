package io.freshet.streaming.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.freshet.model.ClickLog;
import io.freshet.model.ComputeDevice;
import io.freshet.model.LoadedRelease;
import io.freshet.model.ReleaseRule;
import io.freshet.model.TrainingLog;
import io.freshet.model.bst.BstRelease;
import io.freshet.model.bst.TrainedBst;
import io.freshet.model.pcrec.EmbeddingRelease;
import io.freshet.model.pcrec.Embeddings;
import io.freshet.model.pcrec.GraphEncoder;
import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.model.pcrec.PcRecConfig;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Item;
import io.freshet.schemas.Release;
import io.freshet.streaming.ReleaseFiles;
import io.freshet.streaming.ReleaseFolder;
import io.freshet.streaming.training.TrainingJobConfig.Learning;
import io.freshet.streaming.training.TrainingJobConfig.Network;
import io.freshet.streaming.training.TrainingRound.Announced;
import io.freshet.streaming.training.TrainingRound.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class BstRoundTest {
  private static final Duration AS_LONG_AS_IT_TAKES = Duration.ofDays(1);
  private static final int ITEMS = 30;

  private final TrainingLog log = walks(1_200);
  private int releasesMax = 100;
  @TempDir private Path work;
  private Path scratch;

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
    Outcome outcome =
        round(Network.SMALL, AS_LONG_AS_IT_TAKES, 0)
            .run(walks(4_800), Announced.NOTHING, ComputeDevice.CPU, scratch, () -> false);

    assertThat(outcome.validationAuc()).isGreaterThan(.9);
    assertThat(outcome.currentAuc()).isNaN();
    assertThat(outcome.release().metrics().get("validation_grouped_auc"))
        .as("of the clicks that chose the epoch")
        .isGreaterThan(.6)
        .isNotEqualTo(outcome.validationAuc());
    try (LoadedRelease loaded = ReleaseFiles.read(outcome.release(), scratch, BstRelease::load)) {
      assertThat(loaded.version()).isEqualTo(outcome.release().version());
      assertThat(loaded.items().popular()).toIterable().hasSize(ITEMS);
    }
  }

  @Test
  void roundIsHeldAgainstTheReleaseInUse() throws Exception {
    BstRound round = round(Network.SMALL, AS_LONG_AS_IT_TAKES, 1);
    Outcome first = round.run(log, Announced.NOTHING, ComputeDevice.CPU, scratch, () -> false);

    Outcome second =
        round.run(
            log, new Announced(first.release(), null), ComputeDevice.CPU, scratch, () -> false);

    assertThat(second.currentAuc()).isEqualTo(first.validationAuc(), within(1e-6));
    assertThat(second.release().version()).isNotEqualTo(first.release().version());
  }

  @Test
  void roundKnowsWhatTheReleaseInUseHasLearnt() throws Exception {
    BstRound round = round(Network.SMALL, AS_LONG_AS_IT_TAKES, 1);
    Outcome first =
        round.run(walks(4_800), Announced.NOTHING, ComputeDevice.CPU, scratch, () -> false);
    TrainingLog few = walks(400);

    Outcome fromNothing =
        round.run(few, Announced.NOTHING, ComputeDevice.CPU, scratch, () -> false);
    Outcome goingOn =
        round.run(
            few, new Announced(first.release(), null), ComputeDevice.CPU, scratch, () -> false);

    assertThat(goingOn.validationAuc()).isGreaterThan(fromNothing.validationAuc() + .1);
  }

  @Test
  void releaseOfAnotherFormIsHeldAgainstButNotGoneOnFrom() throws Exception {
    Outcome small =
        round(Network.SMALL, AS_LONG_AS_IT_TAKES, 1)
            .run(log, Announced.NOTHING, ComputeDevice.CPU, scratch, () -> false);

    Outcome standard =
        round(Network.STANDARD, Duration.ofSeconds(2), 1)
            .run(
                log, new Announced(small.release(), null), ComputeDevice.CPU, scratch, () -> false);

    assertThat(standard.currentAuc()).isEqualTo(small.validationAuc(), within(1e-6));
  }

  @Test
  void vectorsOfTheEmbeddingsAnnouncedAreLearntFromWhereThereAreAny() throws Exception {
    BstRound round = round(Network.SMALL, AS_LONG_AS_IT_TAKES, 1);
    Outcome without =
        round.run(walks(4_800), Announced.NOTHING, ComputeDevice.CPU, scratch, () -> false);
    TrainingLog few = walks(400);

    Outcome with =
        round.run(
            few,
            new Announced(without.release(), embeddings()),
            ComputeDevice.CPU,
            scratch,
            () -> false);
    Outcome withoutAgain =
        round.run(
            few, new Announced(with.release(), null), ComputeDevice.CPU, scratch, () -> false);

    assertThat(vectorWidth(without)).isZero();
    assertThat(vectorWidth(with)).isEqualTo(2);
    assertThat(vectorWidth(withoutAgain)).isZero();
    Outcome fromNothing =
        round.run(few, Announced.NOTHING, ComputeDevice.CPU, scratch, () -> false);
    assertThat(with.validationAuc())
        .as("goes on from what knew of no vectors")
        .isGreaterThan(fromNothing.validationAuc() + .1);
    assertThat(withoutAgain.validationAuc()).isGreaterThan(fromNothing.validationAuc() + .1);
  }

  @Test
  void vectorsAreLeftAloneWhereNobodyWantsThem() throws Exception {
    BstRound round = round(Network.SMALL, false, AS_LONG_AS_IT_TAKES, 1);

    Outcome outcome =
        round.run(
            walks(400), new Announced(null, embeddings()), ComputeDevice.CPU, scratch, () -> false);

    assertThat(vectorWidth(outcome)).isZero();
  }

  private int vectorWidth(Outcome outcome) throws Exception {
    try (TrainedBst trained = ReleaseFiles.read(outcome.release(), scratch, BstRelease::read)) {
      return trained.config().vectorWidth();
    }
  }

  private Release embeddings() throws Exception {
    List<String> items = IntStream.range(0, ITEMS).mapToObj(i -> "i" + i).toList();
    float[] values = new float[2 * ITEMS];
    for (int i = 0; i < ITEMS; i++) {
      values[2 * i] = (float) Math.sin(i);
      values[2 * i + 1] = (float) Math.cos(i);
    }
    Embeddings embeddings = Embeddings.of(2, List.of("u1"), new float[] {1, 0}, items, values);
    PcRecConfig untrained = PcRecConfig.standard().withSteps(0).withWidths(2, 0);
    try (GraphEncoder encoder =
        GraphEncoder.pretrain(
            InteractionGraph.of(List.of()), untrained, 1, (done, steps, loss) -> {})) {
      Path directory =
          EmbeddingRelease.write(
              encoder, embeddings, Map.of(), Instant.EPOCH, work.resolve("embeddings"));
      return EmbeddingRelease.describe(directory, directory.toUri().toString());
    }
  }

  @Test
  void oldestReleaseMakesRoomForANewOneUnlessItIsTheOneAnnounced() throws Exception {
    releasesMax = 1;
    BstRound round = round(Network.SMALL, AS_LONG_AS_IT_TAKES, 1);
    Release first = released(round, null);
    Release second = released(round, first);
    assertThat(releaseNames()).containsExactlyInAnyOrder(first.version(), second.version());

    Release third = released(round, second);

    assertThat(releaseNames()).containsExactlyInAnyOrder(second.version(), third.version());
  }

  private Release released(BstRound round, Release announced) throws Exception {
    Announced before = new Announced(announced, null);
    return round.run(log, before, ComputeDevice.CPU, scratch, () -> false).release();
  }

  private List<String> releaseNames() throws Exception {
    try (var releases = Files.list(work.resolve("releases"))) {
      return releases.map(release -> release.getFileName().toString()).toList();
    }
  }

  @Test
  void roundThatNobodyWaitsForEnds() {
    assertThatThrownBy(
            () ->
                round(Network.SMALL, AS_LONG_AS_IT_TAKES, 0)
                    .run(log, Announced.NOTHING, ComputeDevice.CPU, scratch, () -> true))
        .isInstanceOf(CancellationException.class);
    assertThat(work.resolve("releases")).doesNotExist();
  }

  @Test
  void releaseInUseThatCannotBeReadFailsTheRound() {
    Release lost =
        new Release(
            "bst",
            "bst",
            "v1",
            work.resolve("lost").toUri().toString(),
            null,
            Instant.EPOCH,
            Map.of(),
            Map.of());

    assertThatThrownBy(
            () ->
                round(Network.SMALL, AS_LONG_AS_IT_TAKES, 0)
                    .run(log, new Announced(lost, null), ComputeDevice.CPU, scratch, () -> false))
        .hasMessageContaining("lost");
  }

  private BstRound round(Network network, Duration limit, double tolerance) {
    return round(network, true, limit, tolerance);
  }

  private BstRound round(Network network, boolean vectors, Duration limit, double tolerance) {
    return new BstRound(
        new Learning(
            network,
            vectors,
            limit,
            new ReleaseRule(tolerance, false),
            new ReleaseFolder(work.resolve("releases").toUri().toString(), releasesMax)));
  }

  /** Users who walk along the shelf, each from a place of their own. */
  private static TrainingLog walks(int clicks) {
    List<ClickEvent> events = new ArrayList<>();
    for (int i = 0; i < clicks; i++) {
      int user = i % 40;
      String item = "i" + (user * 7 + i / 40) % ITEMS;
      events.add(
          new ClickEvent(
              "%05d".formatted(i),
              "u" + user,
              item,
              Instant.ofEpochSecond(1_500_000_000L + 60L * i),
              "click",
              null,
              Map.of()));
    }
    List<Item> items =
        IntStream.range(0, ITEMS)
            .mapToObj(i -> new Item("i" + i, "shelf" + i % 3, null, null, true))
            .toList();
    return TrainingLog.of(new ClickLog(events, items));
  }
}
