package io.freshet.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.freshet.model.Behavior;
import io.freshet.model.BehaviorAge;
import io.freshet.model.BehaviorSequence;
import io.freshet.model.Candidate;
import io.freshet.model.ClickLog;
import io.freshet.model.EmbeddingHistory;
import io.freshet.model.EmbeddingSpace;
import io.freshet.model.ItemTable;
import io.freshet.model.ScoringRequest;
import io.freshet.model.ScoringRequest.PastItem;
import io.freshet.model.ScoringRequest.Target;
import io.freshet.model.ShownList;
import io.freshet.model.TrainingLog.Answered;
import io.freshet.model.network.ClickExamples.LaterMoment;
import io.freshet.schemas.ClickEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClickExamplesTest {
  private static final int LENGTH = 10;
  private static final int NEGATIVES = 6;

  private final ClickLog log = Logs.random(30, 600, 80, 1);
  private final Instant half = log.timeAt(.5);
  private final ItemTable retrieval = ItemTable.of(log.before(half));
  private final NegativeSampler negatives = new NegativeSampler(log.before(half), .5, .25);
  private final Examples learnt = examples(log).from(log.timeAt(0), NEGATIVES, LaterMoment.BETWEEN);

  @Test
  void nothingIsKnownButWhatTheUserDidBefore() {
    int withTies = 0;
    for (Example example : all()) {
      List<ClickEvent> before = example.before();
      ScoringRequest request = get(learnt, example.number());
      List<PastItem> past =
          before.subList(Math.max(0, before.size() - LENGTH), before.size()).stream()
              .map(ClickExamplesTest::past)
              .toList();
      assertThat(request.sequence()).isEqualTo(past);
      if (!before.isEmpty()) {
        assertThat(request.context()).isEqualTo(example.last().context());
        assertThat(request.nowMillis()).isBetween(example.lastMillis(), example.labelMillis());
        withTies += example.lastMillis() == example.labelMillis() ? 1 : 0;
      } else {
        assertThat(request.context()).isEmpty();
        assertThat(request.nowMillis()).isEqualTo(example.labelMillis());
      }
    }
    assertThat(withTies).as("labels at the moment of the click before").isPositive();
  }

  @Test
  void listsAreAskedAsTheyWereShown() {
    ClickEvent last = log.clicks().get(590);
    ShownList shown = new ShownList("r", last.userId(), last.eventTime(), List.of("x", "y", "z"));
    Examples lists = examples(log).of(List.of(new Answered(shown, Set.of("z"))), NEGATIVES);
    LabelledRequest asked = lists.get(0, new SplittableRandom(1));

    List<PastItem> past =
        log.clicks().stream()
            .filter(click -> click.userId().equals(last.userId()))
            .filter(click -> !click.eventTime().isAfter(last.eventTime()))
            .map(ClickExamplesTest::past)
            .toList();
    assertThat(past).hasSizeGreaterThan(LENGTH);
    assertThat(asked.request().sequence())
        .isEqualTo(past.subList(past.size() - LENGTH, past.size()));
    assertThat(asked.request().nowMillis()).isEqualTo(last.eventTime().toEpochMilli());
    assertThat(asked.labels()).containsExactly(1, 0, 0, 0, 0, 0, 0);
    List<String> items = asked.request().candidates().stream().map(Target::itemId).toList();
    assertThat(items).hasSize(1 + NEGATIVES).startsWith("z", "x", "y");
    assertThat(items.subList(3, items.size())).allMatch(item -> item.startsWith("i"));

    Examples only = examples(log).asShown(List.of(new Answered(shown, Set.of("z"))));
    LabelledRequest askedOnly = only.get(0, new SplittableRandom(1));
    assertThat(askedOnly.labels()).containsExactly(1, 0, 0);
    assertThat(askedOnly.request().candidates())
        .isEqualTo(asked.request().candidates().subList(0, 3));
    assertThat(askedOnly.request().sequence()).isEqualTo(asked.request().sequence());
  }

  @Test
  void listsLongerThanAnExampleKeepWhatWasClicked() {
    List<String> ids = TinyBst.ids("x", 10);
    ShownList shown = new ShownList("r", "nobody", half, ids);
    Set<String> clicked = Set.of("x8", "x9");
    Examples lists = examples(log).of(List.of(new Answered(shown, clicked)), NEGATIVES);
    LabelledRequest asked = lists.get(0, new SplittableRandom(1));
    assertThat(asked.request().sequence()).isEmpty();
    assertThat(asked.labels()).containsExactly(1, 1, 0, 0, 0, 0, 0);
    assertThat(asked.request().candidates().subList(0, 2))
        .extracting(Target::itemId)
        .containsExactlyInAnyOrderElementsOf(clicked);
    assertThat(asked.request().candidates().subList(2, 7))
        .extracting(Target::itemId)
        .containsExactly("x0", "x1", "x2", "x3", "x4");
  }

  @Test
  void halfOfTheMomentsAreThoseOfTheLastClick() {
    int rightAfter = 0;
    int later = 0;
    for (Example example : all()) {
      if (!example.before().isEmpty() && example.lastMillis() < example.labelMillis()) {
        for (int seed = 0; seed < 10; seed++) {
          SplittableRandom random = new SplittableRandom(1_000L * example.number() + seed);
          long moment = learnt.get(example.number(), random).request().nowMillis();
          rightAfter += moment == example.lastMillis() ? 1 : 0;
          later += moment > example.lastMillis() ? 1 : 0;
        }
      }
    }
    assertThat((double) rightAfter / (rightAfter + later)).isBetween(.45, .55);
  }

  @Test
  void agesAreThoseThatTheStreamMeasuresRightAfterTheLastClick() {
    int held = 0;
    for (Example example : all()) {
      ScoringRequest request = get(learnt, example.number());
      if (!example.before().isEmpty() && request.nowMillis() == example.lastMillis()) {
        List<ClickEvent> arriving = new ArrayList<>(example.before());
        Collections.shuffle(arriving, new Random(example.number()));
        BehaviorSequence remembered = BehaviorSequence.empty(LENGTH);
        for (ClickEvent click : arriving) {
          remembered = remembered.with(Behavior.of(click));
        }
        long now = remembered.timeOfRecommendation(example.lastMillis());
        assertThat(request.sequence())
            .extracting(past -> BehaviorAge.bucket(request.nowMillis(), past.timeMillis()))
            .isEqualTo(
                remembered.behaviors().stream()
                    .map(behavior -> BehaviorAge.bucket(now, behavior.timeMillis()))
                    .toList());
        held++;
      }
    }
    assertThat(held).as("examples held against the stream").isGreaterThan(all().size() / 3);
  }

  @Test
  void whatIsClickedAgainStandsBesideWhatElseWasClickedBeforeAndOthers() {
    int ofPast = 0;
    int others = 0;
    for (Example example : all()) {
      Set<String> before =
          example.before().stream().map(ClickEvent::itemId).collect(Collectors.toSet());
      String label = example.label().itemId();
      if (before.contains(label) && before.size() > 1) {
        List<Target> candidates = get(learnt, example.number()).candidates();
        assertThat(candidates.get(0).itemId()).isEqualTo(label);
        for (Target other : candidates.subList(1, candidates.size())) {
          assertThat(other.itemId()).isNotEqualTo(label);
          ofPast += before.contains(other.itemId()) ? 1 : 0;
          others++;
        }
      }
    }
    assertThat(ofPast).isCloseTo(others / 2, withinPercentage(15));
  }

  @Test
  void clickedItemComesFirstAndNoOtherClickedOneBehind() {
    Map<String, List<String>> clicked =
        log.clicks().stream()
            .collect(
                Collectors.groupingBy(
                    ClickEvent::userId,
                    Collectors.mapping(ClickEvent::itemId, Collectors.toList())));
    for (Example example : all()) {
      String label = example.label().itemId();
      List<String> candidates =
          get(learnt, example.number()).candidates().stream().map(Target::itemId).toList();
      assertThat(candidates).hasSize(1 + NEGATIVES).startsWith(label);
      if (example.before().stream().noneMatch(click -> click.itemId().equals(label))) {
        assertThat(candidates.subList(1, candidates.size()))
            .doesNotContainAnyElementsOf(clicked.get(example.label().userId()));
      }
    }
  }

  @Test
  void candidatesCarryTheRankOfRetrievalAtThatMoment() {
    List<ClickEvent> clicks = new ArrayList<>();
    for (String user : List.of("x", "y", "z")) {
      clicks.add(Logs.click(clicks.size(), user, "tea", Logs.START));
      clicks.add(Logs.click(clicks.size(), user, "cup", Logs.START));
    }
    ItemTable old = ItemTable.of(new ClickLog(clicks, List.of()));
    ClickLog newer =
        new ClickLog(
            List.of(
                Logs.click(10, "u", "tea", Logs.START.plusSeconds(10)),
                Logs.click(11, "u", "cup", Logs.START.plusSeconds(11)),
                Logs.click(12, "u", "tea", Logs.START.plusSeconds(12)),
                Logs.click(13, "u", "new", Logs.START.plusSeconds(13))),
            List.of());
    Examples few =
        new ClickExamples(newer, old, new NegativeSampler(log, 0, 0), LENGTH, EmbeddingHistory.NONE)
            .from(Logs.START, NEGATIVES, LaterMoment.BETWEEN);
    assertThat(IntStream.range(0, 4).map(i -> get(few, i).candidates().get(0).rank()))
        .as("popular second, similar first, seen before, unheard of")
        .containsExactly(2, 1, Candidate.NOT_RETRIEVED, Candidate.NOT_RETRIEVED);
  }

  @Test
  void retrievalKnowsMoreBehaviorsThanTheNetworkLooksAt() {
    List<ClickEvent> past = new ArrayList<>();
    for (String user : List.of("x", "y", "z")) {
      past.add(Logs.click(past.size(), user, "old", Logs.START));
      past.add(Logs.click(past.size(), user, "like old", Logs.START));
    }
    for (String item : List.of("new", "popular", "popular", "popular", "popular")) {
      past.add(Logs.click(past.size(), "w" + past.size(), item, Logs.START));
    }
    List<ClickEvent> clicks = new ArrayList<>();
    clicks.add(Logs.click(10, "u", "old", Logs.START.plusSeconds(1)));
    for (int i = 0; i < 2 * LENGTH; i++) {
      clicks.add(Logs.click(11 + i, "u", "new", Logs.START.plusSeconds(2 + i)));
    }
    Instant last = Logs.START.plusSeconds(100);
    clicks.add(Logs.click(99, "u", "like old", last));

    ScoringRequest request =
        get(
            new ClickExamples(
                    new ClickLog(clicks, List.of()),
                    ItemTable.of(new ClickLog(past, List.of())),
                    negatives,
                    LENGTH,
                    EmbeddingHistory.NONE)
                .from(last, NEGATIVES, LaterMoment.BETWEEN),
            0);

    assertThat(request.sequence()).hasSize(LENGTH).noneMatch(item -> item.itemId().equals("old"));
    assertThat(request.candidates().get(0).rank()).as("like an item clicked earlier").isEqualTo(1);
  }

  @Test
  void labelsAreTheClicksFromThatTimeOn() {
    List<String> expected =
        all().stream()
            .filter(example -> !example.label().eventTime().isBefore(half))
            .map(example -> example.label().itemId())
            .toList();
    assertThat(labels(examples(log).from(half, NEGATIVES, LaterMoment.BETWEEN)))
        .isEqualTo(expected);
    assertThat(learnt.size()).isEqualTo(log.clicks().size());
  }

  @Test
  void otherHalfOfTheMomentsIsThatOfTheLabelWhereAskedFor() {
    Examples requests = examples(log).from(log.timeAt(0), NEGATIVES, LaterMoment.OF_LABEL);
    Set<Boolean> seen = new HashSet<>();
    for (Example example : all()) {
      if (!example.before().isEmpty() && example.lastMillis() < example.labelMillis()) {
        long moment = get(requests, example.number()).nowMillis();
        assertThat(moment).isIn(example.lastMillis(), example.labelMillis());
        seen.add(moment == example.labelMillis());
      }
    }
    assertThat(seen).hasSize(2);
  }

  @Test
  void clickedItemIsLabelledSoAndNoOther() {
    assertThat(learnt.get(7, new SplittableRandom(1)).labels())
        .containsExactly(1, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void clicksYetToComeChangeNoExample() {
    Instant cut = log.timeAt(.8);
    List<ClickEvent> clicks = new ArrayList<>(log.before(cut).clicks());
    for (int i = 0; i < 200; i++) {
      clicks.add(Logs.click(90_000 + i, "u" + i % 40, "unheard-of" + i % 9, cut.plusSeconds(i)));
    }
    Examples past = examples(log.before(cut)).from(log.timeAt(0), NEGATIVES, LaterMoment.BETWEEN);
    Examples longer =
        examples(new ClickLog(clicks, log.items()))
            .from(log.timeAt(0), NEGATIVES, LaterMoment.BETWEEN);
    List<String> labels = labels(longer);
    int[] same =
        IntStream.range(0, longer.size())
            .filter(i -> !labels.get(i).startsWith("unheard-of"))
            .toArray();
    assertThat(same).hasSize(past.size());
    for (int i = 0; i < past.size(); i++) {
      assertThat(longer.get(same[i], new SplittableRandom(i)).request())
          .isEqualTo(past.get(i, new SplittableRandom(i)).request());
    }
  }

  private static List<String> labels(Examples examples) {
    return IntStream.range(0, examples.size())
        .mapToObj(i -> get(examples, i).candidates().get(0).itemId())
        .toList();
  }

  /** A click, and all that its user did before it. */
  private record Example(int number, List<ClickEvent> before, ClickEvent label) {
    ClickEvent last() {
      return before.get(before.size() - 1);
    }

    long lastMillis() {
      return last().eventTime().toEpochMilli();
    }

    long labelMillis() {
      return label.eventTime().toEpochMilli();
    }
  }

  private List<Example> all() {
    List<ClickEvent> clicks =
        log.clicks().stream()
            .sorted(
                Comparator.comparing(ClickEvent::userId)
                    .thenComparing(ClickEvent::eventTime)
                    .thenComparing(ClickEvent::eventId))
            .toList();
    return IntStream.range(0, clicks.size())
        .mapToObj(
            i ->
                new Example(
                    i,
                    clicks.subList(0, i).stream()
                        .filter(click -> click.userId().equals(clicks.get(i).userId()))
                        .toList(),
                    clicks.get(i)))
        .toList();
  }

  @Test
  void userAndItemsComeWithTheirVectors() {
    EmbeddingSpace groups = new GroupVectors(5);
    ClickExamples examples =
        new ClickExamples(log, retrieval, negatives, LENGTH, EmbeddingHistory.always(groups));
    ShownList shown = new ShownList("r", "u7", half, List.of("x", "i3"));
    ScoringRequest ofClick = get(examples.from(log.timeAt(0), NEGATIVES, LaterMoment.BETWEEN), 0);
    ScoringRequest ofList = get(examples.of(List.of(new Answered(shown, Set.of("i3"))), 1), 0);

    assertThat(ofClick.userVector()).isEqualTo(groups.ofUser(all().get(0).label().userId()));
    assertThat(ofClick.candidates())
        .allSatisfy(item -> assertThat(item.vector()).isEqualTo(groups.ofItem(item.itemId())));
    assertThat(ofList.userVector()).containsExactly(0, 0, 1, 0, 0);
    assertThat(ofList.candidates().get(0).vector()).containsExactly(0, 0, 0, 1, 0);
    assertThat(ofList.candidates().get(1).vector()).isNull();
    assertThat(get(learnt, 0).userVector()).isNull();
  }

  private ClickExamples examples(ClickLog of) {
    return new ClickExamples(of, retrieval, negatives, LENGTH, EmbeddingHistory.NONE);
  }

  private static ScoringRequest get(Examples examples, int example) {
    return examples.get(example, new SplittableRandom(example)).request();
  }

  private static PastItem past(ClickEvent click) {
    String category = "c" + click.itemId().length();
    return new PastItem(click.itemId(), category, click.eventTime().toEpochMilli(), click.action());
  }
}
