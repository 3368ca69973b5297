package io.freshet.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.model.SeenItems.SeenItem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
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
    assertThat(seen.by(Set.of("purchase"))).containsExactly("i2");
    assertThat(seen.by(Set.of())).isEmpty();
    assertThat(seen.all()).containsExactlyInAnyOrder("i1", "i2");
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
    assertThat(seen.all()).containsExactlyInAnyOrder("i1", "i3");
  }

  @Test
  void whatIsKnownAlreadyChangesNothing() {
    SeenItems seen = seen(2, behavior("i1", "click", 5), behavior("i2", "click", 6));
    assertThat(seen.with(behavior("i1", "click", 5))).isSameAs(seen);
    assertThat(seen.with(behavior("i1", "click", 4))).isSameAs(seen);
    assertThat(seen.with(behavior("i0", "click", 4))).isSameAs(seen);
  }

  @Test
  void arrivalOrderAndRedeliveryNeverChangeWhatIsSeen() {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      List<Behavior> events = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        String action = random.nextBoolean() ? "click" : "cart";
        events.add(behavior("i" + random.nextInt(12), action, random.nextInt(30)));
      }
      int capacity = 1 + random.nextInt(15);
      SeenItems inOrder = seen(capacity, events.toArray(Behavior[]::new));
      events.addAll(List.copyOf(events));
      Collections.shuffle(events, random);
      assertThat(seen(capacity, events.toArray(Behavior[]::new)))
          .as("seed %d", seed)
          .isEqualTo(inOrder);
    }
  }

  @Test
  void smallerCapacityForgetsTheOldest() {
    SeenItems seen = seen(3, behavior("i1", "click", 1), behavior("i2", "click", 2));
    assertThat(seen.withCapacity(1).all()).containsExactly("i2");
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
