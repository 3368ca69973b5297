package io.freshet.model;

import io.freshet.schemas.Item;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How long retrieval takes, by kind of source, over items that are made up. Few of them are clicked
 * often, and each has as many neighbors as an item can have.
 */
public final class RetrievalBenchmark {
  private static final int CATEGORIES = 500;
  private static final int BEHAVIORS = 50;
  private static final int USERS = 500;
  private static final int WARMING_UP = 5; // rounds
  private static final long SHORTEST_NANOS = 100_000_000;
  private static final long NOW = 1_600_000_000_000L;

  private RetrievalBenchmark() {}

  /** Returns a table of so many items, {@code i0} the most popular, in categories. */
  public static ItemTable items(int count) {
    SplittableRandom random = new SplittableRandom(1);
    boolean[] available = new boolean[count];
    Arrays.fill(available, true);
    int neighbors = Math.min(CoClicks.NEIGHBORS, count - 1);
    int apart = Math.max(1, count / (neighbors + 1)); // or they would lie side by side in memory
    int[][] alike = new int[count][];
    for (int row = 0; row < count; row++) {
      int first = random.nextInt(count);
      int itself = row;
      alike[row] =
          IntStream.iterate(first, other -> (other + apart) % count)
              .filter(other -> other != itself)
              .limit(neighbors)
              .toArray();
    }
    return ItemTable.of(
        new ItemColumns(
            ids(count),
            available,
            IntStream.range(0, count).map(row -> 1 + count / (1 + row)).toArray(),
            categories(),
            IntStream.range(0, count).map(row -> row % CATEGORIES).toArray(),
            alike));
  }

  /** Returns the ids of so many items. */
  public static String[] ids(int count) {
    return IntStream.range(0, count).mapToObj(item -> "i" + item).toArray(String[]::new);
  }

  /** Returns the ids of all categories. */
  public static String[] categories() {
    return IntStream.range(0, CATEGORIES).mapToObj(c -> "c" + c).toArray(String[]::new);
  }

  /**
   * Returns the microseconds of retrieving for a user with 50 behaviors, by source, {@code all} for
   * all sources without vectors together: medians of rounds.
   *
   * @param count of the items, as {@link #ids} has them
   * @param limit of candidates
   */
  public static Map<String, Double> micros(ItemCatalog items, int count, int limit, int rounds) {
    List<BehaviorSequence> users = users(count);
    Map<String, ItemCatalog> sources = new LinkedHashMap<>();
    sources.put("similar", new Only(items, true, false, false));
    sources.put("category", new Only(items, false, true, false));
    sources.put("popular", new Only(items, false, false, true));
    sources.put("all", items);
    Map<String, List<Double>> micros = new LinkedHashMap<>();
    for (int round = 0; round < WARMING_UP + rounds; round++) {
      for (Map.Entry<String, ItemCatalog> source : sources.entrySet()) {
        double took = micros(source.getValue(), users, limit);
        if (round >= WARMING_UP) {
          micros.computeIfAbsent(source.getKey(), s -> new ArrayList<>()).add(took);
        }
      }
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    micros.forEach((source, all) -> medians.put(source, Median.of(all, took -> took)));
    return medians;
  }

  private static double micros(ItemCatalog items, List<BehaviorSequence> users, int limit) {
    CandidateRetriever retriever = new CandidateRetriever(items, EmbeddingSpace.NONE);
    long start = System.nanoTime();
    int times = 0;
    long found = 0;
    do {
      BehaviorSequence user = users.get(times % users.size());
      Set<String> seen =
          user.behaviors().stream().map(Behavior::itemId).collect(Collectors.toSet());
      found += retriever.retrieve("user", user, seen, limit).size();
      times++;
    } while (System.nanoTime() - start < SHORTEST_NANOS);
    if (found == 0) {
      throw new IllegalStateException("Candidates must be found for some of %d".formatted(times));
    }
    return (System.nanoTime() - start) / 1e3 / times;
  }

  private static List<BehaviorSequence> users(int items) {
    SplittableRandom random = new SplittableRandom(2);
    List<BehaviorSequence> users = new ArrayList<>();
    for (int user = 0; user < USERS; user++) {
      List<Behavior> behaviors = new ArrayList<>();
      for (int i = 0; i < BEHAVIORS; i++) {
        double popularity = random.nextDouble();
        int item = (int) (items * popularity * popularity);
        behaviors.add(new Behavior(user + "-" + i, "i" + item, NOW + i, "click"));
      }
      users.add(new BehaviorSequence(BEHAVIORS, behaviors));
    }
    return users;
  }

  /** A catalog of which retrieval finds some lists alone. */
  private record Only(ItemCatalog items, boolean similar, boolean category, boolean mostClicked)
      implements ItemCatalog {
    @Override
    public Item item(String itemId) {
      return items.item(itemId);
    }

    @Override
    public Iterator<Item> similarTo(List<String> itemIds) {
      return similar ? items.similarTo(itemIds) : Collections.emptyIterator();
    }

    @Override
    public Iterator<Item> ofCategory(String categoryId) {
      return category ? items.ofCategory(categoryId) : Collections.emptyIterator();
    }

    @Override
    public Iterator<Item> popular() {
      return mostClicked ? items.popular() : Collections.emptyIterator();
    }
  }
}
