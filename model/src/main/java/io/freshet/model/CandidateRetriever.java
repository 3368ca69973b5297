package io.freshet.model;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Finds the items worth scoring for a user now.
 *
 * <p>Four sources, each in its own order: {@code similar}, the neighbors of the newest items, where
 * an item gains by each of them that it is a neighbor of, more from the newer and the closer;
 * {@code category}, what is popular in the categories of the newest items, by turns; {@code
 * popular}, what is popular at all; {@code pcrec}, the items nearest to the user's vector or, for
 * users who have none, to the mean of the vectors of their newest items, the i-th newest with the
 * weight 1 / i.
 *
 * <p>Of every ten candidates five are similar, two pcrec, two of a category and one popular, while
 * the sources last; seven are similar where there is nothing to be near to. No item comes twice,
 * and none that is excluded or not available. The same input gives the same candidates.
 */
public final class CandidateRetriever {
  private static final String SIMILAR = "similar";
  private static final String CATEGORY = "category";
  private static final String POPULAR = "popular";
  private static final String PCREC = "pcrec";
  private static final List<String> TURNS =
      List.of(
          SIMILAR, SIMILAR, SIMILAR, CATEGORY, SIMILAR, SIMILAR, POPULAR, SIMILAR, SIMILAR,
          CATEGORY);
  private static final List<String> TURNS_WITH_VECTORS =
      List.of(
          SIMILAR, PCREC, SIMILAR, CATEGORY, SIMILAR, SIMILAR, POPULAR, PCREC, SIMILAR, CATEGORY);

  private static final int NEWEST_ITEMS = 10;
  private static final int NEWEST_CATEGORIES = 5;

  /** Damps the first ranks: the likeness of a neighbor falls as 1 / (rank + this). */
  private static final int RANK_DAMPING = 10;

  private final ItemCatalog items;
  private final EmbeddingSpace embeddings;

  public CandidateRetriever(ItemCatalog items, EmbeddingSpace embeddings) {
    this.items = items;
    this.embeddings = embeddings;
  }

  /**
   * Returns at most {@code limit} candidates, the most promising first as far as retrieval can
   * tell.
   *
   * @param excluded items that are not to be shown
   */
  public List<Candidate> retrieve(
      String userId, BehaviorSequence sequence, Set<String> excluded, int limit) {
    List<String> newest = newestItems(sequence);
    Predicate<String> fits = item -> !excluded.contains(item) && items.isAvailable(item);
    List<String> near = near(taste(userId, newest), limit, fits);
    Map<String, Iterator<String>> sources = new HashMap<>();
    sources.put(SIMILAR, similar(newest, items));
    sources.put(CATEGORY, ofCategories(newest, items));
    sources.put(POPULAR, items.popular().iterator());
    if (near.isEmpty()) {
      return byTurns(TURNS, sources, fits, limit);
    }
    sources.put(PCREC, near.iterator());
    return byTurns(TURNS_WITH_VECTORS, sources, fits, limit);
  }

  private static List<Candidate> byTurns(
      List<String> turns,
      Map<String, Iterator<String>> sources,
      Predicate<String> fits,
      int limit) {
    Map<String, Candidate> found = new LinkedHashMap<>();
    for (int turn = 0; found.size() < limit && !sources.isEmpty(); turn++) {
      String source = turns.get(turn % turns.size());
      Iterator<String> left = sources.get(source);
      String itemId =
          left == null ? null : next(left, item -> !found.containsKey(item) && fits.test(item));
      if (itemId == null) {
        sources.remove(source);
      } else {
        found.put(itemId, new Candidate(itemId, source, found.size() + 1));
      }
    }
    return List.copyOf(found.values());
  }

  private static String next(Iterator<String> source, Predicate<String> fits) {
    while (source.hasNext()) {
      String itemId = source.next();
      if (fits.test(itemId)) {
        return itemId;
      }
    }
    return null;
  }

