package io.freshet.streaming.recommendation;

import io.freshet.schemas.Release;
import io.freshet.schemas.Topics;
import io.freshet.streaming.KafkaEdge;
import io.freshet.streaming.KafkaEdge.Contents;
import io.freshet.streaming.KafkaEdge.Position;
import io.freshet.streaming.recommendation.RecommendationConfig.OnMissing;
import io.freshet.streaming.recommendation.RecommendationConfig.Releases;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The release that a job without state starts with.
 *
 * <p>Broadcast input has no order with the clicks, so this is looked up before the graph is built.
 *
 * @param release null for none
 * @param after where the announcements that came with it or before end; null where none were read
 */
record FirstRelease(Release release, Position after) {
  private static final String ARTIFACT = "bst";

  /**
   * Returns what {@code config} asks for.
   *
   * @throws IllegalStateException where there is none and one is required
   */
  static FirstRelease lookUp(KafkaEdge kafka, Releases config) {
    return config.initial().equals(Releases.NONE)
        ? new FirstRelease(null, null)
        : of(kafka.contents(Topics.RELEASES), config);
  }

  /** Returns what {@code config} asks for of what was announced. */
  static FirstRelease of(Contents<Release> announced, Releases config) {
    Release release =
        config.initial().equals(Releases.LATEST)
            ? newest(announced.values())
            : at(config.initial());
    if (release == null && config.onMissing() == OnMissing.FAIL) {
      throw new IllegalStateException(
          "Cannot start without a release: topic %s has none, and freshet.release.on-missing is"
                  .formatted(Topics.RELEASES)
              + " 'fail'; announce one first");
    }
    return new FirstRelease(release, announced.end());
  }

  /**
   * Returns the release announced last, of the artifacts that are not withdrawn; null for none. An
   * artifact is what was last said of it, so that it makes no difference how much of the topic has
   * been compacted.
   */
  private static Release newest(List<Release> announced) {
    Map<String, Release> artifacts = new LinkedHashMap<>();
    for (Release release : announced) {
      artifacts.remove(release.artifact()); // so that what comes last stands last
      artifacts.put(release.artifact(), release);
    }
    return artifacts.values().stream()
        .filter(release -> ARTIFACT.equals(release.kind()))
        .reduce((before, after) -> after)
        .orElse(null);
  }

  /** A release that nobody announced: what it is stands in its files. */
  private static Release at(String uri) {
    return new Release(ARTIFACT, ARTIFACT, uri, uri, null, Instant.EPOCH, Map.of(), Map.of());
  }
}
