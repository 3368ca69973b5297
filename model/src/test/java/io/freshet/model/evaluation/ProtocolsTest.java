package io.freshet.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.freshet.model.CandidateScorer;
import io.freshet.model.EmbeddingHistory;
import io.freshet.model.ImpressionLog;
import io.freshet.model.ImpressionLog.Impression;
import io.freshet.model.LeaveOneOut;
import io.freshet.model.LeaveOneOut.HeldOut;
import io.freshet.model.Ranking;
import io.freshet.model.ScoringRequest;
import io.freshet.model.ScoringRequest.PastItem;
import io.freshet.model.ScoringRequest.Target;
import io.freshet.model.evaluation.HeldOutClicks.Setup;
import io.freshet.model.metrics.LogLoss;
import io.freshet.model.network.GroupVectors;
import io.freshet.model.network.LabelledRequest;
import io.freshet.model.network.Logs;
import io.freshet.model.network.NetworkTrainer.Material;
import io.freshet.model.network.TinyBst;
import io.freshet.schemas.ClickEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProtocolsTest {
  private final LeaveOneOut data = LeaveOneOut.ofLastClicks(Logs.random(20, 400, 60, 1));

  /** Of a row of one item, clicked every fourth time: believed to be clicked always, or never. */
  private static final Consumer<Double> CERTAIN = logLossOfWrong(.75);

  private static final Consumer<Double> REFUSED = logLossOfWrong(.25);

  private static Consumer<Double> logLossOfWrong(double share) {
    return loss -> assertThat(loss).isCloseTo(-share * Math.log(LogLoss.CLIP), within(.1));
  }

  /** Scores by a rule and keeps what it is asked. */
  private record Asked(ToDoubleFunction<Target> rule, List<ScoringRequest> requests)
      implements CandidateScorer {
    Asked(ToDoubleFunction<Target> rule) {
      this(rule, new ArrayList<>());
    }

    @Override
    public List<Ranking> score(List<ScoringRequest> asked, int explained) {
      requests.addAll(asked);
      return asked.stream().map(this::ranking).toList();
    }

    private Ranking ranking(ScoringRequest request) {
      float[] scores = new float[request.candidates().size()];
      for (int c = 0; c < scores.length; c++) {
        scores[c] = (float) rule.applyAsDouble(request.candidates().get(c));
      }
      return new Ranking(scores, new float[scores.length][0]);
    }

    @Override
    public void close() {}
  }

  @Test
  void heldOutItemIsRankedAmongItemsThatItsUserHasNotClicked() {
    Asked asked = new Asked(target -> .5);
    new HeldOutClicks(data, setup(15), EmbeddingHistory.NONE).measure(asked);

    assertThat(asked.requests()).hasSize(2 * data.heldOut().size());
    for (int i = 0; i < data.heldOut().size(); i++) {
      ClickEvent click = data.heldOut().get(i).click();
      ScoringRequest request = asked.requests().get(2 * i);
      List<String> items = request.candidates().stream().map(Target::itemId).toList();
      Set<String> clicked = new HashSet<>();
      request.sequence().forEach(past -> clicked.add(past.itemId()));
      assertThat(items).hasSize(16).doesNotHaveDuplicates().startsWith(click.itemId());
      assertThat(items.subList(1, 16)).doesNotContainAnyElementsOf(clicked);
    }
  }

  @Test
  void itIsAskedAtTheClicksOwnTimeAndAtThatOfTheLastClick() {
    Asked asked = new Asked(target -> .5);
    new HeldOutClicks(data, setup(5), EmbeddingHistory.NONE).measure(asked);

    for (int i = 0; i < data.heldOut().size(); i++) {
      ClickEvent click = data.heldOut().get(i).click();
      ScoringRequest own = asked.requests().get(2 * i);
      ScoringRequest last = asked.requests().get(2 * i + 1);
      PastItem newest = own.sequence().get(own.sequence().size() - 1);
      assertThat(own.nowMillis()).isEqualTo(click.eventTime().toEpochMilli());
      assertThat(last.nowMillis()).isEqualTo(newest.timeMillis());
      assertThat(last.candidates()).isEqualTo(own.candidates());
      assertThat(last.sequence()).isEqualTo(own.sequence());
    }
  }

  @Test
  void contextIsThatOfTheLastClickAsInWhatIsLearntFrom() {
    Asked asked = new Asked(target -> .5);
    HeldOutClicks protocol = new HeldOutClicks(data, setup(5), EmbeddingHistory.NONE);
    protocol.measure(asked);
    List<ScoringRequest> requests = new ArrayList<>(asked.requests());
    protocol.material(TinyBst.CONFIG, 1).measured().forEach(next -> requests.add(next.request()));

    Map<Long, Set<Map<String, String>>> contexts = new HashMap<>(); // by moment
    for (ClickEvent click : data.history().clicks()) {
      contexts
          .computeIfAbsent(click.eventTime().toEpochMilli(), moment -> new HashSet<>())
          .add(click.context());
    }
    for (ScoringRequest request : requests) {
      PastItem newest = request.sequence().get(request.sequence().size() - 1);
      assertThat(contexts.get(newest.timeMillis())).contains(request.context());
    }
  }

  @Test
  void guessingHitsAsOftenAsChanceAndKnowingAlways() {
    Map<String, Double> guessed =
        new HeldOutClicks(data, setup(19), EmbeddingHistory.NONE)
            .measure(new Asked(target -> .5))
            .get("ranking");
    Set<String> wanted = new HashSet<>();
    data.heldOut().forEach(heldOut -> wanted.add(heldOut.click().itemId()));
    assertThat(guessed.get("hr_at_5")).isCloseTo(5 / 20.0, within(1e-9));
    assertThat(guessed.get("hr_at_10")).isCloseTo(10 / 20.0, within(1e-9));

    LeaveOneOut one = heldOut(data.heldOut().get(0));
    String item = one.heldOut().get(0).click().itemId();
    Map<String, Double> known =
        new HeldOutClicks(one, setup(19), EmbeddingHistory.NONE)
            .measure(new Asked(target -> target.itemId().equals(item) ? 1 : 0))
            .get("ranking");
    assertThat(known).containsEntry("hr_at_5", 1.0).containsEntry("ndcg_at_5", 1.0);
  }

  @Test
  void negativesThatTheDataSetGivesAreTaken() {
    HeldOut given = new HeldOut(data.heldOut().get(0).click(), List.of("i1", "i2"));
    Asked asked = new Asked(target -> .5);
    new HeldOutClicks(heldOut(given), setup(15), EmbeddingHistory.NONE).measure(asked);
    assertThat(asked.requests().get(0).candidates())
        .extracting(Target::itemId)
        .containsExactly(given.click().itemId(), "i1", "i2");
  }

  @Test
  void amongAllMeansEveryItemThatTheUserHasNotClicked() {
    Asked asked = new Asked(target -> .5);
    new HeldOutClicks(data, setup(Setup.ALL), EmbeddingHistory.NONE).measure(asked);
    ScoringRequest request = asked.requests().get(0);
    Set<String> clicked = new HashSet<>();
    request.sequence().forEach(past -> clicked.add(past.itemId()));
    clicked.remove(request.candidates().get(0).itemId());
    Set<String> all = new HashSet<>();
    data.history().clicks().forEach(click -> all.add(click.itemId()));
    data.heldOut().forEach(heldOut -> all.add(heldOut.click().itemId()));
    assertThat(request.candidates()).hasSize(all.size() - clicked.size());

    HeldOut given = new HeldOut(data.heldOut().get(0).click(), List.of("i1", "i2"));
    Asked alike = new Asked(target -> .5);
    new HeldOutClicks(heldOut(given), setup(Setup.ALL), EmbeddingHistory.NONE).measure(alike);
    assertThat(alike.requests().get(0).candidates())
        .as("whatever the data set gives")
        .hasSizeGreaterThan(3);
  }

  @Test
  void nothingHeldOutIsLearntFrom() {
    Material material =
        new HeldOutClicks(data, setup(5), EmbeddingHistory.NONE).material(TinyBst.CONFIG, 1);
    assertThat(material.learnt().size()).isEqualTo(data.train().clicks().size());
    for (int i = 0; i < material.learnt().size(); i++) {
      assertIsOfTrain(material.learnt().get(i, new SplittableRandom(i)).request());
    }
  }

  @Test
  void epochsAreChosenByWhatIsHeldOutForThat() {
    Material material =
        new HeldOutClicks(data, setup(5), EmbeddingHistory.NONE).material(TinyBst.CONFIG, 1);
    assertThat(material.measured()).hasSameSizeAs(data.validation());
    for (int i = 0; i < material.measured().size(); i++) {
      LabelledRequest measured = material.measured().get(i);
      ClickEvent click = data.validation().get(i).click();
      assertThat(measured.labels()).containsExactly(1, 0, 0, 0, 0, 0);
      assertThat(measured.request().candidates()).hasSize(6);
      assertThat(measured.request().candidates().get(0).itemId()).isEqualTo(click.itemId());
      assertThat(measured.request().nowMillis()).isEqualTo(click.eventTime().toEpochMilli());
      assertIsOfTrain(measured.request());
    }
  }

  private void assertIsOfTrain(ScoringRequest request) {
    for (PastItem past : request.sequence()) {
      assertThat(data.train().clicks())
          .anyMatch(
              click ->
                  click.itemId().equals(past.itemId())
                      && click.eventTime().toEpochMilli() == past.timeMillis());
    }
  }

  private LeaveOneOut heldOut(HeldOut one) {
    return new LeaveOneOut(data.train(), data.validation(), data.history(), List.of(one));
  }

  @Test
  void impressionsAreCutByTime() {
    ImpressionLog log = impressions();
    Instant validation = log.timeAt(.6);
    Instant test = log.timeAt(.8);
    Material material =
        new ClickThrough(log, validation, test, EmbeddingHistory.NONE).material(TinyBst.CONFIG, 1);
    for (int i = 0; i < material.learnt().size(); i++) {
      assertThat(material.learnt().get(i, new SplittableRandom(1)).request().nowMillis())
          .isLessThan(validation.toEpochMilli());
    }
    assertThat(material.measured())
        .allMatch(
            request ->
                request.request().nowMillis() >= validation.toEpochMilli()
                    && request.request().nowMillis() < test.toEpochMilli());
    Asked asked = new Asked(target -> .5);
    new ClickThrough(log, validation, test, EmbeddingHistory.NONE).measure(asked);
    assertThat(asked.requests())
        .hasSize(log.from(test).impressions().size())
        .allMatch(request -> request.nowMillis() >= test.toEpochMilli());
  }

  @Test
  void knowingTheLabelsIsWorthOneAndGuessingHalf() {
    ImpressionLog log = impressions();
    ClickThrough protocol =
        new ClickThrough(log, log.timeAt(.6), log.timeAt(.8), EmbeddingHistory.NONE);
    assertThat(protocol.measure(new Asked(t -> t.itemId().equals("i0") ? 1 : 0)).get("ctr"))
        .containsEntry("auc", 1.0);
    assertThat(protocol.measure(new Asked(target -> .5)).get("ctr")).containsEntry("auc", .5);
  }

  @Test
  void itemsWithFewClicksAreMeasuredByThemselvesToo() {
    List<Impression> impressions = new ArrayList<>(impressions().impressions());
    for (int i = 80; i < 100; i++) {
      Instant time = Logs.START.plusSeconds(i).plusMillis(1);
      impressions.add(new Impression("u" + i % 7, "new", time, i % 2 == 0, Map.of()));
    }
    ImpressionLog log = new ImpressionLog(impressions, List.of(), Map.of());
    ClickThrough protocol =
        new ClickThrough(
            log, Logs.START.plusSeconds(60), Logs.START.plusSeconds(80), EmbeddingHistory.NONE);

    Map<String, Map<String, Double>> rows =
        protocol.measure(new Asked(target -> target.itemId().equals("i0") ? 1 : 0));

    assertThat(rows.get("ctr").get("auc")).isBetween(.6, .95);
    assertThat(rows.get("ctr-cold-items").get("auc"))
        .as("i1 and i2 are never clicked, new every other time")
        .isEqualTo(.5);
    assertThat(
            new ClickThrough(impressions(), log.timeAt(.5), log.timeAt(.7), EmbeddingHistory.NONE)
                .measure(new Asked(target -> .5)))
        .as("nothing cold is clicked")
        .containsOnlyKeys("ctr");
  }

  @Test
  void itemsClickedFirstAfterWhatIsLearntFromAreMeasuredByThemselvesToo() {
    assertThat(logLosses("early", "never", EmbeddingHistory.NONE, "early"))
        .hasEntrySatisfying("ctr-new-items", CERTAIN);
    assertThat(logLosses("early", "never", EmbeddingHistory.NONE, "never"))
        .hasEntrySatisfying("ctr-new-items", REFUSED);
  }

  @Test
  void itemsNeverClickedBeforeTheTestAreMeasuredByThemselvesToo() {
    assertThat(logLosses("early", "never", EmbeddingHistory.NONE, "never"))
        .hasEntrySatisfying("ctr-unknown-items", CERTAIN);
    assertThat(logLosses("early", "never", EmbeddingHistory.NONE, "early"))
        .hasEntrySatisfying("ctr-unknown-items", REFUSED);
  }

  @Test
  void itemWithAVectorIsNewWhetherOrNotItWasClickedBeforeTheTest() {
    EmbeddingHistory numbered = EmbeddingHistory.always(new GroupVectors(2));
    assertThat(logLosses("early", "never7", numbered, "never7"))
        .hasEntrySatisfying("ctr-new-items", CERTAIN);
    assertThat(logLosses("early7", "never", numbered, "early7"))
        .hasEntrySatisfying("ctr-new-items", CERTAIN);
  }

  @Test
  void itemWithoutAVectorIsUnknownWhetherOrNotItWasClickedBeforeTheTest() {
    EmbeddingHistory numbered = EmbeddingHistory.always(new GroupVectors(2));
    assertThat(logLosses("early", "never7", numbered, "early"))
        .hasEntrySatisfying("ctr-unknown-items", CERTAIN);
    assertThat(logLosses("early7", "never", numbered, "never"))
        .hasEntrySatisfying("ctr-unknown-items", CERTAIN);
  }

  @Test
  void vectorLearntOnceTheTestHasBegunMakesNoItemNew() {
    Instant later = Logs.START.plusSeconds(81);
    EmbeddingHistory numbered = new EmbeddingHistory(Map.of(later, new GroupVectors(2)));
    assertThat(logLosses("early7", "never7", numbered, "early7"))
        .containsOnlyKeys("ctr", "ctr-cold-items", "ctr-unknown-items");
  }

  @Test
  void rulesLearnFromWhatNetworksLearnFrom() {
    Instant validated = Logs.START.plusSeconds(10);
    Instant tested = Logs.START.plusSeconds(20);
    List<Impression> impressions = new ArrayList<>();
    for (int second = 0; second < 30; second++) {
      String item = second < 10 ? "learnt from" : "not yet";
      impressions.add(new Impression("u", item, Logs.START.plusSeconds(second), true, Map.of()));
    }
    ImpressionLog log = new ImpressionLog(impressions, List.of(), Map.of());
    ClickThrough protocol = new ClickThrough(log, validated, tested, EmbeddingHistory.NONE);

    for (CandidateScorer rule : List.of(protocol.popularity(), protocol.coClicks())) {
      PastItem past = new PastItem("learnt from", null, validated.toEpochMilli(), "click");
      ScoringRequest request =
          new ScoringRequest(
              List.of(past),
              tested.toEpochMilli(),
              List.of(new Target("not yet", null), new Target("never", null)),
              Map.of());
      float[] scores = rule.score(List.of(request)).get(0).scores();
      assertThat(scores[0]).isEqualTo(scores[1]);
    }
  }

  @Test
  void questionsAreOthersWhereTheCutsOrTheVectorsOrTheClicksAre() {
    EmbeddingHistory vectors = EmbeddingHistory.always(new GroupVectors(2));
    assertThat(
            Stream.of(
                    cut(.6, .8, EmbeddingHistory.NONE),
                    cut(.5, .8, EmbeddingHistory.NONE),
                    cut(.6, .9, EmbeddingHistory.NONE),
                    cut(.6, .8, vectors))
                .map(Protocol::questions))
        .doesNotHaveDuplicates();
    assertThat(cut(.6, .8, vectors).questions()).isEqualTo(cut(.6, .8, vectors).questions());
    assertThat(new HeldOutClicks(data, setup(5), vectors).questions())
        .isEqualTo(new HeldOutClicks(data, setup(5), vectors).questions())
        .isNotEqualTo(new HeldOutClicks(data, setup(15), vectors).questions())
        .isNotEqualTo(
            new HeldOutClicks(heldOut(data.heldOut().get(0)), setup(5), vectors).questions());
  }

  private static ClickThrough cut(double validated, double tested, EmbeddingHistory vectors) {
    ImpressionLog log = impressions();
    return new ClickThrough(log, log.timeAt(validated), log.timeAt(tested), vectors);
  }

  /**
   * Returns the log loss of each row for two items without a click in what is learnt from: in the
   * test every fourth impression of either was clicked. A third, which has one, always was.
   *
   * @param early clicked before the test too
   * @param never not clicked before
   * @param believed the item that is believed to be clicked always; the others are never
   */
  private static Map<String, Double> logLosses(
      String early, String never, EmbeddingHistory embeddings, String believed) {
    Instant validation = Logs.START.plusSeconds(60);
    Instant test = Logs.START.plusSeconds(80);
    List<Impression> impressions = new ArrayList<>(impressions().before(test).impressions());
    impressions.add(new Impression("u1", "learnt", Logs.START, true, Map.of()));
    impressions.add(new Impression("u1", early, validation, true, Map.of()));
    for (int i = 0; i < 20; i++) {
      Instant time = test.plusSeconds(i);
      impressions.add(new Impression("u" + i % 7, early, time, i % 4 == 0, Map.of()));
      impressions.add(new Impression("u" + i % 7, never, time, i % 4 == 0, Map.of()));
      impressions.add(new Impression("u" + i % 7, "learnt", time, true, Map.of()));
    }
    ImpressionLog log = new ImpressionLog(impressions, List.of(), Map.of());
    Map<String, Double> losses = new HashMap<>();
    new ClickThrough(log, validation, test, embeddings)
        .measure(new Asked(target -> target.itemId().equals(believed) ? 1 : 0))
        .forEach((row, metrics) -> losses.put(row, metrics.get("log_loss")));
    return losses;
  }

  @Test
  void heldOutItemsWithFewClicksAreMeasuredByThemselvesToo() {
    Map<String, Integer> clicks = new HashMap<>();
    data.train().clicks().forEach(click -> clicks.merge(click.itemId(), 1, Integer::sum));
    Map<String, Map<String, Double>> rows =
        new HeldOutClicks(data, setup(15), EmbeddingHistory.NONE)
            .measure(new Asked(target -> clicks.getOrDefault(target.itemId(), 0) <= 3 ? 2 : 1));

    assertThat(rows.get("ranking-cold-items").get("hr_at_5"))
        .isGreaterThan(rows.get("ranking").get("hr_at_5"));
    assertThat(rows.get("ranking-cold-items").get("ndcg_at_5")).isGreaterThan(.2);
  }

  @Test
  void emptyPartIsRefused() {
    ImpressionLog log = impressions();
    assertThatThrownBy(
            () -> new ClickThrough(log, log.timeAt(.5), log.timeAt(.5), EmbeddingHistory.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("each part must have impressions");
    LeaveOneOut none = new LeaveOneOut(data.train(), data.validation(), data.train(), List.of());
    assertThatThrownBy(() -> new HeldOutClicks(none, setup(5), EmbeddingHistory.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "held-out clicks must be some, of users with at least 3 items each, were 0, and ");
  }

  private static Setup setup(int negatives) {
    return new Setup("ranking", negatives, Integer.MAX_VALUE, 4);
  }

  /** Every third impression is of i0, which alone is clicked. */
  private static ImpressionLog impressions() {
    List<Impression> impressions = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Instant time = Logs.START.plusSeconds(i);
      impressions.add(new Impression("u" + i % 7, "i" + i % 3, time, i % 3 == 0, Map.of()));
    }
    return new ImpressionLog(impressions, List.of(), Map.of());
  }
}
