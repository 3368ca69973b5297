package io.freshet.local;

import io.freshet.local.Summary.EmbeddingVersion;
import io.freshet.local.Summary.SourceOnlyUsers;
import io.freshet.local.Summary.Version;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Recommendation.RankedItem;
import io.freshet.schemas.Recommendation.Trigger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.HdrHistogram.Histogram;

/**
 * Holds each live click against what was recommended to its user for the click before, and beside
 * that against what is popular. Clicks are paired with recommendations by where they stand in
 * Kafka, never by a clock.
 */
final class Scoreboard {
  private static final int LIST = 10;
  private static final String PCREC = "pcrec";

  /** Where a click stands in Kafka. */
  record Place(int partition, long offset) {}

  private record LiveClick(ClickEvent click, Place place, List<String> popularBefore) {}

  private record Answer(
      List<RankedItem> ranked, String modelVersion, String embeddingVersion, long appendMillis) {
    static Answer of(Recommendation answer, long appendMillis) {
      return new Answer(
          answer.items(), answer.modelVersion(), answer.embeddingVersion(), appendMillis);
    }

    boolean recommends(String itemId) {
      return ranked.stream().limit(LIST).anyMatch(item -> item.itemId().equals(itemId));
    }

    boolean hasPcrec() {
      return ranked.stream().anyMatch(item -> item.source().equals(PCREC));
    }
  }

  private final Popularity popularity = new Popularity();
  private final Map<String, List<String>> popularForUser = new HashMap<>();
  private final List<LiveClick> liveClicks = new ArrayList<>();
  private final Map<Place, Long> clickAppends = new HashMap<>();
  private final Map<Place, ClickEvent> clicksAt = new HashMap<>();
  private final Map<Place, Answer> answers = new LinkedHashMap<>(); // as they came
  private final Map<String, Long> announcements = new HashMap<>();
  private final Set<String> unansweredRequests = new HashSet<>();
  private final List<Answer> requestAnswers = new ArrayList<>();
  private final Set<Trigger> triggers = new HashSet<>(); // of all answers
  private long unanswered;
  private long repeats;
  private long fallbacks;
  private String modelVersion;

  /** Takes in a click of the past: it counts for what is popular and what is known to its user. */
  void past(ClickEvent click) {
    popularity.add(click);
  }

  /**
   * Takes in a live click. The clicks of a user come in the order that they were sent in.
   *
   * @param appendMillis when it was appended, by the broker's clock
   */
  void clicked(ClickEvent click, Place place, long appendMillis) {
    liveClicks.add(new LiveClick(click, place, popularForUser.get(click.userId())));
    clickAppends.put(place, appendMillis);
    unanswered += answers.containsKey(place) ? 0 : 1;
    clicksAt.put(place, click);
    popularity.add(click);
    popularForUser.put(click.userId(), popularity.unknownTo(click.userId()));
  }

  /** Takes in a request, before its recommendation comes here. */
  void asked(String requestId) {
    unansweredRequests.add(requestId);
  }

  /**
   * Takes in that a release was announced.
   *
   * @param appendMillis when that was appended, by the broker's clock
   */
  void announced(String version, long appendMillis) {
    announcements.putIfAbsent(version, appendMillis);
  }

  /**
   * Takes in a recommendation for a click, which may come before its click does here; one that
   * comes again is counted as that and changes nothing.
   *
   * @param appendMillis when it was appended, by the broker's clock
   * @return the click that it answers; null where that has not come here
   */
  ClickEvent recommended(Recommendation answer, long appendMillis) {
    Place place = placeOf(answer.trigger());
    if (isNew(answer)) {
      answers.put(place, Answer.of(answer, appendMillis));
      unanswered -= clickAppends.containsKey(place) ? 1 : 0;
      fallbacks += answer.fallbackReason() == null ? 0 : 1;
      modelVersion = answer.modelVersion() == null ? modelVersion : answer.modelVersion();
    }
    return clicksAt.get(place);
  }

  /**
   * Takes in a recommendation for a request; one that comes again is counted as that and changes
   * nothing.
   *
   * @param appendMillis when it was appended, by the broker's clock
   */
  void requested(Recommendation answer, long appendMillis) {
    if (isNew(answer) && unansweredRequests.remove(answer.requestId())) {
      requestAnswers.add(Answer.of(answer, appendMillis));
    }
  }

  private boolean isNew(Recommendation answer) {
    boolean isNew = triggers.add(answer.trigger());
    repeats += isNew ? 0 : 1;
    return isNew;
  }

  /** Returns whether every live click and every request has its recommendation. */
  boolean isComplete() {
    return unanswered == 0 && unansweredRequests.isEmpty();
  }

  private static Place placeOf(Trigger trigger) {
    return new Place(trigger.partition(), trigger.offset());
  }

