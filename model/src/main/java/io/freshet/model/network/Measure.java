package io.freshet.model.network;

import io.freshet.model.CandidateScorer;
import io.freshet.model.Ranking;
import io.freshet.model.metrics.Auc;
import io.freshet.model.metrics.GroupedAuc;
import io.freshet.model.metrics.HeldOutRank;
import io.freshet.model.metrics.Ndcg;
import java.util.ArrayList;
import java.util.List;

/** How good the scores of labelled requests are; more is better. */
public enum Measure {
  /** The {@link Auc} of all candidates of all requests. */
  AUC {
    @Override
    double of(List<Ranking> rankings, List<LabelledRequest> requests) {
      Candidates all = Candidates.of(rankings, requests);
      return Auc.of(all.scores(), all.clicked());
    }
  },

  /**
   * The mean {@link Auc} within a request, each weighted by the number of its candidates: what the
   * order of candidates depends on, whatever users and moments there are more clicks of.
   */
  GROUPED_AUC {
    @Override
    double of(List<Ranking> rankings, List<LabelledRequest> requests) {
      Candidates all = Candidates.of(rankings, requests);
      return GroupedAuc.of(all.requests(), all.scores(), all.clicked());
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

  /** The candidates of all requests, one after the other. */
  private record Candidates(List<Integer> requests, float[] scores, boolean[] clicked) {
    static Candidates of(List<Ranking> rankings, List<LabelledRequest> asked) {
      int size = rankings.stream().mapToInt(ranking -> ranking.scores().length).sum();
      Candidates all = new Candidates(new ArrayList<>(size), new float[size], new boolean[size]);
      for (int i = 0; i < rankings.size(); i++) {
        float[] scores = rankings.get(i).scores();
        for (int c = 0; c < scores.length; c++) {
          int at = all.requests.size();
          all.scores[at] = scores[c];
          all.clicked[at] = asked.get(i).labels()[c] > 0;
          all.requests.add(i);
        }
      }
      return all;
    }
  }
}
