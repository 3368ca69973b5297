package io.freshet.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the items worth scoring for a user now.
 *
 * <p>Three sources, each in its own order: {@code similar}, the neighbors of the newest items,
 * where an item gains by each of them that it is a neighbor of, more from the newer and the closer;
 * {@code category}, what is popular in the categories of the newest items, by turns; {@code
 * popular}, what is popular at all. Of every ten candidates seven are similar, two of a category
 * and one popular, while the sources last. No item comes twice, and none that is excluded or not
 * available. The same input gives the same candidates.
 */
public final class CandidateRetriever {
  private static final String SIMILAR = "similar";
  private static final String CATEGORY = "category";
  private static final String POPULAR = "popular";
  private static final List<String> TURNS =
      List.of(
          SIMILAR, SIMILAR, SIMILAR, CATEGORY, SIMILAR, SIMILAR, POPULAR, SIMILAR, SIMILAR,
          CATEGORY);

  private static final int NEWEST_ITEMS = 10;
  private static final int NEWEST_CATEGORIES = 5;

  /** Damps the first ranks: the likeness of a neighbor falls as 1 / (rank + this). */
  private static final int RANK_DAMPING = 10;

  private CandidateRetriever() {}

  /**
   * Returns at most {@code limit} candidates, the most promising first as far as retrieval can
   * tell.
   *
   * @param excluded items that are not to be shown
   */
  public static List<Candidate> retrieve(
      BehaviorSequence sequence, Set<String> excluded, ItemCatalog items, int limit) {
    List<String> newest = newestItems(sequence);
    Map<String, Iterator<String>> sources = new LinkedHashMap<>();
    sources.put(SIMILAR, similar(newest, items).iterator());
    sources.put(CATEGORY, ofCategories(newest, items).iterator());
    sources.put(POPULAR, items.popular().iterator());

    Map<String, Candidate> found = new LinkedHashMap<>();
    for (int turn = 0; found.size() < limit && !sources.isEmpty(); turn++) {
      String source = TURNS.get(turn % TURNS.size());
      Iterator<String> left = sources.get(source);
      String itemId = left == null ? null : nextFit(left, excluded, found.keySet(), items);
      if (itemId == null) {
        sources.remove(source);
      } else {
        found.put(itemId, new Candidate(itemId, source, found.size() + 1));
      }
    }
    return List.copyOf(found.values());
  }

  private static String nextFit(
      Iterator<String> source, Set<String> excluded, Set<String> found, ItemCatalog items) {
    while (source.hasNext()) {
      String itemId = source.next();
      if (!excluded.contains(itemId) && !found.contains(itemId) && items.isAvailable(itemId)) {
        return itemId;
      }
    }
    return null;
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
    return likeness(newestItems(sequence), items);
  }

  private static Map<String, Double> likeness(List<String> newest, ItemCatalog items) {
    Map<String, Double> gains = new HashMap<>();
    for (int i = 0; i < newest.size(); i++) {
      int rank = 0;
      for (String neighbor : items.similarTo(newest.get(i))) {
        gains.merge(neighbor, 1.0 / (i + 1) / (rank++ + RANK_DAMPING), Double::sum);
      }
    }
    return gains;
  }

  private static List<String> similar(List<String> newest, ItemCatalog items) {
    Map<String, Double> gains = likeness(newest, items);
    Comparator<String> mostGainFirst = Comparator.comparing(gains::get, Comparator.reverseOrder());
    return gains.keySet().stream()
        .sorted(mostGainFirst.thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  /** Returns the items of the newest categories, one of each by turns. */
  private static Collection<String> ofCategories(List<String> newest, ItemCatalog items) {
    Set<String> categories = new LinkedHashSet<>();
    newest.stream().map(items::categoryOf).filter(c -> c != null).forEach(categories::add);
    List<Iterator<String>> open = new ArrayList<>();
    categories.stream()
        .limit(NEWEST_CATEGORIES)
        .forEach(category -> open.add(items.ofCategory(category).iterator()));
    List<String> byTurns = new ArrayList<>();
    while (open.removeIf(left -> !left.hasNext()) || !open.isEmpty()) {
      open.forEach(left -> byTurns.add(left.next()));
    }
    return byTurns;
  }
}