  /** Returns how it stands. */
  Summary summary(long deadLetters) {
    Tally all = new Tally();
    Map<String, Tally> ofVersions = new LinkedHashMap<>();
    for (Answer answer : answers.values()) {
      ofVersions.computeIfAbsent(answer.modelVersion(), version -> new Tally()).answers++;
    }
    Map<String, Place> before = new HashMap<>();
    for (LiveClick live : liveClicks) {
      Place triggerBefore = before.put(live.click().userId(), live.place());
      Answer answer = triggerBefore == null ? null : answers.get(triggerBefore);
      if (answer != null) {
        all.evaluate(live, answer);
        ofVersions.get(answer.modelVersion()).evaluate(live, answer);
      }
    }
    Histogram latency = latencyMillis();
    return new Summary(
        liveClicks.size(),
        answers.size(),
        repeats,
        percentile(latency, 50),
        percentile(latency, 99),
        all.evaluated,
        share(all.hits, all.evaluated),
        share(all.popularHits, all.evaluated),
        deadLetters,
        fallbacks,
        modelVersion,
        versions(ofVersions),
        sources(),
        embeddings(),
        sourceOnlyUsers());
  }

  private Map<String, Double> sources() {
    Map<String, Long> items = new TreeMap<>();
    for (Answer answer : answers.values()) {
      answer.ranked().forEach(item -> items.merge(item.source(), 1L, Long::sum));
    }
    long all = items.values().stream().mapToLong(Long::longValue).sum();
    Map<String, Double> shares = new TreeMap<>();
    items.forEach((source, count) -> shares.put(source, share(count, all)));
    return shares;
  }

  private List<EmbeddingVersion> embeddings() {
    Map<String, List<Answer>> ofVersions = new LinkedHashMap<>();
    for (Answer answer : answers.values()) {
      if (answer.embeddingVersion() != null) {
        ofVersions
            .computeIfAbsent(answer.embeddingVersion(), version -> new ArrayList<>())
            .add(answer);
      }
    }
    return ofVersions.entrySet().stream()
        .map(entry -> embeddings(entry.getKey(), entry.getValue()))
        .toList();
  }

  private EmbeddingVersion embeddings(String version, List<Answer> with) {
    Long announced = announcements.get(version);
    long first = with.stream().mapToLong(Answer::appendMillis).min().orElseThrow();
    return new EmbeddingVersion(version, with.size(), announced == null ? null : first - announced);
  }

  private SourceOnlyUsers sourceOnlyUsers() {
    long withPcrec = requestAnswers.stream().filter(Answer::hasPcrec).count();
    return new SourceOnlyUsers(requestAnswers.size(), withPcrec);
  }

  /** An answer that no model has scored is of no version. */
  private static List<Version> versions(Map<String, Tally> ofVersions) {
    return ofVersions.entrySet().stream()
        .filter(entry -> entry.getKey() != null)
        .map(entry -> entry.getValue().of(entry.getKey()))
        .toList();
  }

  private Histogram latencyMillis() {
    Histogram latency = new Histogram(3);
    answers.forEach(
        (place, answer) -> {
          Long clicked = clickAppends.get(place);
          if (clicked != null) {
            latency.recordValue(Math.max(0, answer.appendMillis() - clicked));
          }
        });
    return latency;
  }

  private static Double percentile(Histogram latency, double percent) {
    return latency.getTotalCount() == 0 ? null : (double) latency.getValueAtPercentile(percent);
  }

  private static Double share(long part, long all) {
    return all == 0 ? null : (double) part / all;
  }

  /** What is counted of answers, and of the clicks held against them. */
  private static final class Tally {
    private long answers;
    private long evaluated;
    private long hits;
    private long popularHits;

    void evaluate(LiveClick live, Answer answer) {
      String clicked = live.click().itemId();
      evaluated++;
      hits += answer.recommends(clicked) ? 1 : 0;
      popularHits += live.popularBefore().contains(clicked) ? 1 : 0;
    }

    Version of(String version) {
      return new Version(version, answers, evaluated, share(hits, evaluated));
    }
  }

  /** What everyone clicks, and who has clicked what. */
  private static final class Popularity {
    private record Count(String itemId, long clicks) {}

    private final Map<String, Count> counts = new HashMap<>();
    private final TreeSet<Count> mostClickedFirst =
        new TreeSet<>(
            Comparator.comparingLong(Count::clicks).reversed().thenComparing(Count::itemId));
    private final Map<String, Set<String>> clickedBy = new HashMap<>();

    void add(ClickEvent click) {
      Count before = counts.getOrDefault(click.itemId(), new Count(click.itemId(), 0));
      Count now = new Count(click.itemId(), before.clicks() + 1);
      counts.put(click.itemId(), now);
      mostClickedFirst.remove(before);
      mostClickedFirst.add(now);
      clickedBy.computeIfAbsent(click.userId(), user -> new HashSet<>()).add(click.itemId());
    }

    List<String> unknownTo(String userId) {
      Set<String> known = clickedBy.getOrDefault(userId, Set.of());
      return mostClickedFirst.stream()
          .map(Count::itemId)
          .filter(item -> !known.contains(item))
          .limit(LIST)
          .toList();
    }
  }
}
