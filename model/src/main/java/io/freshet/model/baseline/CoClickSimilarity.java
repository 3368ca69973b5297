package io.freshet.model.baseline;

import io.freshet.model.CandidateRetriever;
import io.freshet.model.CandidateScorer;
import io.freshet.model.ItemTable;
import io.freshet.model.Ranking;
import io.freshet.model.ScoringRequest;
import io.freshet.model.ScoringRequest.PastItem;
import java.util.List;
import java.util.Map;

/**
 * Scores an item by how alike it is to the user's newest items, as retrieval sees it: the neighbors
 * that users click around them.
 *
 * @param items whose neighbors count
 */
public record CoClickSimilarity(ItemTable items) implements CandidateScorer {
  @Override
  public List<Ranking> score(List<ScoringRequest> requests, int explained) {
    return requests.stream().map(this::score).toList();
  }

  private Ranking score(ScoringRequest request) {
    List<String> newest = CandidateRetriever.newestItems(request.sequence(), PastItem::itemId);
    Map<String, Float> likeness = items.likeness(newest);
    int count = request.candidates().size();
    float[] all = new float[count];
    for (int c = 0; c < count; c++) {
      float alike = likeness.getOrDefault(request.candidates().get(c).itemId(), 0f);
      all[c] = alike / (1 + alike);
    }
    return new Ranking(all, new float[count][0]);
  }

  @Override
  public void close() {}
}
