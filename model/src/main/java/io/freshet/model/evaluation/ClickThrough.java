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
import java.util.EnumMap;
import java.util.EnumSet;
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
 * FullRanking#COLD_CLICKS_MAX} clicks in what is learnt from are {@code ctr-cold-items} besides.
 * Those of items that were not clicked in what is learnt from are measured once more: {@code
 * ctr-new-items}, of which the embeddings known when the test begins have a vector, and {@code
 * ctr-unknown-items}, of which they have none. Where there are no embeddings the first click
 * decides: items that were clicked before the test are new, others unknown. Each row but the first
 * is there where some impressions were clicked and some were not. Metrics: {@code auc}, {@code
 * grouped_auc} by user, {@code log_loss}.
 */
public final class ClickThrough implements Protocol {
  private static final int MEASURED = 20_000;
  private static final int ASKED_AT_ONCE = 4_096;
  private static final int MINIMUM_IMPRESSIONS = 2;

  private final ImpressionLog log;
  private final ImpressionLog past;
  private final Instant validationFrom;
  private final Instant testFrom;
  private final EmbeddingHistory embeddings;
  private final Map<String, Integer> clicksInTrain = new HashMap<>();
  private final Set<String> clickedInValidation = new HashSet<>();

  /** What impressions are asked about together. */
  private enum Row {
    ALL("ctr"),
    COLD_ITEMS("ctr-cold-items"),
    NEW_ITEMS("ctr-new-items"),
    UNKNOWN_ITEMS("ctr-unknown-items");

    private final String label;

    Row(String label) {
      this.label = label;
    }
  }

  /**
   * @param embeddings for those networks that are given any; which items are new is told by them
   *     for all models
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
    return Popularity.of(past);
  }

  @Override
  public CandidateScorer coClicks() {
    return new CoClickSimilarity(ItemTable.of(past.clicks()));
  }

  @Override
  public Map<String, Map<String, Double>> measure(CandidateScorer scorer) {
    Labelled test =
        new ImpressionExamples(log, NetworkForm.SEQUENCE_LENGTH_MAX, embeddings)
            .between(testFrom, Instant.MAX);
    Map<Row, Answers> answers = new EnumMap<>(Row.class);
    for (int from = 0; from < test.size(); from += ASKED_AT_ONCE) {
      int end = Math.min(test.size(), from + ASKED_AT_ONCE);
      List<LabelledRequest> asked = IntStream.range(from, end).mapToObj(test::get).toList();
      List<Ranking> rankings = scorer.score(asked.stream().map(LabelledRequest::request).toList());
      for (int i = 0; i < asked.size(); i++) {
        String item = asked.get(i).request().candidates().get(0).itemId();
        for (Row row : rows(item)) {
          answers
              .computeIfAbsent(row, r -> new Answers())
              .add(test.userId(from + i), asked.get(i), rankings.get(i));
        }
      }
    }
    Map<String, Map<String, Double>> metrics = new LinkedHashMap<>();
    answers.forEach(
        (row, given) -> {
          if (row == Row.ALL || given.areOfBothKinds()) {
            metrics.put(row.label, given.metrics());
          }
        });
    return metrics;
  }

  @Override
  public String questions() {
    return "%08x, validated from %s, tested from %s, new items by %s"
        .formatted(
            log.hashCode(),
            validationFrom,
            testFrom,
            embeddings == EmbeddingHistory.NONE ? "clicks" : "vectors");
  }

  private Set<Row> rows(String itemId) {
    int clicks = clicksInTrain.getOrDefault(itemId, 0);
    Set<Row> rows = EnumSet.of(Row.ALL);
    if (clicks <= FullRanking.COLD_CLICKS_MAX) {
      rows.add(Row.COLD_ITEMS);
    }
    if (clicks == 0) {
      rows.add(isKnownBeforeTest(itemId) ? Row.NEW_ITEMS : Row.UNKNOWN_ITEMS);
    }
    return rows;
  }

  private boolean isKnownBeforeTest(String itemId) {
    return embeddings == EmbeddingHistory.NONE
        ? clickedInValidation.contains(itemId)
        : embeddings.at(testFrom).ofItem(itemId) != null;
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
