package io.freshet.streaming.recommendation;

import static io.freshet.streaming.recommendation.TestRecords.NOON;
import static io.freshet.streaming.recommendation.TestRecords.embeddings;
import static io.freshet.streaming.recommendation.TestRecords.release;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Recommendation.RankedItem;
import io.freshet.schemas.Release;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ScoreCandidatesEmbeddingsTest extends ScoringOperatorTest {
  @Test
  void userKnownByAVectorAloneGetsWhatIsNearIt() throws Exception {
    start(DEFAULTS, release("v1"), embeddings("e1"));

    process(task("vic"), task("new"));
    flush();

    assertThat(sources(answers().get(0))).containsEntry("near1", "pcrec");
    assertThat(sources(answers().get(1))).containsOnlyKeys("a", "b", "c", "d", "e");
    assertThat(answers()).extracting(Recommendation::modelVersion).containsOnly("v1");
    assertThat(answers()).extracting(Recommendation::embeddingVersion).containsOnly("e1");
  }

  @Test
  void userOutsideTheReleaseIsWhereTheirItemsAre() throws Exception {
    start(DEFAULTS, release("v1"), embeddings("e1"));

    process(task("ann", "near2"), task("bob", "a"));
    flush();

    assertThat(sources(answers().get(0))).containsEntry("near1", "pcrec");
    assertThat(sources(answers().get(1))).doesNotContainKey("near1");
  }

  @Test
  void withoutEmbeddingsAnAnswerNamesNone() throws Exception {
    start(DEFAULTS, release("v1"));

    process(task("vic", "a"));
    flush();

    assertThat(last().embeddingVersion()).isNull();
    assertThat(sources(last())).doesNotContainValue("pcrec");
  }

  @Test
  void modelIsGivenTheVectors() throws Exception {
    start(DEFAULTS, release("v1"), embeddings("e1"));

    process(task("vic", "a"));
    flush();

    assertThat(score("near1")).isEqualTo(TestReleases.WITH_ITS_VECTOR);
    assertThat(score("b")).isEqualTo(.2f);
  }

  @Test
  void modelThatAsksForAnotherVersionIsGivenNoVectors() throws Exception {
    start(DEFAULTS, pinned("v1", "e7"), embeddings("e1"));
    process(task("vic", "a"));
    flush();
    assertThat(score("near1")).isZero();
    assertThat(last().embeddingVersion()).as("retrieved with").isEqualTo("e1");

    news(ScoringInput.of(embeddings("e7")));
    awaitNewsOfLoading();
    harness.prepareSnapshotPreBarrier(1);
    process(task("vic", "a"));
    flush();
    assertThat(score("near1")).isEqualTo(TestReleases.WITH_ITS_VECTOR);
  }

  @Test
  void announcedEmbeddingsAreTakenUpAtTheNextCheckpointOnceLoaded() throws Exception {
    start(DEFAULTS, release("v1"), embeddings("e1"));

    news(ScoringInput.of(embeddings("e2")));
    process(task("vic"));
    awaitNewsOfLoading();
    flush();
    process(task("vic"));
    harness.prepareSnapshotPreBarrier(1);
    process(task("vic"));
    flush();

    assertThat(answers())
        .extracting(Recommendation::embeddingVersion)
        .containsExactly("e1", "e1", "e2");
    assertThat(sources(answers().get(1))).containsKey("e1-only");
    assertThat(sources(last())).containsKey("e2-only");
    assertThat(answers()).extracting(Recommendation::modelVersion).containsOnly("v1");
    assertThat(TestReleases.LOADS).as("of models").hasValue(1);
  }

  @Test
  void everyAnswerDuringASwapIsMadeWithOneVersion() throws Exception {
    start(TestRecords.config("freshet.batch.size", "7"), release("v1"), embeddings("e1"));

    for (int checkpoint = 1; checkpoint <= 20; checkpoint++) {
      news(ScoringInput.of(embeddings("e" + (checkpoint + 1))));
      for (int i = 0; i < 50; i++) {
        process(task("vic", "a"));
      }
      awaitNewsOfLoading();
      harness.prepareSnapshotPreBarrier(checkpoint);
    }

    assertThat(answers())
        .hasSize(20 * 50)
        .allSatisfy(
            answer -> {
              assertThat(sources(answer)).containsKey(answer.embeddingVersion() + "-only");
              assertThat(answer.fallbackReason()).isNull();
            });
    for (int i = 0; i < answers().size(); i++) {
      assertThat(answers().get(i).embeddingVersion()).isEqualTo("e" + (i / 50 + 1));
    }
  }

  @Test
  void checkpointRecordsBothVersions() throws Exception {
    start(DEFAULTS, release("v1"), embeddings("e1"));
    news(
        ScoringInput.of(release("v2")),
        ScoringInput.of(embeddings("e2"))); // not active at the checkpoint

    restart(DEFAULTS, release("v9"));
    process(task("vic", "a"));
    awaitNewsOfLoading();
    awaitNewsOfLoading();
    harness.prepareSnapshotPreBarrier(2);
    process(task("vic", "a"));
    flush();

    assertThat(answers()).extracting(Recommendation::modelVersion).containsExactly("v1", "v2");
    assertThat(answers()).extracting(Recommendation::embeddingVersion).containsExactly("e1", "e2");
  }

  @Test
  void savepointFromBeforeThereWereEmbeddingsIsGoneOnFrom() throws Exception {
    start(DEFAULTS, release("v1")); // writes what a job without embeddings wrote

    restart(DEFAULTS, release("v9"));
    process(task("vic", "a"));
    news(ScoringInput.of(embeddings("e1")));
    awaitNewsOfLoading();
    harness.prepareSnapshotPreBarrier(2);
    process(task("vic", "a"));
    flush();

    assertThat(answers()).extracting(Recommendation::modelVersion).containsOnly("v1");
    assertThat(answers()).extracting(Recommendation::embeddingVersion).containsExactly(null, "e1");
  }

  @Test
  void withdrawnEmbeddingsAreUsedUntilTheNextCheckpointAndTheModelStays() throws Exception {
    start(DEFAULTS, release("v1"), embeddings("e1"));

    news(ScoringInput.of(Release.withdrawn("pcrec")));
    process(task("vic", "a"));
    harness.prepareSnapshotPreBarrier(1);
    process(task("vic", "a"));
    flush();
    assertThat(answers()).extracting(Recommendation::embeddingVersion).containsExactly("e1", null);
    assertThat(answers()).extracting(Recommendation::modelVersion).containsOnly("v1");

    restart(DEFAULTS, null);
    process(task("vic", "a"));
    flush();
    assertThat(last().embeddingVersion()).isNull();
    assertThat(last().modelVersion()).isEqualTo("v1");
  }

  @Test
  void withdrawnModelLeavesTheEmbeddingsForTheNext() throws Exception {
    start(DEFAULTS, release("v1"), embeddings("e1"));

    news(ScoringInput.of(Release.withdrawn("bst")));
    harness.prepareSnapshotPreBarrier(1);
    process(task("vic", "a"));
    flush();
    assertThat(last().fallbackReason()).isEqualTo("no-release");
    assertThat(last().embeddingVersion()).isNull();
    news(ScoringInput.of(release("v2")));
    awaitNewsOfLoading();
    harness.prepareSnapshotPreBarrier(2);
    process(task("vic", "a"));
    flush();

    assertThat(last().modelVersion()).isEqualTo("v2");
    assertThat(last().embeddingVersion()).isEqualTo("e1");
    assertThat(TestReleases.EMBEDDING_LOADS).hasValue(1);
  }

  @Test
  void embeddingsThatCannotBeReadAreDoneWithoutAndTriedAgain() throws Exception {
    TestReleases.UNREADABLE.add("e1");
    start(
        TestRecords.config("freshet.release.on-missing", "fail"), release("v1"), embeddings("e1"));
    awaitNewsOfLoading();
    process(task("vic", "a"));
    flush();
    assertThat(last().embeddingVersion()).isNull();
    assertThat(last().fallbackReason()).isNull();
    TestReleases.UNREADABLE.clear();

    harness.setProcessingTime(10_100);
    awaitNewsOfLoading();
    harness.prepareSnapshotPreBarrier(1);
    process(task("vic", "a"));
    flush();

    assertThat(last().embeddingVersion()).isEqualTo("e1");
  }

  private static Release pinned(String version, String embeddingVersion) {
    return new Release(
        "bst",
        "bst",
        version,
        "memory:/" + version,
        null,
        NOON,
        Map.of(),
        Map.of("pcrec", embeddingVersion));
  }

  private Float score(String item) {
    return last().items().stream()
        .filter(ranked -> ranked.itemId().equals(item))
        .map(RankedItem::score)
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, String> sources(Recommendation answer) {
    List<RankedItem> items = answer.items();
    return items.stream().collect(Collectors.toMap(RankedItem::itemId, RankedItem::source));
  }
}
