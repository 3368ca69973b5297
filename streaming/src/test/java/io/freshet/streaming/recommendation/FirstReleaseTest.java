package io.freshet.streaming.recommendation;

import static io.freshet.streaming.recommendation.TestRecords.NOON;
import static io.freshet.streaming.recommendation.TestRecords.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.freshet.schemas.Release;
import io.freshet.streaming.KafkaEdge;
import io.freshet.streaming.KafkaEdge.Contents;
import io.freshet.streaming.KafkaEdge.Position;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FirstReleaseTest {
  private static final String INITIAL = "freshet.release.initial";
  private static final String ON_MISSING = "freshet.release.on-missing";
  private static final Position END = new Position(Map.of(new TopicPartition("releases", 0), 7L));

  private final Release v1 = release("bst", "bst", "v1", NOON);
  private final Release v2 = release("bst", "bst", "v2", NOON.plusSeconds(1));
  private final Release trial = release("trial", "bst", "t1", NOON.plusSeconds(2));

  @Test
  void newestIsTheOneAnnouncedLast() {
    assertThat(newest(v1, v2)).isEqualTo(v2);
    assertThat(newest(v1, trial)).isEqualTo(trial);
  }

  @Test
  void releaseThatIsAnnouncedAgainIsTheNewestHoweverOldItIs() {
    assertThat(newest(v1, v2, v1)).isEqualTo(v1);
    assertThat(newest(v1, trial, v1)).isEqualTo(v1);
  }

  @Test
  void withdrawnArtifactHasNoReleaseUntilOneIsAnnouncedAgain() {
    assertThat(newest(v1, v2, Release.withdrawn("bst"))).isNull();
    assertThat(newest(v1, Release.withdrawn("bst"), v2)).isEqualTo(v2);
  }

  @Test
  void withdrawnArtifactGivesWayToTheOneBefore() {
    assertThat(newest(v1, trial, Release.withdrawn("trial"))).isEqualTo(v1);
    assertThat(newest(trial, v1, Release.withdrawn("trial"))).isEqualTo(v1);
  }

  @Test
  void compactionOfTheTopicMakesNoDifference() {
    Release withdrawn = Release.withdrawn("trial");

    assertThat(newest(v1, v2, trial, withdrawn))
        .isEqualTo(newest(v2, withdrawn))
        .isEqualTo(newest(v2))
        .isEqualTo(v2);
  }

  @Test
  void otherKindsAreNoneOfItsBusiness() {
    Release embeddings = release("pcrec", "pcrec", "e1", NOON.plusSeconds(9));

    assertThat(newest(v1, embeddings)).isEqualTo(v1);
    assertThat(newest(v1, Release.withdrawn("pcrec"))).isEqualTo(v1);
    assertThat(newest(embeddings)).isNull();
  }

  @Test
  void announcementsGoOnWhereTheLookUpEnded() {
    assertThat(of(config(), v1).after()).isEqualTo(END);
    assertThat(of(config()).after()).isEqualTo(END);
    assertThat(of(config(INITIAL, "file:/r"), v1).after()).isEqualTo(END);
  }

  @Test
  @Timeout(10)
  void noneIsNotLookedUpAndLeavesAllAnnouncementsToBeRead() {
    RecommendationConfig config = config(INITIAL, "none"); // and no broker is there
    KafkaEdge kafka = new KafkaEdge(null, config.kafka());

    assertThat(FirstRelease.lookUp(kafka, config.releases()))
        .isEqualTo(new FirstRelease(null, null));
  }

  @Test
  void releaseThatIsNamedGoesBeforeThoseAnnounced() {
    Release named = of(config(INITIAL, "s3://models/v9"), v1, v2).release();

    assertThat(named.uri()).isEqualTo("s3://models/v9");
    assertThat(named.kind()).isEqualTo("bst");
    assertThat(named.isWithdrawn()).isFalse();
    assertThat(named.sha256()).as("nobody has announced a sum").isNull();
  }

  @Test
  void jobGoesOnWithoutReleaseUnlessOneIsRequired() {
    assertThat(of(config()).release()).isNull();
    assertThat(of(config(ON_MISSING, "fail"), v1).release()).isEqualTo(v1);
    assertThat(of(config(ON_MISSING, "fail", INITIAL, "file:/r")).release().uri())
        .isEqualTo("file:/r");
    assertThatIllegalStateException()
        .isThrownBy(() -> of(config(ON_MISSING, "fail"), v1, Release.withdrawn("bst")))
        .withMessage(
            "Cannot start without a release: topic releases has none, and"
                + " freshet.release.on-missing is 'fail'; announce one first");
  }

  private static Release newest(Release... announced) {
    return of(config(), announced).release();
  }

  private static FirstRelease of(RecommendationConfig config, Release... announced) {
    return FirstRelease.of(new Contents<>(List.of(announced), END), config.releases());
  }

  private static Release release(String artifact, String kind, String version, Instant createdAt) {
    return new Release(
        artifact, kind, version, "file:/" + version, null, createdAt, Map.of(), Map.of());
  }
}
