package io.freshet.model.network;

import io.freshet.model.CandidateScorer;
import io.freshet.model.Ranking;
import io.freshet.model.ScoringRequest;
import io.freshet.model.metrics.Auc;
import java.util.List;

/**
 * A request and what came of it.
 *
 * @param labels one for each candidate: 1 where it was clicked, 0 where it was not
 */
public record LabelledRequest(ScoringRequest request, float[] labels) {
  /** Returns the {@link Auc} of what the scorer says of all candidates of all requests. */
  public static double auc(CandidateScorer scorer, List<LabelledRequest> requests) {
    List<Ranking> rankings = scorer.score(requests.stream().map(LabelledRequest::request).toList());
    int size = rankings.stream().mapToInt(ranking -> ranking.scores().length).sum();
    float[] scores = new float[size];
    boolean[] clicked = new boolean[size];
    int at = 0;
    for (int i = 0; i < rankings.size(); i++) {
      for (int c = 0; c < rankings.get(i).scores().length; c++) {
        scores[at] = rankings.get(i).scores()[c];
        clicked[at++] = requests.get(i).labels()[c] > 0;
      }
    }
    return Auc.of(scores, clicked);
  }
}
