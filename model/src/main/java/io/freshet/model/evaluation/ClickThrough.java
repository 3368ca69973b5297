package io.freshet.model.evaluation;

import io.freshet.model.CandidateScorer;
import io.freshet.model.EmbeddingSpace;
import io.freshet.model.ImpressionLog;
import io.freshet.model.ItemTable;
import io.freshet.model.Ranking;
import io.freshet.model.ScoringRequest;
import io.freshet.model.baseline.CoClickSimilarity;
import io.freshet.model.baseline.Popularity;
import io.freshet.model.metrics.Auc;
import io.freshet.model.metrics.GroupedAuc;
import io.freshet.model.metrics.LogLoss;
import io.freshet.model.network.ImpressionExamples;
import io.freshet.model.network.ImpressionExamples.Labelled;
import io.freshet.model.network.LabelledRequest;
import io.freshet.model.network.Measure;
import io.freshet.model.network.NetworkForm;
import io.freshet.model.network.NetworkTrainer.Material;
import io.freshet.model.network.Vocabularies;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Will this user click this item, shown now? Impressions and their labels, cut by one moment for
 * all users: the older are learnt from, those after {@code validationFrom} choose the epoch, and
 * those after {@code testFrom} are asked about, once.
 *
 * <p>Metrics: {@code auc}, {@code grouped_auc} by user, {@code log_loss}.
 */
public final class ClickThrough implements Protocol {
  private static final int MEASURED = 20_000;
  private static final int ASKED_AT_ONCE = 4_096;
  private static final int MINIMUM_IMPRESSIONS = 2;
  private static final int MOST_BEHAVIORS = 512; // networks look at the newest of them

  private final ImpressionLog log;
  private final ImpressionLog past;
  private final Instant validationFrom;
  private final Instant testFrom;
  private final EmbeddingSpace embeddings;

  /**
   * @param embeddings learnt from what is older than {@code validationFrom}, for those networks
   *     that are given any
   * @throws IllegalArgumentException when a part is empty
   */
  public ClickThrough(
      ImpressionLog log, Instant validationFrom, Instant testFrom, EmbeddingSpace embeddings) {
    this.log = log;
    this.embeddings = embeddings;
    this.past = log.before(validationFrom);
    this.validationFrom = validationFrom;
    this.testFrom = testFrom;
    int validated = log.from(validationFrom).before(testFrom).impressions().size();
    int tested = log.from(testFrom).impressions().size();
    if (past.impressions().isEmpty() || validated == 0 || tested == 0) {
      throw new IllegalArgumentException(
          "each part must have impressions, was %d before %s, %d from then, %d from %s"
              .formatted(past.impressions().size(), validationFrom, validated, tested, testFrom));
    }
  }

  @Override
  public Material material(NetworkForm form, long seed) {
    ImpressionExamples examples = new ImpressionExamples(log, form.sequenceLength(), embeddings);
    Labelled validation = examples.between(validationFrom, testFrom);
    int count = Math.min(validation.size(), MEASURED);
    List<LabelledRequest> measured = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      measured.add(validation.get((int) ((long) i * validation.size() / count)));
    }
    return new Material(
        "%d impressions before %s".formatted(past.impressions().size(), validationFrom),
        Vocabularies.of(past, MINIMUM_IMPRESSIONS),
        examples.between(Instant.MIN, validationFrom),
        measured,
        Measure.AUC,
        null);
  }

  @Override
  public CandidateScorer popularity() {
    return Popularity.of(log.before(testFrom));
  }

  @Override
  public CandidateScorer coClicks() {
    return new CoClickSimilarity(ItemTable.of(log.before(testFrom).clicks()));
  }

  @Override
  public Map<String, Map<String, Double>> measure(CandidateScorer scorer) {
    Labelled test =
        new ImpressionExamples(log, MOST_BEHAVIORS, embeddings).between(testFrom, Instant.MAX);
    float[] scores = new float[test.size()];
    boolean[] clicked = new boolean[test.size()];
    List<String> users = new ArrayList<>(test.size());
    for (int from = 0; from < test.size(); from += ASKED_AT_ONCE) {
      List<ScoringRequest> requests = new ArrayList<>();
      for (int i = from; i < Math.min(test.size(), from + ASKED_AT_ONCE); i++) {
        LabelledRequest asked = test.get(i);
        requests.add(asked.request());
        clicked[i] = asked.labels()[0] > 0;
        users.add(test.userId(i));
      }
      List<Ranking> rankings = scorer.score(requests);
      for (int i = 0; i < rankings.size(); i++) {
        scores[from + i] = rankings.get(i).scores()[0];
      }
    }
    return Map.of(
        "ctr",
        Map.of(
            "auc", Auc.of(scores, clicked),
            "grouped_auc", GroupedAuc.of(users, scores, clicked),
            "log_loss", LogLoss.of(scores, clicked)));
  }
}
