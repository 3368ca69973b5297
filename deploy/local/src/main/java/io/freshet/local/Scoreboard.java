package io.freshet.local;

import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Recommendation.RankedItem;
import io.freshet.schemas.Recommendation.Trigger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.HdrHistogram.Histogram;

/**
 * Holds each live click against what was recommended to its user for the click before, and beside
 * that against what is popular. Clicks are paired with recommendations by where they stand in
 * Kafka, never by a clock.
 */
final class Scoreboard {
  private static final int LIST = 10;

  /** Where a click stands in Kafka. */
  record Place(int partition, long offset) {}

  private record LiveClick(ClickEvent click, Place place, List<String> popularBefore) {}

  private record Answer(List<String> items, long appendMillis) {}

  private final Popularity popularity = new Popularity();
  private final Map<String, List<String>> popularForUser = new HashMap<>();
  private final List<LiveClick> liveClicks = new ArrayList<>();
  private final Map<Place, Long> clickAppends = new HashMap<>();
  private final Map<Place, ClickEvent> clicksAt = new HashMap<>();
  private final Map<Place, Answer> answers = new HashMap<>();
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
    clicksAt.put(place, click);
    popularity.add(click);
    popularForUser.put(click.userId(), popularity.unknownTo(click.userId()));
  }

  /**
   * Takes in a recommendation, which may come before its click does here; one that comes again
   * changes nothing.
   *
   * @param appendMillis when it was appended, by the broker's clock
   * @return the click that it answers; null where that has not come here
   */
  ClickEvent recommended(Recommendation answer, long appendMillis) {
    Place place = placeOf(answer.trigger());
    List<String> items = answer.items().stream().limit(LIST).map(RankedItem::itemId).toList();
    if (answers.putIfAbsent(place, new Answer(items, appendMillis)) == null) {
      fallbacks += answer.fallbackReason() == null ? 0 : 1;
      modelVersion = answer.modelVersion() == null ? modelVersion : answer.modelVersion();
    }
    return clicksAt.get(place);
  }

  private static Place placeOf(Trigger trigger) {
    return new Place(trigger.partition(), trigger.offset());
  }

  /** Returns how it stands. */
  Summary summary(long deadLetters) {
    Map<String, Place> before = new HashMap<>();
    long evaluated = 0;
    long hits = 0;
    long popularHits = 0;
    for (LiveClick live : liveClicks) {
      Place triggerBefore = before.put(live.click().userId(), live.place());
      Answer answer = triggerBefore == null ? null : answers.get(triggerBefore);
      if (answer != null) {
        evaluated++;
        hits += answer.items().contains(live.click().itemId()) ? 1 : 0;
        popularHits += live.popularBefore().contains(live.click().itemId()) ? 1 : 0;
      }
    }
    Histogram latency = latencyMillis();
    return new Summary(
        liveClicks.size(),
        answers.size(),
        percentile(latency, 50),
        percentile(latency, 99),
        evaluated,
        share(hits, evaluated),
        share(popularHits, evaluated),
        deadLetters,
        fallbacks,
        modelVersion);
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
