package io.freshet.model.network;

import io.freshet.model.CandidateScorer;
import io.freshet.model.Ranking;
import io.freshet.model.metrics.Auc;
import io.freshet.model.metrics.HeldOutRank;
import io.freshet.model.metrics.Ndcg;
import java.util.List;

/** How good the scores of labelled requests are; more is better. */
public enum Measure {
  /** The {@link Auc} of all candidates of all requests. */
  AUC {
    @Override
    double of(List<Ranking> rankings, List<LabelledRequest> requests) {
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
  },

  /** The {@link Ndcg} among the first 10 of requests whose first candidate alone was clicked. */
  NDCG {
    @Override
    double of(List<Ranking> rankings, List<LabelledRequest> requests) {
      return rankings.stream()
          .mapToDouble(ranking -> Ndcg.at(10, HeldOutRank.of(ranking.scores(), 0)))
          .average()
          .orElse(Double.NaN);
    }
  };

  /** Returns how well {@code scorer} does. */
  public double of(CandidateScorer scorer, List<LabelledRequest> requests) {
    return of(scorer.score(requests.stream().map(LabelledRequest::request).toList()), requests);
  }

  abstract double of(List<Ranking> rankings, List<LabelledRequest> requests);
}