  private List<String> near(float[] taste, int limit, Predicate<String> fits) {
    return taste == null ? List.of() : embeddings.nearest(taste, limit, fits);
  }

  /** Returns the vector of what the user likes, of whatever length; null where nobody knows. */
  private float[] taste(String userId, List<String> newest) {
    float[] ofUser = embeddings.ofUser(userId);
    return ofUser == null ? meanOf(newest) : ofUser;
  }

  private float[] meanOf(List<String> newest) {
    float[] sum = null;
    for (int i = 0; i < newest.size(); i++) {
      float[] vector = embeddings.ofItem(newest.get(i));
      if (vector != null) {
        sum = sum == null ? new float[vector.length] : sum;
        for (int d = 0; d < vector.length; d++) {
          sum[d] += vector[d] / (i + 1);
        }
      }
    }
    return sum;
  }

  /** Returns the items of the newest behaviors, newest first, each once. */
  private static List<String> newestItems(BehaviorSequence sequence) {
    Set<String> newest = new LinkedHashSet<>();
    List<Behavior> behaviors = sequence.behaviors();
    for (int i = behaviors.size() - 1; i >= 0 && newest.size() < NEWEST_ITEMS; i--) {
      newest.add(behaviors.get(i).itemId());
    }
    return List.copyOf(newest);
  }

  /**
   * Returns how alike items are to the newest of the sequence: the more of them an item is a
   * neighbor of, the newer they are and the closer it is to them. Items that are not there are not
   * alike at all.
   */
  public static Map<String, Double> likeness(BehaviorSequence sequence, ItemCatalog items) {
    Map<String, Double> likeness = new HashMap<>();
    neighbors(newestItems(sequence), items).forEach(n -> likeness.put(n.itemId, n.likeness));
    return likeness;
  }

  /** An item that others are a neighbor of; the most alike is the least. */
  private static final class Neighbor implements Comparable<Neighbor> {
    private final String itemId;
    private double likeness;

    Neighbor(String itemId) {
      this.itemId = itemId;
    }

    @Override
    public int compareTo(Neighbor other) {
      int order = Double.compare(other.likeness, likeness);
      return order != 0 ? order : itemId.compareTo(other.itemId);
    }
  }

  private static Collection<Neighbor> neighbors(List<String> newest, ItemCatalog items) {
    List<List<String>> lists = newest.stream().map(items::similarTo).toList();
    Map<String, Neighbor> neighbors = new HashMap<>(2 * lists.stream().mapToInt(List::size).sum());
    for (int i = 0; i < lists.size(); i++) {
      int rank = 0;
      for (String itemId : lists.get(i)) {
        neighbors.computeIfAbsent(itemId, Neighbor::new).likeness +=
            1.0 / (i + 1) / (rank++ + RANK_DAMPING);
      }
    }
    return neighbors.values();
  }

  /** Finds them as they are asked for: of some hundreds some dozens are. */
  private static Iterator<String> similar(List<String> newest, ItemCatalog items) {
    Queue<Neighbor> left = new PriorityQueue<>(neighbors(newest, items));
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return !left.isEmpty();
      }

      @Override
      public String next() {
        return left.remove().itemId;
      }
    };
  }

  /** Returns the items of the newest categories, one of each by turns. */
  private static Iterator<String> ofCategories(List<String> newest, ItemCatalog items) {
    Set<String> categories = new LinkedHashSet<>();
    newest.stream().map(items::categoryOf).filter(c -> c != null).forEach(categories::add);
    Queue<Iterator<String>> open = new ArrayDeque<>();
    categories.stream()
        .limit(NEWEST_CATEGORIES)
        .map(category -> items.ofCategory(category))
        .filter(Iterator::hasNext)
        .forEach(open::add);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return !open.isEmpty();
      }

      @Override
      public String next() {
        Iterator<String> turn = open.remove();
        String itemId = turn.next();
        if (turn.hasNext()) {
          open.add(turn);
        }
        return itemId;
      }
    };
  }
}
