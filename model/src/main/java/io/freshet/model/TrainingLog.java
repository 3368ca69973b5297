package io.freshet.model;

import io.freshet.schemas.ClickEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a model learns from: what users did, and what they had been shown.
 *
 * @param clicks all clicks, answers to a list among them
 * @param shown in whatever order
 * @param attributionWindow how long after a list was shown a click counts as an answer to it
 */
public record TrainingLog(ClickLog clicks, List<ShownList> shown, Duration attributionWindow) {
  public TrainingLog {
    shown = List.copyOf(shown);
  }

  /**
   * A list of which something was clicked.
   *
   * @param clicked the items of it that were
   */
  public record Answered(ShownList shown, Set<String> clicked) {}

  /** Returns a log of which nobody knows what was shown. */
  public static TrainingLog of(ClickLog clicks) {
    return new TrainingLog(clicks, List.of(), Duration.ZERO);
  }

  /** Returns what was known before {@code time}. */
  public TrainingLog before(Instant time) {
    return new TrainingLog(
        clicks.before(time),
        shown.stream().filter(list -> list.time().isBefore(time)).toList(),
        attributionWindow);
  }

  /**
   * Returns the lists that were answered, oldest first. A click answers the newest list shown to
   * its user before it, within the window, that has its item; of those of one moment that with the
   * lowest id. Of a list without an answer nobody knows whether it was seen, so it says nothing.
   */
  public List<Answered> answered() {
    Map<String, TreeMap<Instant, SortedMap<String, Answered>>> byUser = new HashMap<>();
    for (ShownList list : shown) {
      byUser
          .computeIfAbsent(list.userId(), user -> new TreeMap<>())
          .computeIfAbsent(list.time(), time -> new TreeMap<>())
          .put(list.id(), new Answered(list, new TreeSet<>()));
    }
    for (ClickEvent click : clicks.clicks()) {
      Instant time = click.eventTime();
      byUser
          .getOrDefault(click.userId(), new TreeMap<>())
          .subMap(time.minus(attributionWindow), true, time, false)
          .descendingMap()
          .values()
          .stream()
          .flatMap(ofMoment -> ofMoment.values().stream())
          .filter(list -> list.shown().itemIds().contains(click.itemId()))
          .findFirst()
          .ifPresent(list -> list.clicked().add(click.itemId()));
    }
    List<Answered> answered = new ArrayList<>();
    byUser
        .values()
        .forEach(lists -> lists.values().forEach(ofMoment -> answered.addAll(ofMoment.values())));
    answered.removeIf(list -> list.clicked().isEmpty());
    answered.sort(
        Comparator.comparing((Answered list) -> list.shown().time())
            .thenComparing(list -> list.shown().id()));
    return answered;
  }
}
