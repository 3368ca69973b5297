package io.freshet.model.evaluation;

import io.freshet.model.CandidateScorer;
import io.freshet.model.EmbeddingHistory;
import io.freshet.model.ImpressionLog;
import io.freshet.model.ItemTable;
import io.freshet.model.Ranking;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Will this user click this item, shown now? Impressions and their labels, cut by one moment for
 * all users: the older are learnt from, those after {@code validationFrom} choose the epoch, and
 * those after {@code testFrom} are asked about, once.
 *
 * <p>All impressions of the test are {@code ctr}; those of items with at most {@value
 * FullRanking#COLD_CLICKS_MAX} clicks in what is learnt from are {@code ctr-cold-items} besides,
 * and those of items that were clicked for the first time between that and the test, so that only
 * embeddings learnt meanwhile know them, {@code ctr-new-items}: each where some were clicked and
 * some were not. Metrics: {@code auc}, {@code grouped_auc} by user, {@code log_loss}.
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
  private final EmbeddingHistory embeddings;
  private final Map<String, Integer> clicksInTrain = new HashMap<>();
  private final Set<String> clickedInValidation = new HashSet<>();

  /**
   * @param embeddings for those networks that are given any
   * @throws IllegalArgumentException when a part is empty
   */
  public ClickThrough(
      ImpressionLog log, Instant validationFrom, Instant testFrom, EmbeddingHistory embeddings) {
    this.log = log;
    this.embeddings = embeddings;
    this.past = log.before(validationFrom);
    past.clicks().clicks().forEach(click -> clicksInTrain.merge(click.itemId(), 1, Integer::sum));
    this.validationFrom = validationFrom;
    this.testFrom = testFrom;
    ImpressionLog validation = log.from(validationFrom).before(testFrom);
    validation.clicks().clicks().forEach(click -> clickedInValidation.add(click.itemId()));
    int validated = validation.impressions().size();
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
    Answers all = new Answers();
    Answers coldItems = new Answers();
    Answers newItems = new Answers();
    for (int from = 0; from < test.size(); from += ASKED_AT_ONCE) {
      int end = Math.min(test.size(), from + ASKED_AT_ONCE);
      List<LabelledRequest> asked = IntStream.range(from, end).mapToObj(test::get).toList();
      List<Ranking> rankings = scorer.score(asked.stream().map(LabelledRequest::request).toList());
      for (int i = 0; i < asked.size(); i++) {
        String user = test.userId(from + i);
        all.add(user, asked.get(i), rankings.get(i));
        String item = asked.get(i).request().candidates().get(0).itemId();
        if (clicksInTrain.getOrDefault(item, 0) <= FullRanking.COLD_CLICKS_MAX) {
          coldItems.add(user, asked.get(i), rankings.get(i));
        }
        if (!clicksInTrain.containsKey(item) && clickedInValidation.contains(item)) {
          newItems.add(user, asked.get(i), rankings.get(i));
        }
      }
    }
    Map<String, Map<String, Double>> rows = new LinkedHashMap<>();
    rows.put("ctr", all.metrics());
    if (coldItems.areOfBothKinds()) {
      rows.put("ctr-cold-items", coldItems.metrics());
    }
    if (newItems.areOfBothKinds()) {
      rows.put("ctr-new-items", newItems.metrics());
    }
    return rows;
  }

  /** Scores of impressions, and what became of them. */
  private static final class Answers {
    private final List<String> users = new ArrayList<>();
    private final List<Float> scores = new ArrayList<>();
    private final List<Boolean> clicks = new ArrayList<>();

    void add(String userId, LabelledRequest asked, Ranking ranking) {
      users.add(userId);
      scores.add(ranking.scores()[0]);
      clicks.add(asked.labels()[0] > 0);
    }

    /** Returns whether some were clicked and some were not. */
    boolean areOfBothKinds() {
      return clicks.contains(true) && clicks.contains(false);
    }

    Map<String, Double> metrics() {
      float[] given = new float[scores.size()];
      boolean[] clicked = new boolean[clicks.size()];
      for (int i = 0; i < given.length; i++) {
        given[i] = scores.get(i);
        clicked[i] = clicks.get(i);
      }
      Map<String, Double> metrics = new LinkedHashMap<>();
      metrics.put("auc", Auc.of(given, clicked));
      metrics.put("grouped_auc", GroupedAuc.of(users, given, clicked));
      metrics.put("log_loss", LogLoss.of(given, clicked));
      return metrics;
    }
  }
}
