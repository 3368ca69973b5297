package io.freshet.model;

import static io.freshet.model.RecentClicks.CHUNK;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.schemas.ClickEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecentClicksTest {
  private final RecentClicks recent = new RecentClicks(2 * CHUNK);

  @Test
  void logHasTheNewestClicksOldestFirst() {
    add(0, 5 * CHUNK + 17);

    assertThat(learnt(recent)).isEqualTo(clicks(3 * CHUNK + 17, 5 * CHUNK + 17));
  }

  @Test
  void fewerThanTheBoundAreAllThere() {
    add(0, 17);

    assertThat(learnt(recent)).isEqualTo(clicks(0, 17));
  }

  @Test
  void whatIsHeldIsBoundedHoweverMuchComes() {
    for (int i = 0; i < 10 * CHUNK; i++) {
      recent.add(click(i));
      assertThat(recent.size()).isLessThan(4 * CHUNK);
    }
  }

  @Test
  void whatIsNewestIsSaidByTheEventTimeAndNotByTheOrderOfArrival() {
    add(7 * CHUNK, 8 * CHUNK);
    add(0, 5 * CHUNK);
    add(6 * CHUNK, 7 * CHUNK);

    assertThat(learnt(recent)).isEqualTo(clicks(6 * CHUNK, 8 * CHUNK));
  }

  @Test
  void clickThatComesTwiceIsLearntFromOnce() {
    add(0, CHUNK + 1);
    add(0, CHUNK + 2);

    assertThat(learnt(recent)).isEqualTo(clicks(0, CHUNK + 2));
  }

  @Test
  void logIsOfTheMomentThatItWasTakenAt() {
    add(0, 10);
    Supplier<ClickLog> log = recent.log(List.of(Clicks.item("i", "c")));

    add(10, 20);

    assertThat(log.get()).isEqualTo(new ClickLog(clicks(0, 10), List.of(Clicks.item("i", "c"))));
  }

  @Test
  void onlyChunksThatHaveChangedAreKeptAgain() {
    add(0, 2 * CHUNK + 10);
    assertThat(recent.takeChanges()).hasSize(3);
    assertThat(recent.takeChanges()).isEmpty();

    add(2 * CHUNK + 10, 2 * CHUNK + 20);

    assertThat(recent.takeChanges()).isEqualTo(Map.of(2L, clicks(2 * CHUNK, 2 * CHUNK + 20)));
  }

  @Test
  void chunkThatIsGoneIsAChangeToo() {
    add(0, 3 * CHUNK);
    Map<Long, List<ClickEvent>> before = recent.takeChanges();

    add(3 * CHUNK, 4 * CHUNK);

    assertThat(before.get(1L)).isNotEmpty();
    assertThat(recent.takeChanges()).containsEntry(1L, List.of()).containsOnlyKeys(1L, 3L);
  }

  @Test
  void whatWasKeptIsTheSameAgainWhereverItWasCut() {
    List<ClickEvent> all = new ArrayList<>(clicks(0, 6 * CHUNK));
    Collections.shuffle(all, new Random(1));
    Map<Long, List<ClickEvent>> kept = new HashMap<>();
    RecentClicks broken = new RecentClicks(3 * CHUNK);
    for (ClickEvent click : all) {
      broken.add(click);
      if (click.eventId().endsWith("77")) {
        keep(broken, kept);
      }
      if (click.eventId().endsWith("500")) {
        keep(broken, kept);
        RecentClicks restored = new RecentClicks(3 * CHUNK);
        kept.forEach(restored::restore);
        assertThat(restored.size()).isEqualTo(broken.size());
        assertThat(learnt(restored)).isEqualTo(learnt(broken));
        broken = restored;
      }
    }
    assertThat(broken.size()).isBetween(3 * CHUNK, 5 * CHUNK);
  }

  private static void keep(RecentClicks recent, Map<Long, List<ClickEvent>> kept) {
    recent
        .takeChanges()
        .forEach(
            (number, chunk) -> {
              if (chunk.isEmpty()) {
                kept.remove(number);
              } else {
                kept.put(number, chunk);
              }
            });
  }

  private void add(int from, int to) {
    clicks(from, to).forEach(recent::add);
  }

  private static List<ClickEvent> learnt(RecentClicks recent) {
    return recent.log(List.of()).get().clicks();
  }

  private static List<ClickEvent> clicks(int from, int to) {
    return IntStream.range(from, to).mapToObj(RecentClicksTest::click).toList();
  }

  private static ClickEvent click(int number) {
    return new ClickEvent(
        "%06d".formatted(number), "u", "i", Instant.ofEpochSecond(number), "click", null, Map.of());
  }
}
