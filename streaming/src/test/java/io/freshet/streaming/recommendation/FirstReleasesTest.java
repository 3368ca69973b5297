package io.freshet.streaming.recommendation;

import static io.freshet.streaming.recommendation.TestRecords.NOON;
import static io.freshet.streaming.recommendation.TestRecords.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.freshet.schemas.Release;
import io.freshet.streaming.KafkaEdge;
import io.freshet.streaming.TopicContents;
import io.freshet.streaming.TopicContents.Position;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FirstReleasesTest {
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
  void ofEachKindTheNewestIsFound() {
    Release e1 = release("pcrec", "pcrec", "e1", NOON.plusSeconds(9));
    Release e2 = release("pcrec", "pcrec", "e2", NOON);

    assertThat(of(config(), e1, v1, e2).releases()).containsExactly(v1, e2);
    assertThat(of(config(), e1, v1, Release.withdrawn("pcrec")).releases()).containsExactly(v1);
    assertThat(of(config(), e1, v1, Release.withdrawn("bst")).releases()).containsExactly(e1);
    assertThat(of(config(INITIAL, "file:/r"), e1, v1).releases())
        .extracting(Release::uri)
        .containsExactly("file:/r", "file:/e1");
  }

  @Test
  void otherKindsAreNoneOfItsBusiness() {
    Release other = release("x", "x", "x1", NOON.plusSeconds(9));

    assertThat(of(config(), v1, other).releases()).containsExactly(v1);
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

    assertThat(FirstReleases.lookUp(kafka, config.releases()))
        .isEqualTo(new FirstReleases(List.of(), null));
  }

  @Test
  void releaseThatIsNamedGoesBeforeThoseAnnounced() {
    Release named = newest(config(INITIAL, "s3://models/v9"), v1, v2);

    assertThat(named.uri()).isEqualTo("s3://models/v9");
    assertThat(named.kind()).isEqualTo("bst");
    assertThat(named.isWithdrawn()).isFalse();
    assertThat(named.sha256()).as("nobody has announced a sum").isNull();
  }

  @Test
  void jobGoesOnWithoutReleaseUnlessOneIsRequired() {
    assertThat(newest()).isNull();
    assertThat(newest(config(ON_MISSING, "fail"), v1)).isEqualTo(v1);
    assertThat(newest(config(ON_MISSING, "fail", INITIAL, "file:/r")).uri()).isEqualTo("file:/r");
    assertThatIllegalStateException()
        .isThrownBy(() -> of(config(ON_MISSING, "fail"), v1, Release.withdrawn("bst")))
        .withMessage(
            "Cannot start without a release: topic releases has none, and"
                + " freshet.release.on-missing is 'fail'; announce one first");
  }

  private static Release newest(Release... announced) {
    return newest(config(), announced);
  }

  private static Release newest(RecommendationConfig config, Release... announced) {
    return of(config, announced).releases().stream().findFirst().orElse(null);
  }

  private static FirstReleases of(RecommendationConfig config, Release... announced) {
    return FirstReleases.of(new TopicContents<>(List.of(announced), END), config.releases());
  }

  private static Release release(String artifact, String kind, String version, Instant createdAt) {
    return new Release(
        artifact, kind, version, "file:/" + version, null, createdAt, Map.of(), Map.of());
  }
}
