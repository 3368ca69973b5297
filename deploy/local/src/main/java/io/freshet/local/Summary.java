package io.freshet.local;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;

/**
 * What came of playing clicks through the job.
 *
 * @param clicks sent live
 * @param recommendations that came for clicks, each counted once
 * @param repeats recommendations, for clicks or requests, that came again after that
 * @param latencyMillisP50 from a click's append to its recommendation's append; null without any
 * @param evaluatedClicks live clicks whose user had got a recommendation for the click before
 * @param hitRateAt10 the share of those whose item was in that recommendation; null without any
 * @param popularHitRateAt10 the same for the ten most clicked items that the user had not clicked
 * @param fallbacks recommendations that came without what was wanted
 * @param modelVersion of the newest recommendation that a model scored; null without any
 * @param versions of the model, in the order of their first recommendations
 * @param sources for each, the share of all recommended items that came from it, by name
 * @param embeddings whose versions stand in recommendations, in the order of the first of each
 * @param sourceOnlyUsers who have clicked in the source domain alone
 */
record Summary(
    long clicks,
    long recommendations,
    long repeats,
    Double latencyMillisP50,
    Double latencyMillisP99,
    long evaluatedClicks,
    @JsonProperty("hit_rate_at_10") Double hitRateAt10,
    @JsonProperty("popular_hit_rate_at_10") Double popularHitRateAt10,
    long deadLetters,
    long fallbacks,
    String modelVersion,
    List<Version> versions,
    Map<String, Double> sources,
    List<EmbeddingVersion> embeddings,
    SourceOnlyUsers sourceOnlyUsers) {
  /**
   * What came of one version of the model.
   *
   * @param recommendations that it scored
   * @param evaluatedClicks live clicks whose user had got one of those for the click before
   * @param hitRateAt10 the share of those whose item was in it; null without any
   */
  record Version(
      String version,
      long recommendations,
      long evaluatedClicks,
      @JsonProperty("hit_rate_at_10") Double hitRateAt10) {}

  /**
   * What came of one version of the embeddings.
   *
   * @param recommendations that it was in use for
   * @param takenUpMillis from its announcement's append to that of the first of those; null where
   *     it was not announced meanwhile
   */
  record EmbeddingVersion(String version, long recommendations, Long takenUpMillis) {}

  /**
   * Whether there is more to recommend than what is popular where nothing has been clicked.
   *
   * @param asked how many of them a recommendation was asked and got for, with embeddings in use
   * @param withPcrec how many of those had items that the embeddings have found
   */
  record SourceOnlyUsers(long asked, long withPcrec) {}

  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  /** Returns this as one line of JSON. */
  @Override
  public String toString() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write numbers and text as JSON", e);
    }
  }
}
