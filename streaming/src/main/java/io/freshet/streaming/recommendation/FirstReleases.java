package io.freshet.streaming.recommendation;

import static io.freshet.streaming.recommendation.ReleasesInUse.EMBEDDINGS;
import static io.freshet.streaming.recommendation.ReleasesInUse.MODEL;

import io.freshet.schemas.Release;
import io.freshet.schemas.Topics;
import io.freshet.streaming.KafkaEdge;
import io.freshet.streaming.TopicContents;
import io.freshet.streaming.TopicContents.Position;
import io.freshet.streaming.recommendation.RecommendationConfig.OnMissing;
import io.freshet.streaming.recommendation.RecommendationConfig.Releases;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The releases that a job without state starts with: a model's, and one of embeddings.
 *
 * <p>Broadcast input has no order with the clicks, so this is looked up before the graph is built.
 *
 * @param releases at most one of each kind
 * @param after where the announcements that came with it or before end; null where none were read
 */
record FirstReleases(List<Release> releases, Position after) {
  /**
   * Returns what {@code config} asks for.
   *
   * @throws IllegalStateException where there is none and one is required
   */
  static FirstReleases lookUp(KafkaEdge kafka, Releases config) {
    return config.initial().equals(Releases.NONE)
        ? new FirstReleases(List.of(), null)
        : of(kafka.contents(Topics.RELEASES), config);
  }

  /** Returns what {@code config} asks for of what was announced. */
  static FirstReleases of(TopicContents<Release> announced, Releases config) {
    Release model =
        config.initial().equals(Releases.LATEST)
            ? newest(MODEL, announced.values())
            : at(config.initial());
    if (model == null && config.onMissing() == OnMissing.FAIL) {
      throw new IllegalStateException(
          "Cannot start without a release: topic %s has none, and freshet.release.on-missing is"
                  .formatted(Topics.RELEASES)
              + " 'fail'; announce one first");
    }
    Release embeddings = newest(EMBEDDINGS, announced.values());
    return new FirstReleases(
        Stream.of(model, embeddings).filter(Objects::nonNull).toList(), announced.end());
  }

  /**
   * Returns the release of a kind announced last, of the artifacts that are not withdrawn; null for
   * none. An artifact is what was last said of it, so that it makes no difference how much of the
   * topic has been compacted.
   */
  private static Release newest(String kind, List<Release> announced) {
    Map<String, Release> artifacts = new LinkedHashMap<>();
    for (Release release : announced) {
      artifacts.remove(release.artifact()); // so that what comes last stands last
      artifacts.put(release.artifact(), release);
    }
    return artifacts.values().stream()
        .filter(release -> kind.equals(release.kind()))
        .reduce((before, after) -> after)
        .orElse(null);
  }

  /** A release that nobody announced: what it is stands in its files. */
  private static Release at(String uri) {
    return new Release(MODEL, MODEL, uri, uri, null, Instant.EPOCH, Map.of(), Map.of());
  }
}
