package io.freshet.streaming.recommendation;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.model.Behavior;
import io.freshet.model.KnownUser;
import io.freshet.streaming.recommendation.RecommendationConfig.Memory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.junit.jupiter.api.Test;

class UserMemoryTest {
  private static final String USER = "u1";
  private static final int BEHAVIORS = 50;
  private static final int SEEN_ITEMS = 1_000;
  private static final int SEEN_ITEMS_OF_EACH = 200;
  private static final long NOW = 1_700_000_000_000L;

  private final Entries entries = new Entries();

  @Test
  void logBeginsAnewBeforeItTakesLongToRead() throws Exception {
    click(memory(1 << 20), 0, 170);

    assertThat(entries.whole).isEqualTo(10);
    assertThat(entries.longest).isEqualTo(17);
  }

  @Test
  void logIsReadAsWhatWasRememberedWithIt() throws Exception {
    KnownUser remembered = click(memory(1 << 20), 0, 500);

    KnownUser read = memory(1).recall(USER, NOW);

    assertThat(entries.entries).hasSizeGreaterThan(1);
    assertThat(read).isEqualTo(remembered);
    assertThat(read.seen().items()).hasSize(500);
  }

  @Test
  void usersOnTheHeapAreAsManyAsTheirIdsLetFit() throws Exception {
    int users = 200;
    long cacheBytes = 8 << 20;

    assertThat(onHeap(users, 6, cacheBytes)).isEqualTo(users);
    assertThat(onHeap(users, 256, cacheBytes))
        .isGreaterThan(users / 4)
        .isLessThan((int) (cacheBytes / (SEEN_ITEMS_OF_EACH * 256)));
  }

  /** Returns how many of so many users are known without state. */
  private int onHeap(int users, int idLength, long cacheBytes) throws Exception {
    UserMemory memory = memory(cacheBytes);
    for (int user = 0; user < users; user++) {
      memory.begin("u" + user, known(idLength), NOW);
    }
    entries.clear();
    int found = 0;
    for (int user = 0; user < users; user++) {
      found += memory.recall("u" + user, NOW).seen().size() == 0 ? 0 : 1;
    }
    return found;
  }

  private static KnownUser known(int idLength) {
    KnownUser known = KnownUser.nobody(BEHAVIORS, SEEN_ITEMS);
    for (int i = 0; i < SEEN_ITEMS_OF_EACH; i++) {
      String id = "%%0%dd".formatted(idLength).formatted(i);
      known = known.with(new Behavior(id, id, NOW + i, "click"));
    }
    return known;
  }

  private UserMemory memory(long cacheBytes) {
    return new UserMemory(
        new Memory(BEHAVIORS, SEEN_ITEMS, Duration.ofDays(30), cacheBytes), state -> entries);
  }

  private static KnownUser click(UserMemory memory, int from, int to) throws Exception {
    KnownUser known = null;
    for (int i = from; i < to; i++) {
      Behavior behavior = new Behavior("e" + i, "item-" + i, NOW + i, "click");
      known = memory.remember(USER, behavior, NOW).after();
    }
    return known;
  }

  /** What stands in state, how often it was written whole, and how much ever stood there. */
  private static final class Entries implements ListState<byte[]> {
    private final List<byte[]> entries = new ArrayList<>();
    private int whole;
    private int longest;

    @Override
    public void update(List<byte[]> values) {
      entries.clear();
      entries.addAll(values);
      whole++;
    }

    @Override
    public void addAll(List<byte[]> values) {
      entries.addAll(values);
    }

    @Override
    public Iterable<byte[]> get() {
      return entries;
    }

    @Override
    public void add(byte[] value) {
      entries.add(value);
      longest = Math.max(longest, entries.size());
    }

    @Override
    public void clear() {
      entries.clear();
    }
  }
}
