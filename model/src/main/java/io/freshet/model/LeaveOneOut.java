package io.freshet.model;

import io.freshet.schemas.ClickEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Clicks of which some are held out, to see how high a model ranks, for each user, the item that
 * was new to them in the end.
 *
 * <p>Users are cut, not time: what is learnt from may be later than the held-out click of another
 * user. That is how these rankings are compared in the literature; {@link ClickLog#before} is
 * closer to life.
 *
 * @param train what weights, vocabularies and popularity may be learnt from
 * @param validation what epochs and settings are chosen by; all of a user's clicks in {@code train}
 *     came before
 * @param history what is known of the users when they are asked about, and not yet to be learnt
 *     from where it is more than {@code train}. All of a user's clicks in it came before the user's
 *     held-out one, those of the same time too
 * @param heldOut what is to be found again
 */
public record LeaveOneOut(
    ClickLog train, List<HeldOut> validation, ClickLog history, List<HeldOut> heldOut) {
  /** How many items a user must have clicked for two to be held out: some remain to learn from. */
  public static final int ITEMS_MIN = 3;

  /**
   * A click that a model is to foresee.
   *
   * @param negatives the items to rank the clicked one among, as its publisher drew them, repeats
   *     included; empty where none were drawn
   */
  public record HeldOut(ClickEvent click, List<String> negatives) {
    public HeldOut {
      negatives = List.copyOf(negatives);
    }
  }

  public LeaveOneOut {
    validation = List.copyOf(validation);
    heldOut = List.copyOf(heldOut);
  }

  /**
   * Returns the log with the last click of each user on an item new to them held out, where they
   * have clicked at least {@value #ITEMS_MIN} items, and the one before it on an item then new for
   * validation; the rest, and users with fewer, are learnt from. What was clicked once more after a
   * held-out click is left out: asked about, it would be the only one of the items ranked that
   * stands in the user's history.
   */
  public static LeaveOneOut ofLastClicks(ClickLog log) {
    Map<String, List<ClickEvent>> byUser = new LinkedHashMap<>();
    for (ClickEvent click : log.clicks()) {
      byUser.computeIfAbsent(click.userId(), user -> new ArrayList<>()).add(click);
    }
    List<ClickEvent> train = new ArrayList<>();
    List<HeldOut> validation = new ArrayList<>();
    List<ClickEvent> history = new ArrayList<>();
    List<HeldOut> heldOut = new ArrayList<>();
    for (List<ClickEvent> clicks : byUser.values()) {
      int[] ofNewItems = ofNewItems(clicks);
      if (ofNewItems.length < ITEMS_MIN) {
        train.addAll(clicks);
        history.addAll(clicks);
        continue;
      }
      int last = ofNewItems[ofNewItems.length - 1];
      int lastButOne = ofNewItems[ofNewItems.length - 2];
      train.addAll(clicks.subList(0, lastButOne));
      validation.add(new HeldOut(clicks.get(lastButOne), List.of()));
      history.addAll(clicks.subList(0, last));
      heldOut.add(new HeldOut(clicks.get(last), List.of()));
    }
    return new LeaveOneOut(
        new ClickLog(train, log.items()), validation, new ClickLog(history, log.items()), heldOut);
  }

  /** Returns where the clicks are whose items are not clicked earlier. */
  private static int[] ofNewItems(List<ClickEvent> clicks) {
    Set<String> clicked = new HashSet<>();
    return IntStream.range(0, clicks.size())
        .filter(i -> clicked.add(clicks.get(i).itemId()))
        .toArray();
  }
}
