package io.freshet.streaming.recommendation;

import io.freshet.model.Behavior;
import io.freshet.model.KnownUser;
import io.freshet.streaming.recommendation.RecommendationConfig.Memory;
import io.freshet.streaming.recommendation.StateFolder.Checkpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.runtime.state.SharedStateRegistry;
import org.apache.flink.runtime.state.SharedStateRegistryImpl;

/**
 * What it costs to remember users in Flink's RocksDB state: a click's microseconds and a user's
 * bytes, in the form that the job keeps and in others, and how long checkpoints of many users take.
 *
 * <p>State of one subtask on one thread, without a job around it. Events have ids of 32 hex digits,
 * as {@code event_id} is where a producer gives none, and items ids such as {@code i123456}.
 */
public final class StateBenchmark {
  /** A log that is appended to, as the job keeps it, read from RocksDB at each click. */
  public static final String LOG = "log";

  /** The same, with those who clicked last on the heap. */
  public static final String CACHED = "cached";

  /** One value of bytes, written whole at each click. */
  public static final String PACKED = "packed";

  /** One value, by Flink's serializers of records. */
  public static final String RECORDS = "records";

  /** An entry in a map for each event or item. */
  public static final String MAP = "map";

  private static final Duration TIME_TO_LIVE = Duration.ofDays(90);
  private static final long CACHE_BYTES = 1 << 20; // few of the users
  private static final int CLICKING = 100; // one in so many
  private static final int MOST_CHECKED = 1_000; // users

  private final Path folder;
  private int folders;

  /**
   * What forms took.
   *
   * @param microsPerClick by form, in each round: to read what is known of a random user, take in a
   *     click, write it and have all of it at hand
   * @param bytesPerUser by form, on disk and compacted
   */
  public record Comparison(
      Map<String, List<Double>> microsPerClick, Map<String, Double> bytesPerUser) {}

  /**
   * What checkpoints took.
   *
   * @param fillSeconds to write what each user did, at once
   * @param tableBytes of RocksDB's files then, compacted
   * @param full of all users
   * @param incremental after one in a hundred clicked
   */
  public record Checkpoints(double fillSeconds, long tableBytes, Costs full, Costs incremental) {}

  /**
   * What one checkpoint took.
   *
   * @param taskSeconds in which the task does nothing else
   * @param otherSeconds in which files are written while the task goes on
   * @param writtenBytes by this checkpoint
   * @param bytes that it consists of, those of earlier ones among them
   * @param restoreSeconds until another backend has them and has answered for one user
   */
  public record Costs(
      double taskSeconds,
      double otherSeconds,
      long writtenBytes,
      long bytes,
      double restoreSeconds) {}

  /**
   * @param folder for RocksDB's files and for checkpoints, on the disk that is to be measured
   */
  public StateBenchmark(Path folder) {
    this.folder = folder;
  }

