package io.freshet.model;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.model.SeenItems.SeenItem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class SeenItemsTest {
  @Test
  void itemIsKeptOnceWithItsLastTime() {
    SeenItems seen = seen(5, behavior("i1", "click", 1), behavior("i1", "click", 3));
    assertThat(seen.items()).containsExactly(new SeenItem("i1", "click", 3));
  }

  @Test
  void itemsAreToldApartByAction() {
    SeenItems seen = seen(5, behavior("i1", "click", 1), behavior("i2", "purchase", 2));
    assertThat(seen.by("purchase"::equals)).containsExactly("i2");
    assertThat(seen.by(action -> false)).isEmpty();
    assertThat(seen.by(action -> true)).containsExactlyInAnyOrder("i1", "i2");
  }

  @Test
  void itemNotSeenForLongestGivesWayWhenFull() {
    SeenItems seen =
        seen(
            2,
            behavior("i1", "click", 1),
            behavior("i2", "click", 2),
            behavior("i1", "click", 3),
            behavior("i3", "click", 4));
    assertThat(seen.by(action -> true)).containsExactlyInAnyOrder("i1", "i3");
  }

  @Test
  void whatIsKnownAlreadyChangesNothing() {
    SeenItems seen = seen(2, behavior("i1", "click", 5), behavior("i2", "click", 6));
    assertThat(seen.with(behavior("i1", "click", 5))).isSameAs(seen);
    assertThat(seen.with(behavior("i1", "click", 4))).isSameAs(seen);
    assertThat(seen.with(behavior("i0", "click", 4))).isSameAs(seen);
  }

  @Test
  void whatIsOlderThanAllOfFullItemsChangesNothing() {
    SeenItems full = SeenItems.of(2, List.of(item("i1", 5), item("i2", 6)));
    assertThat(full.with(behavior("i0", "click", 4))).isSameAs(full);
    assertThat(full.with(behavior("i3", "click", 7)).with(behavior("i4", "click", 5)).items())
        .containsExactly(item("i2", 6), item("i3", 7));
  }

  @Test
  void whatGaveWayAndStaysOlderThanAllChangesNothing() {
    SeenItems settled = SeenItems.of(2, List.of(item("i1", 1), item("i2", 5)));
    SeenItems full = settled.with(behavior("i3", "click", 6)).with(behavior("i4", "click", 7));
    assertThat(full.with(behavior("i1", "click", 2))).isSameAs(full);
    assertThat(full.with(behavior("i2", "click", 5))).isSameAs(full);
    assertThat(full.with(behavior("i3", "click", 8)).items())
        .containsExactly(item("i4", 7), item("i3", 8));
    assertThat(full.with(behavior("i1", "click", 8)).items())
        .containsExactly(item("i4", 7), item("i1", 8));
  }

  @Test
  void oneVersionIsNotChangedByWhatTheNextOnesTakeIn() {
    SeenItems seen = SeenItems.of(3, List.of(item("i1", 1), item("i2", 2)));
    List<SeenItem> before = seen.items();
    SeenItems again = seen.with(behavior("i1", "click", 3));
    SeenItems other = seen.with(behavior("i2", "click", 4));
    assertThat(seen.items()).isEqualTo(before);
    assertThat(again.items()).containsExactly(item("i2", 2), item("i1", 3));
    assertThat(other.items()).containsExactly(item("i1", 1), item("i2", 4));
  }

  @Test
  void arrivalOrderAndRedeliveryNeverChangeWhatIsSeen() {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      List<Behavior> events = new ArrayList<>();
      for (int i = 0; i < 20 + random.nextInt(200); i++) { // some are settled meanwhile
        String action = random.nextBoolean() ? "click" : "cart";
        events.add(behavior("i" + random.nextInt(90), action, random.nextInt(100)));
      }
      int capacity = 1 + random.nextInt(80);
      SeenItems inOrder = seen(capacity, events.toArray(Behavior[]::new));
      events.addAll(List.copyOf(events));
      Collections.shuffle(events, random);
      SeenItems shuffled = seen(capacity, events.toArray(Behavior[]::new));
      assertThat(shuffled).as("seed %d", seed).isEqualTo(inOrder);
      assertThat(shuffled.items()).as("seed %d", seed).isEqualTo(newest(capacity, events));
      assertThat(shuffled.size()).as("seed %d", seed).isEqualTo(shuffled.items().size());
      assertFound(shuffled, action -> true);
      assertFound(shuffled, "cart"::equals);
      assertThat(events)
          .as("seed %d", seed)
          .allSatisfy(known -> assertThat(shuffled.with(known)).isSameAs(shuffled));
      SeenItems later = shuffled.with(behavior("i" + random.nextInt(90), "click", 50));
      if (later.equals(shuffled)) {
        assertThat(later).as("seed %d", seed).isSameAs(shuffled);
      }
    }
  }

  private static void assertFound(SeenItems seen, Predicate<String> isMeant) {
    Set<String> expected =
        seen.items().stream()
            .filter(item -> isMeant.test(item.action()))
            .map(SeenItem::itemId)
            .collect(toSet());
    Set<String> found = seen.by(isMeant);
    assertThat(found).isEqualTo(expected).hasSameSizeAs(expected);
    for (int i = 0; i < 90; i++) {
      assertThat(found.contains("i" + i)).as("i%d", i).isEqualTo(expected.contains("i" + i));
    }
    assertThat(found.contains("never seen")).isFalse();
  }

  @Test
  void whatIsReadWithASmallerCapacityForgetsTheOldest() {
    PackedBytes.Writer out = new PackedBytes.Writer(0);
    seen(3, behavior("i1", "click", 1), behavior("i2", "click", 2)).write(out);

    SeenItems read = SeenItems.read(1, new PackedBytes.Reader(out.toBytes()));

    assertThat(read.by(action -> true)).containsExactly("i2");
  }

  /** By their definition: of each pair the last time, and of these the newest. */
  private static List<SeenItem> newest(int capacity, List<Behavior> events) {
    Map<List<String>, Long> last = new HashMap<>();
    events.forEach(e -> last.merge(List.of(e.itemId(), e.action()), e.timeMillis(), Math::max));
    List<SeenItem> items = new ArrayList<>();
    last.forEach((pair, time) -> items.add(new SeenItem(pair.get(0), pair.get(1), time)));
    items.sort(
        Comparator.comparing(SeenItem::lastMillis)
            .thenComparing(SeenItem::itemId)
            .thenComparing(SeenItem::action));
    return items.subList(Math.max(0, items.size() - capacity), items.size());
  }

  private static SeenItem item(String itemId, long lastMillis) {
    return new SeenItem(itemId, "click", lastMillis);
  }

  private static SeenItems seen(int capacity, Behavior... arriving) {
    SeenItems seen = SeenItems.empty(capacity);
    for (Behavior behavior : arriving) {
      seen = seen.with(behavior);
    }
    return seen;
  }

  private static Behavior behavior(String itemId, String action, long timeMillis) {
    return new Behavior(itemId + action + timeMillis, itemId, timeMillis, action);
  }
}
