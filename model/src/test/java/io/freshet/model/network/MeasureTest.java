package io.freshet.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.freshet.model.Ranking;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeasureTest {
  private static final List<LabelledRequest> FIRST_CLICKED =
      List.of(labelled(1, 0, 0), labelled(1, 0, 0));

  @Test
  void aucIsOfAllCandidatesTogether() {
    // Of the 8 pairs of a clicked and another item, .5 stands above .4, .3 and .4, and .2 above
    // none.
    assertThat(Measure.AUC.of(rankings(), FIRST_CLICKED)).isCloseTo(3 / 8.0, within(1e-9));
  }

  @Test
  void groupedAucIsOfEachRequestByItself() {
    // .5 stands above .4 alone of its two others, .2 above neither; the last has one kind alone.
    List<LabelledRequest> requests = List.of(labelled(1, 0, 0), labelled(1, 0, 0), labelled(1));
    List<Ranking> rankings = List.of(ranking(.5f, .4f, .9f), ranking(.2f, .3f, .4f), ranking(.1f));
    assertThat(Measure.GROUPED_AUC.of(rankings, requests)).isCloseTo(1 / 4.0, within(1e-9));
  }

  @Test
  void ndcgIsTheMeanOverRequests() {
    double second = Math.log(2) / Math.log(3);
    double third = .5;
    assertThat(Measure.NDCG.of(rankings(), FIRST_CLICKED))
        .isCloseTo((second + third) / 2, within(1e-9));
  }

  private static List<Ranking> rankings() {
    return List.of(ranking(.5f, .4f, .9f), ranking(.2f, .3f, .4f));
  }

  private static Ranking ranking(float... scores) {
    return new Ranking(scores, new float[scores.length][0]);
  }

  private static LabelledRequest labelled(float... labels) {
    return new LabelledRequest(null, labels);
  }
}