  /**
   * Compares the forms.
   *
   * @param behaviors of each user's sequence, all that are kept
   * @param seenItems of each user, all that are kept
   */
  public Comparison compare(int behaviors, int seenItems, int users, int clicks, int rounds)
      throws Exception {
    Map<String, Contestant> contestants = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, StateForm.Opening> form :
          StateForms.all(behaviors, seenItems, TIME_TO_LIVE).entrySet()) {
        Contestant contestant =
            new Contestant(
                StateFolder.create(newFolder()), form.getValue(), new SimulatedUsers(users));
        contestants.put(form.getKey(), contestant);
        contestant.fill(behaviors, seenItems);
      }
      return compare(contestants, clicks, rounds);
    } finally {
      for (Contestant contestant : contestants.values()) {
        contestant.state.close();
      }
    }
  }

  private static Memory bounds(int size) {
    return new Memory(size, size, TIME_TO_LIVE, CACHE_BYTES);
  }

  /** Lets the forms take turns; the first round warms up. */
  private static Comparison compare(Map<String, Contestant> contestants, int clicks, int rounds)
      throws Exception {
    Map<String, List<Double>> micros = new LinkedHashMap<>();
    for (int round = 0; round <= rounds; round++) {
      for (Map.Entry<String, Contestant> next : contestants.entrySet()) {
        double microsPerClick = next.getValue().round(round * clicks, clicks);
        if (round > 0) {
          micros.computeIfAbsent(next.getKey(), form -> new ArrayList<>()).add(microsPerClick);
        }
      }
      checkSame(contestants);
    }
    Map<String, Double> bytes = new LinkedHashMap<>();
    for (Map.Entry<String, Contestant> next : contestants.entrySet()) {
      bytes.put(next.getKey(), next.getValue().bytesPerUser());
    }
    return new Comparison(micros, bytes);
  }

  private static void checkSame(Map<String, Contestant> contestants) {
    KnownUser expected = contestants.get(PACKED).last;
    contestants.forEach(
        (form, contestant) -> {
          if (!contestant.last.equals(expected)) {
            throw new IllegalStateException(
                "All forms must remember the same, but %s was %s and packed %s"
                    .formatted(form, contestant.last, expected));
          }
        });
  }

  private Path newFolder() {
    return folder.resolve("state-" + folders++);
  }

  /** A form with a RocksDB of its own. */
  private static final class Contestant {
    private final StateFolder state;
    private final StateForm form;
    private final SimulatedUsers users;
    private KnownUser last;

    Contestant(StateFolder state, StateForm.Opening form, SimulatedUsers users) {
      this.state = state;
      this.form = form.in(state);
      this.users = users;
    }

    void fill(int behaviors, int seenItems) throws Exception {
      for (int user = 0; user < users.count(); user++) {
        state.setUser(users.id(user));
        form.fill(users.id(user), users.known(user, behaviors, seenItems));
      }
      state.compact();
    }

    /** Returns the microseconds of a click. */
    double round(int from, int clicks) throws Exception {
      List<String> clickers =
          IntStream.range(from, from + clicks).mapToObj(i -> users.id(users.clicker(i))).toList();
      List<Behavior> clicked = IntStream.range(from, from + clicks).mapToObj(users::click).toList();
      long start = System.nanoTime();
      for (int i = 0; i < clicks; i++) {
        state.setUser(clickers.get(i));
        last = form.remember(clickers.get(i), clicked.get(i));
      }
      return (System.nanoTime() - start) / 1e3 / clicks;
    }

    double bytesPerUser() throws Exception {
      state.compact();
      return (double) state.tableBytes() / users.count();
    }
  }

  /** Returns the bytes of RocksDB's files, compacted, for users who each did so much. */
  public long tableBytes(int users, int behaviors) throws Exception {
    try (StateFolder state = StateFolder.create(newFolder())) {
      fill(state.memory(bounds(behaviors)), state, new SimulatedUsers(users), behaviors);
      state.compact();
      return state.tableBytes();
    }
  }

  /**
   * Fills users as the job would have them, takes a checkpoint, lets one in a hundred click, takes
   * another, and restores both.
   *
   * @param behaviors of each user, all of them remembered
   */
  public Checkpoints checkpoints(int users, int behaviors) throws Exception {
    SimulatedUsers everybody = new SimulatedUsers(users);
    Memory bounds = bounds(behaviors);
    Path storage = folder.resolve("checkpoints");
    SharedStateRegistry registry = new SharedStateRegistryImpl();
    double fillSeconds;
    long tableBytes;
    Checkpoint full;
    Checkpoint incremental;
    try (registry) {
      try (StateFolder state = StateFolder.create(newFolder())) {
        UserMemory memory = state.memory(bounds);
        long start = System.nanoTime();
        fill(memory, state, everybody, behaviors);
        fillSeconds = (System.nanoTime() - start) / 1e9;
        state.compact();
        tableBytes = state.tableBytes();
        full = state.checkpoint(1, storage, registry);
        for (int user = 0; user < users; user += CLICKING) {
          state.setUser(everybody.id(user));
          memory.remember(everybody.id(user), everybody.click(user), System.currentTimeMillis());
        }
        incremental = state.checkpoint(2, storage, registry);
      }
      return new Checkpoints(
          fillSeconds,
          tableBytes,
          restored(full, everybody, behaviors, false),
          restored(incremental, everybody, behaviors, true));
    }
  }

  private static void fill(
      UserMemory memory, StateFolder state, SimulatedUsers users, int behaviors) throws Exception {
    for (int user = 0; user < users.count(); user++) {
      state.setUser(users.id(user));
      memory.begin(
          users.id(user), users.known(user, behaviors, behaviors), System.currentTimeMillis());
    }
  }

  private Costs restored(
      Checkpoint checkpoint, SimulatedUsers users, int behaviors, boolean clicked)
      throws Exception {
    long start = System.nanoTime();
    try (StateFolder state = StateFolder.restore(newFolder(), checkpoint.state())) {
      UserMemory memory = state.memory(bounds(behaviors));
      check(memory, state, users, 0, behaviors, clicked);
      double seconds = (System.nanoTime() - start) / 1e9;
      int step = Math.max(1, users.count() / MOST_CHECKED);
      for (int user = 0; user < users.count(); user += step) {
        check(memory, state, users, user, behaviors, clicked && user % CLICKING == 0);
      }
      return new Costs(
          checkpoint.taskSeconds(),
          checkpoint.otherSeconds(),
          checkpoint.state().getCheckpointedSize(),
          checkpoint.state().getStateSize(),
          seconds);
    }
  }

  private static void check(
      UserMemory memory,
      StateFolder state,
      SimulatedUsers users,
      int user,
      int behaviors,
      boolean clicked)
      throws Exception {
    state.setUser(users.id(user));
    KnownUser restored = memory.recall(users.id(user), System.currentTimeMillis());
    KnownUser past = users.known(user, behaviors, behaviors);
    KnownUser expected = clicked ? past.with(users.click(user)) : past;
    if (!restored.equals(expected)) {
      throw new IllegalStateException(
          "What is restored of user %d must be %s, was %s".formatted(user, expected, restored));
    }
  }
}
