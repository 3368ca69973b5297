package io.freshet.model.pcrec;

import io.freshet.model.ClickLog;
import io.freshet.schemas.ClickEvent;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Clicks of which some are held out, to see whether the vectors learnt from the others find them
 * again.
 *
 * <p>Users are cut, not time: each user's last tenth of items is for the test, the tenth before it
 * for validation, at least one item each. A user with fewer than {@value #ITEMS_MIN} items is only
 * learnt from. An item that a user has clicked again counts once, at the first time: what is held
 * out is new to its user.
 *
 * @param train what vectors may be learnt from
 * @param validation what epochs and settings are chosen by: item ids by user id, oldest first; no
 *     user has none
 * @param test what is to be found again, likewise. Items of either may be missing in {@code train}
 * @param newUsers all items of users who are in none of the others, likewise
 */
public record InteractionSplit(
    InteractionGraph train,
    Map<String, List<String>> validation,
    Map<String, List<String>> test,
    Map<String, List<String>> newUsers) {
  /** How many items a user must have for two to be held out: some remain to learn from. */
  public static final int ITEMS_MIN = 3;

  /** How many users a source must know for some of them to be taken out of the target. */
  public static final int SHARED_USERS_MIN = 300;

  private static final double HELD_OUT_SHARE = .1;
  private static final int NEW_USER_EACH = 10;
  private static final Comparator<String> BY_MIXED_ID =
      Comparator.comparingInt(InteractionSplit::mixed).thenComparing(user -> user);

  public InteractionSplit {
    validation = Collections.unmodifiableMap(new LinkedHashMap<>(validation));
    test = Collections.unmodifiableMap(new LinkedHashMap<>(test));
    newUsers = Collections.unmodifiableMap(new LinkedHashMap<>(newUsers));
  }

  /** Returns a split in which nobody is new. */
  public InteractionSplit(
      InteractionGraph train,
      Map<String, List<String>> validation,
      Map<String, List<String>> test) {
    this(train, validation, test, Map.of());
  }

  /**
   * Returns the log, cut, and before that without a tenth of the users whom another domain knows
   * too: they are new here. Where those are fewer than {@value #SHARED_USERS_MIN} nobody is.
   *
   * @param sourceUsers the users of the other domain
   */
  public static InteractionSplit of(ClickLog log, Set<String> sourceUsers) {
    Map<String, List<ClickEvent>> byUser = firstClicks(log);
    Map<String, List<String>> newUsers = new LinkedHashMap<>();
    for (String user : newUsers(byUser.keySet(), sourceUsers)) {
      newUsers.put(user, itemIds(byUser.remove(user)));
    }
    List<ClickEvent> train = new ArrayList<>();
    Map<String, List<String>> validation = new LinkedHashMap<>();
    Map<String, List<String>> test = new LinkedHashMap<>();
    byUser.forEach(
        (user, clicks) -> {
          int heldOut = heldOut(clicks.size());
          int testFrom = clicks.size() - heldOut;
          int validationFrom = testFrom - heldOut;
          train.addAll(clicks.subList(0, validationFrom));
          if (heldOut > 0) {
            validation.put(user, itemIds(clicks.subList(validationFrom, testFrom)));
            test.put(user, itemIds(clicks.subList(testFrom, clicks.size())));
          }
        });
    return new InteractionSplit(InteractionGraph.of(train), validation, test, newUsers);
  }

  private static List<String> newUsers(Set<String> users, Set<String> sourceUsers) {
    List<String> shared = users.stream().filter(sourceUsers::contains).sorted(BY_MIXED_ID).toList();
    return shared.size() < SHARED_USERS_MIN
        ? List.of()
        : shared.subList(0, shared.size() / NEW_USER_EACH);
  }

  /**
   * Returns the log with only the newest items of some users held out, for validation: what is
   * released should have learnt from all the rest. From one log to the next, which has newer clicks
   * too, they are the same users as far as possible, so that what was learnt from the one has not
   * seen what validates the other.
   *
   * @param usersMax how many users have something held out
   */
  public static InteractionSplit ofNewest(ClickLog log, int usersMax) {
    Map<String, List<ClickEvent>> byUser = firstClicks(log);
    Set<String> validated =
        byUser.keySet().stream()
            .filter(user -> heldOut(byUser.get(user).size()) > 0)
            .sorted(BY_MIXED_ID)
            .limit(usersMax)
            .collect(Collectors.toSet());
    List<ClickEvent> train = new ArrayList<>();
    Map<String, List<String>> validation = new LinkedHashMap<>();
    byUser.forEach(
        (user, clicks) -> {
          int size = clicks.size();
          int from = size - (validated.contains(user) ? heldOut(size) : 0);
          train.addAll(clicks.subList(0, from));
          if (from < size) {
            validation.put(user, itemIds(clicks.subList(from, size)));
          }
        });
    return new InteractionSplit(InteractionGraph.of(train), validation, Map.of());
  }

  /** Spreads ids that differ little. */
  private static int mixed(String id) {
    int hash = id.hashCode() * 0x9E3779B9;
    return hash ^ (hash >>> 16);
  }

  /** Writes what there is but the test and those who are new. */
  public void write(DataOutput out) throws IOException {
    train.write(out);
    out.writeInt(validation.size());
    for (Map.Entry<String, List<String>> heldOut : validation.entrySet()) {
      out.writeUTF(heldOut.getKey());
      InteractionGraph.writeIds(heldOut.getValue(), out);
    }
  }

  /** Reads what {@link #write} wrote. */
  public static InteractionSplit read(DataInput in) throws IOException {
    InteractionGraph train = InteractionGraph.read(in);
    int users = in.readInt();
    Map<String, List<String>> validation = new LinkedHashMap<>();
    for (int i = 0; i < users; i++) {
      validation.put(in.readUTF(), InteractionGraph.readIds(in));
    }
    return new InteractionSplit(train, validation, Map.of());
  }

  /** Returns the number of items that are held out for the test, and as many for validation. */
  private static int heldOut(int items) {
    return items < ITEMS_MIN ? 0 : (int) Math.max(1, Math.round(items * HELD_OUT_SHARE));
  }

  /** Returns each user's first click of each item, oldest first. */
  private static Map<String, List<ClickEvent>> firstClicks(ClickLog log) {
    Map<String, Map<String, ClickEvent>> byUserAndItem = new LinkedHashMap<>();
    for (ClickEvent click : log.clicks()) {
      byUserAndItem
          .computeIfAbsent(click.userId(), user -> new LinkedHashMap<>())
          .putIfAbsent(click.itemId(), click);
    }
    Map<String, List<ClickEvent>> clicks = new LinkedHashMap<>();
    byUserAndItem.forEach((user, byItem) -> clicks.put(user, List.copyOf(byItem.values())));
    return clicks;
  }

  private static List<String> itemIds(List<ClickEvent> clicks) {
    return clicks.stream().map(ClickEvent::itemId).toList();
  }
}
