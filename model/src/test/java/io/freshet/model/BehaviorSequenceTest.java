package io.freshet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BehaviorSequenceTest {
  private static final Behavior FIRST = behavior("a", 1_000);
  private static final Behavior SECOND = behavior("b", 2_000);
  private static final Behavior THIRD = behavior("c", 3_000);

  @Test
  void startsEmptyAndKeepsWhatComes() {
    assertThat(BehaviorSequence.empty(2).with(FIRST).behaviors()).containsExactly(FIRST);
  }

  @Test
  void oldestBehaviorGivesWayWhenFull() {
    assertThat(sequence(2, FIRST, SECOND, THIRD).behaviors()).containsExactly(SECOND, THIRD);
  }

  @Test
  void lateBehaviorTakesItsPlaceByEventTime() {
    assertThat(sequence(3, FIRST, THIRD, SECOND).behaviors()).containsExactly(FIRST, SECOND, THIRD);
  }

  @Test
  void behaviorsOfOneTimeStandByEventId() {
    Behavior x = behavior("x", 1_000);
    Behavior y = behavior("y", 1_000);
    assertThat(sequence(2, y, x).behaviors()).containsExactly(x, y);
  }

  @Test
  void redeliveredBehaviorChangesNothing() {
    BehaviorSequence sequence = sequence(3, FIRST, SECOND);
    assertThat(sequence.with(FIRST)).isSameAs(sequence);
  }

  @Test
  void behaviorOlderThanAllOfAFullSequenceChangesNothing() {
    BehaviorSequence sequence = sequence(2, SECOND, THIRD);
    assertThat(sequence.with(FIRST)).isSameAs(sequence);
  }

  @Test
  void arrivalOrderAndRedeliveryNeverChangeTheSequence() {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      int capacity = 1 + random.nextInt(20);
      List<Behavior> events = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        events.add(behavior("e" + i, random.nextInt(15)));
      }
      List<Behavior> expected = new ArrayList<>(events);
      expected.sort(
          Comparator.comparingLong(Behavior::timeMillis).thenComparing(Behavior::eventId));
      expected = expected.subList(30 - capacity, 30);

      List<Behavior> arriving = new ArrayList<>(events);
      arriving.addAll(events.subList(0, 15));
      Collections.shuffle(arriving, random);
      BehaviorSequence sequence = sequence(capacity, arriving.toArray(Behavior[]::new));
      assertThat(sequence.behaviors()).as("seed %d", seed).isEqualTo(expected);
    }
  }

  @Test
  void whatIsReadWithASmallerCapacityForgetsTheOldest() {
    assertThat(read(2, sequence(3, FIRST, SECOND, THIRD))).isEqualTo(sequence(2, SECOND, THIRD));
    assertThat(read(5, sequence(2, SECOND, THIRD)).with(FIRST).size()).isEqualTo(3);
  }

  @Test
  void recommendationIsNeverEarlierThanTheNewestBehavior() {
    BehaviorSequence sequence = sequence(3, FIRST, SECOND);
    assertThat(sequence.timeOfRecommendation(500)).isEqualTo(2_000);
    assertThat(sequence.timeOfRecommendation(9_000)).isEqualTo(9_000);
    assertThat(BehaviorSequence.empty(3).timeOfRecommendation(500)).isEqualTo(500);
  }

  @Test
  void hashIsTheSha256OverALineForEachBehavior() {
    // printf 'a\tia\t1000\tclick\nb\tib\t2000\tclick\n' | sha256sum
    assertThat(sequence(3, SECOND, FIRST).hash())
        .isEqualTo("f3416fb6dbfd83a08d718fe83fd9be5d6a7fe36ae64de94cd1dd14a6e5fcd049");
    assertThat(BehaviorSequence.empty(3).hash())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }

  @Test
  void capacityBelowOneIsRefused() {
    assertThatThrownBy(() -> BehaviorSequence.empty(0))
        .hasMessage("capacity must be at least 1, was 0");
  }

  private static BehaviorSequence read(int capacity, BehaviorSequence written) {
    PackedBytes.Writer out = new PackedBytes.Writer(0);
    written.write(out);
    return BehaviorSequence.read(capacity, new PackedBytes.Reader(out.toBytes()));
  }

  private static BehaviorSequence sequence(int capacity, Behavior... arriving) {
    BehaviorSequence sequence = BehaviorSequence.empty(capacity);
    for (Behavior behavior : arriving) {
      sequence = sequence.with(behavior);
    }
    return sequence;
  }

  private static Behavior behavior(String id, long timeMillis) {
    return new Behavior(id, "i" + id, timeMillis, "click");
  }
}
