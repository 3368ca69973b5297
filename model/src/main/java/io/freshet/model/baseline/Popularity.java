package io.freshet.model.baseline;

import io.freshet.model.CandidateScorer;
import io.freshet.model.ClickLog;
import io.freshet.model.ImpressionLog;
import io.freshet.model.ImpressionLog.Impression;
import io.freshet.model.Ranking;
import io.freshet.model.ScoringRequest;
import io.freshet.schemas.ClickEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Scores an item the same for everyone, by how it was received before. */
public final class Popularity implements CandidateScorer {
  private static final double PRIOR_IMPRESSIONS = 20;

  private final Map<String, Double> scores;
  private final double unknown;

  private Popularity(Map<String, Double> scores, double unknown) {
    this.scores = scores;
    this.unknown = unknown;
  }

  /** Scores by the share of all clicks. */
  public static Popularity of(ClickLog log) {
    Map<String, Double> shares = new HashMap<>();
    for (ClickEvent click : log.clicks()) {
      shares.merge(click.itemId(), 1.0 / log.clicks().size(), Double::sum);
    }
    return new Popularity(shares, 0);
  }

  /**
   * Scores by the share of an item's impressions that were clicked, drawn towards that of all items
   * as if it had been shown {@value #PRIOR_IMPRESSIONS} times more.
   */
  public static Popularity of(ImpressionLog log) {
    Map<String, Integer> shown = new HashMap<>();
    Map<String, Integer> clicked = new HashMap<>();
    int clicks = 0;
    for (Impression impression : log.impressions()) {
      shown.merge(impression.itemId(), 1, Integer::sum);
      clicked.merge(impression.itemId(), impression.clicked() ? 1 : 0, Integer::sum);
      clicks += impression.clicked() ? 1 : 0;
    }
    double mean = (double) clicks / Math.max(1, log.impressions().size());
    Map<String, Double> rates = new HashMap<>();
    shown.forEach(
        (item, count) ->
            rates.put(
                item,
                (clicked.get(item) + mean * PRIOR_IMPRESSIONS) / (count + PRIOR_IMPRESSIONS)));
    return new Popularity(rates, mean);
  }

  @Override
  public List<Ranking> score(List<ScoringRequest> requests, int explained) {
    return requests.stream().map(this::score).toList();
  }

  private Ranking score(ScoringRequest request) {
    int count = request.candidates().size();
    float[] all = new float[count];
    for (int c = 0; c < count; c++) {
      all[c] = scores.getOrDefault(request.candidates().get(c).itemId(), unknown).floatValue();
    }
    return new Ranking(all, new float[count][0]);
  }

  @Override
  public void close() {}
}
