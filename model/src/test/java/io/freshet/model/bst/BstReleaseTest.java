package io.freshet.model.bst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.freshet.model.CandidateScorer;
import io.freshet.model.ClickLog;
import io.freshet.model.ComputeDevice;
import io.freshet.model.ItemTable;
import io.freshet.model.LoadedRelease;
import io.freshet.model.Ranking;
import io.freshet.model.ScoringRequest;
import io.freshet.model.network.Logs;
import io.freshet.model.network.TinyBst;
import io.freshet.model.network.TrainedNetwork;
import io.freshet.schemas.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BstReleaseTest {
  private static final int ALL = Integer.MAX_VALUE;
  private static final Instant CREATED = Instant.parse("2026-03-01T12:34:56.789Z");
  private static final String WEIGHTS = "weights.safetensors";

  private final ClickLog log = Logs.random(10, 200, 50, 1);
  @TempDir private Path parent;
  private TrainedBst trained;
  private Path release;

  @BeforeEach
  void writeRelease() throws IOException {
    trained = trained(TinyBst.CONFIG);
    release = BstRelease.write(trained, CREATED, parent);
  }

  @AfterEach
  void freeWeights() {
    trained.close();
  }

  @ParameterizedTest
  @MethodSource("io.freshet.model.network.TinyBst#forms")
  void scoresAsTheTrainedNetworkDoes(BstConfig config) throws IOException {
    Random random = new Random(1);
    List<ScoringRequest> requests =
        List.of(TinyBst.request(random, 7, 9), TinyBst.request(random, 0, 3));
    try (TrainedBst original = trained(config);
        CandidateScorer inMemory = original.network().newScorer();
        LoadedRelease loaded =
            BstRelease.load(BstRelease.write(original, CREATED, parent.resolve("own")));
        CandidateScorer fromDisk = loaded.newScorer(ComputeDevice.CPU)) {
      List<Ranking> expected = inMemory.score(requests, ALL);
      List<Ranking> rankings = fromDisk.score(requests, ALL);
      for (int i = 0; i < requests.size(); i++) {
        assertThat(rankings.get(i).scores()).isEqualTo(expected.get(i).scores());
        assertThat(rankings.get(i).attention()).isDeepEqualTo(expected.get(i).attention());
      }
    }
  }

  @Test
  void networkThatHasLearntNothingIsReleasedLikeAnyOther() throws IOException {
    try (TrainedBst untrained = TrainedBst.untrained(TinyBst.CONFIG, log, 1);
        TrainedBst other = TrainedBst.untrained(TinyBst.CONFIG, log, 2);
        LoadedRelease loaded =
            BstRelease.load(BstRelease.write(untrained, CREATED, parent.resolve("own")));
        CandidateScorer fromDisk = loaded.newScorer(ComputeDevice.CPU);
        CandidateScorer otherwise = other.network().newScorer()) {
      List<ScoringRequest> requests = List.of(TinyBst.request(new Random(1), 3, 4));
      float[] scores = fromDisk.score(requests).get(0).scores();
      for (float score : scores) {
        assertThat(score).isBetween(0f, 1f);
      }
      assertThat(otherwise.score(requests).get(0).scores()).isNotEqualTo(scores);
      assertThat(loaded.items().popular())
          .toIterable()
          .containsExactlyElementsOf(() -> trained.items().popular());
      assertThat(untrained.network().vocabularies().items().contains("i1")).isTrue();
    }
  }

  @Test
  void itsFilesAreNotNeededOnceItIsLoaded() throws IOException {
    try (LoadedRelease loaded = BstRelease.load(release)) {
      for (Path file : files()) {
        Files.delete(file);
      }
      try (CandidateScorer scorer = loaded.newScorer(ComputeDevice.CPU)) {
        assertThat(scorer.score(List.of(TinyBst.request(new Random(1), 3, 4)))).hasSize(1);
      }
      assertThat(loaded.items().popular())
          .toIterable()
          .containsExactlyElementsOf(() -> trained.items().popular());
      assertThat(loaded.items().similarTo(List.of("i1")))
          .toIterable()
          .containsExactlyElementsOf(() -> trained.items().similarTo(List.of("i1")));
    }
  }

  @Test
  void versionTellsTheTimeAndTheContent() throws IOException {
    String version = release.getFileName().toString();
    assertThat(version).matches("20260301-123456-[0-9a-f]{8}");
    try (LoadedRelease loaded = BstRelease.load(release);
        TrainedBst other = trained(TinyBst.CONFIG.with(2, BstConfig.Readout.TARGET))) {
      assertThat(loaded.version()).isEqualTo(version);
      assertThat(BstRelease.write(other, CREATED, parent)).isNotEqualTo(release);
    }
    try (Stream<Path> all = Files.list(parent)) {
      assertThat(all).as("releases, and no drafts").hasSize(2);
    }
  }

  @Test
  void announcementNamesTheManifestByItsSum() throws Exception {
    byte[] manifest = Files.readAllBytes(release.resolve("manifest.json"));
    String sum = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(manifest));
    assertThat(BstRelease.describe(release, "s3://models/bst/1"))
        .isEqualTo(
            new Release(
                "bst",
                "bst",
                release.getFileName().toString(),
                "s3://models/bst/1",
                sum,
                CREATED,
                trained.metrics(),
                Map.of()));
  }

  @Test
  void releaseFromBeforeThereWereVectorsHasNone() throws IOException {
    changeManifest(
        json -> {
          ((ObjectNode) json.path("network")).remove("vector_width");
          return json;
        });
    try (TrainedBst old = BstRelease.read(release)) {
      assertThat(old.config()).isEqualTo(TinyBst.CONFIG);
    }
  }

  @Test
  void formThatLacksAnythingElseIsRefused() throws IOException {
    changeManifest(
        json -> {
          ((ObjectNode) json.path("network")).remove("heads");
          return json;
        });
    assertRefused("manifest.json is damaged");
  }

  @Test
  void metricThatIsNoNumberComesBack() throws IOException {
    changeManifest(json -> json.set("metrics", json.objectNode().put("auc", Double.NaN)));
    assertThat(BstRelease.describe(release, "uri").metrics()).containsEntry("auc", Double.NaN);
  }

  @Test
  void whoeverMayReadOtherFilesMayReadIt() throws IOException {
    Path other = Files.createDirectory(parent.resolve("other"));
    assertThat(Files.getPosixFilePermissions(release))
        .isEqualTo(Files.getPosixFilePermissions(other));
  }

  @Test
  void anyChangedByteIsNoticed() throws IOException {
    for (Path file : sealedFiles()) {
      byte[] whole = Files.readAllBytes(file);
      for (int at : new int[] {0, whole.length / 2, whole.length - 1}) {
        byte[] flipped = whole.clone();
        flipped[at] ^= 1;
        Files.write(file, flipped);
        assertRefused(file.getFileName() + " must be");
      }
      Files.write(file, whole);
    }
    BstRelease.load(release).close();
  }

  @Test
  void cutFileIsNoticed() throws IOException {
    for (Path file : sealedFiles()) {
      byte[] whole = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(whole, whole.length - 1));
      assertRefused(file.getFileName() + " must be");
      Files.write(file, whole);
    }
  }

  @Test
  void missingFileIsNamed() throws IOException {
    for (Path file : sealedFiles()) {
      byte[] whole = Files.readAllBytes(file);
      Files.delete(file);
      assertRefused(file.getFileName() + " is missing");
      Files.write(file, whole);
    }
  }

  @Test
  void withoutItsManifestItIsNoRelease() throws IOException {
    Files.delete(release.resolve("manifest.json"));
    assertRefused("no manifest.json: it is no release, or not written whole");
    assertThatThrownBy(() -> BstRelease.describe(release, "uri"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no manifest.json");
  }

  @Test
  void manifestIsWrittenLast() throws IOException {
    List<String> names = new ArrayList<>(List.of("manifest.json"));
    new JsonMapper()
        .readTree(release.resolve("manifest.json").toFile())
        .path("files")
        .fieldNames()
        .forEachRemaining(names::add);
    assertThat(files())
        .extracting(file -> file.getFileName().toString())
        .containsExactlyInAnyOrderElementsOf(names);
    for (Path file : sealedFiles()) {
      assertThat(Files.getLastModifiedTime(file))
          .isLessThanOrEqualTo(Files.getLastModifiedTime(release.resolve("manifest.json")));
    }
  }

  @Test
  void manifestOfAnotherKindOrFormatIsRefused() throws IOException {
    changeManifest(json -> json.put("kind", "pcrec"));
    assertRefused("kind must be bst, was pcrec");
    changeManifest(json -> json.put("kind", "bst").put("format", 2));
    assertRefused("format must be 1, was 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "created_at", "network", "metrics", "files"})
  void manifestThatLacksSomethingIsRefused(String field) throws IOException {
    changeManifest(json -> json.without(List.of(field)));
    assertRefused("manifest.json is damaged");
  }

  @Test
  void cutManifestIsRefused() throws IOException {
    Path file = release.resolve("manifest.json");
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 1, whole.length / 2, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> BstRelease.load(release))
          .as("of %d bytes", length)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(release.toString());
    }
  }

  @Test
  void weightsThatNobodyCanReadAreRefusedWhateverTheManifestSays() throws Exception {
    Path weights = release.resolve(WEIGHTS);
    byte[] whole = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(whole, whole.length / 2));
    byte[] cut = Files.readAllBytes(weights);
    String sum = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(cut));
    changeManifest(
        json -> {
          ((ObjectNode) json.path("files").path(WEIGHTS))
              .put("size", cut.length)
              .put("sha256", sum);
          return json;
        });
    assertThatThrownBy(() -> BstRelease.load(release))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(WEIGHTS);
  }

  @Test
  void newestIsTheOneAnnouncedLastUnlessItIsWithdrawn() {
    Release first = announced("bst", "bst", "1");
    Release second = announced("bst", "bst", "2");

    assertThat(BstRelease.newest(null, first)).isEqualTo(first);
    assertThat(BstRelease.newest(second, first)).isEqualTo(first);
    assertThat(BstRelease.newest(first, announced("pcrec", "pcrec", "3"))).isEqualTo(first);
    assertThat(BstRelease.newest(first, Release.withdrawn("pcrec"))).isEqualTo(first);
    assertThat(BstRelease.newest(first, Release.withdrawn("bst"))).isNull();
    assertThat(BstRelease.newest(null, Release.withdrawn("bst"))).isNull();
  }

  private static Release announced(String artifact, String kind, String version) {
    return new Release(
        artifact, kind, version, "memory:/", null, Instant.EPOCH, Map.of(), Map.of());
  }

  private void assertRefused(String reason) {
    assertThatThrownBy(() -> BstRelease.load(release))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(release.toString())
        .hasMessageContaining(reason);
  }

  private void changeManifest(UnaryOperator<ObjectNode> change) throws IOException {
    JsonMapper mapper = new JsonMapper();
    Path file = release.resolve("manifest.json");
    ObjectNode json = (ObjectNode) mapper.readTree(file.toFile());
    mapper.writeValue(file.toFile(), change.apply(json));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(release)) {
      return files.toList();
    }
  }

  private List<Path> sealedFiles() throws IOException {
    List<Path> sealed = files().stream().filter(file -> !file.endsWith("manifest.json")).toList();
    assertThat(sealed).hasSize(5);
    return sealed;
  }

  private TrainedBst trained(BstConfig config) {
    NDManager manager = NDManager.newBaseManager();
    return new TrainedBst(
        new TrainedNetwork(
            config,
            TinyBst.VOCABULARIES,
            TinyBst.weights(config, manager, 1),
            Map.of("validation_auc", .75),
            manager),
        ItemTable.of(log));
  }
}
