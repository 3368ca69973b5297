package io.freshet.model;

import io.freshet.schemas.Item;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.function.Function;
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
    List<String> newest = newestItems(sequence.behaviors(), Behavior::itemId);
    Predicate<Item> fits = item -> item.available() && !excluded.contains(item.itemId());
    Iterator<Item> near = near(taste(userId, newest), limit, fits);
    Map<String, Iterator<Item>> sources = new HashMap<>();
    sources.put(SIMILAR, items.similarTo(newest));
    sources.put(CATEGORY, ofCategories(newest));
    sources.put(POPULAR, items.popular());
    if (!near.hasNext()) {
      return byTurns(TURNS, sources, fits, limit);
    }
    sources.put(PCREC, near);
    return byTurns(TURNS_WITH_VECTORS, sources, fits, limit);
  }

  private static List<Candidate> byTurns(
      List<String> turns, Map<String, Iterator<Item>> sources, Predicate<Item> fits, int limit) {
    Set<String> found = new HashSet<>();
    Predicate<Item> isNew = item -> fits.test(item) && found.add(item.itemId());
    List<Candidate> candidates = new ArrayList<>();
    for (int turn = 0; candidates.size() < limit && !sources.isEmpty(); turn++) {
      String source = turns.get(turn % turns.size());
      Item item = next(sources.getOrDefault(source, Collections.emptyIterator()), isNew);
      if (item == null) {
        sources.remove(source);
      } else {
        candidates.add(
            new Candidate(item.itemId(), item.categoryId(), source, candidates.size() + 1));
      }
    }
    return List.copyOf(candidates);
  }

  private static Item next(Iterator<Item> source, Predicate<Item> fits) {
    while (source.hasNext()) {
      Item item = source.next();
      if (fits.test(item)) {
        return item;
      }
    }
    return null;
  }

  private Iterator<Item> near(float[] taste, int limit, Predicate<Item> fits) {
    return taste == null
        ? Collections.emptyIterator()
        : embeddings.nearest(taste, limit, itemId -> fits.test(items.item(itemId))).stream()
            .map(items::item)
            .iterator();
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

  /** Returns the ids of the newest items, newest first, each once. */
  public static <T> List<String> newestItems(List<T> oldestFirst, Function<T, String> itemId) {
    Set<String> newest = new LinkedHashSet<>();
    for (int i = oldestFirst.size() - 1; i >= 0 && newest.size() < NEWEST_ITEMS; i--) {
      newest.add(itemId.apply(oldestFirst.get(i)));
    }
    return List.copyOf(newest);
  }

  /** Returns the items of the newest categories, one of each by turns. */
  private Iterator<Item> ofCategories(List<String> newest) {
    Queue<Iterator<Item>> open = new ArrayDeque<>();
    newest.stream()
        .map(itemId -> items.item(itemId).categoryId())
        .filter(Objects::nonNull)
        .distinct()
        .limit(NEWEST_CATEGORIES)
        .map(items::ofCategory)
        .filter(Iterator::hasNext)
        .forEach(open::add);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return !open.isEmpty();
      }

      @Override
      public Item next() {
        Iterator<Item> turn = open.remove();
        Item item = turn.next();
        if (turn.hasNext()) {
          open.add(turn);
        }
        return item;
      }
    };
  }
}
