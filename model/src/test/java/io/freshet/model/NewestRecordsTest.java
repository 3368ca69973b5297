package io.freshet.model;

import static io.freshet.model.NewestRecords.CHUNK;
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

class NewestRecordsTest {
  private final NewestRecords<ClickEvent> recent = recent(2 * CHUNK);

  @Test
  void theNewestAreReturnedOldestFirst() {
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
  void whatComesTwiceIsThereOnce() {
    add(0, CHUNK + 1);
    add(0, CHUNK + 2);

    assertThat(learnt(recent)).isEqualTo(clicks(0, CHUNK + 2));
  }

  @Test
  void newestAreThoseOfTheMomentOfAsking() {
    add(0, 10);
    Supplier<List<ClickEvent>> newest = recent.newest();

    add(10, 20);

    assertThat(newest.get()).isEqualTo(clicks(0, 10));
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
    NewestRecords<ClickEvent> broken = recent(3 * CHUNK);
    for (ClickEvent click : all) {
      broken.add(click);
      if (click.eventId().endsWith("77")) {
        keep(broken, kept);
      }
      if (click.eventId().endsWith("500")) {
        keep(broken, kept);
        NewestRecords<ClickEvent> restored = recent(3 * CHUNK);
        kept.forEach(restored::restore);
        assertThat(restored.size()).isEqualTo(broken.size());
        assertThat(learnt(restored)).isEqualTo(learnt(broken));
        broken = restored;
      }
    }
    assertThat(broken.size()).isBetween(3 * CHUNK, 5 * CHUNK);
  }

  private static void keep(NewestRecords<ClickEvent> recent, Map<Long, List<ClickEvent>> kept) {
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

  private static NewestRecords<ClickEvent> recent(int max) {
    return new NewestRecords<>(max, ClickEvent::eventId, ClickEvent::eventTime);
  }

  private static List<ClickEvent> learnt(NewestRecords<ClickEvent> recent) {
    return recent.newest().get();
  }

  private static List<ClickEvent> clicks(int from, int to) {
    return IntStream.range(from, to).mapToObj(NewestRecordsTest::click).toList();
  }

  private static ClickEvent click(int number) {
    return new ClickEvent(
        "%06d".formatted(number), "u", "i", Instant.ofEpochSecond(number), "click", null, Map.of());
  }
}
