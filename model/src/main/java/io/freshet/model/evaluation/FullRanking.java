package io.freshet.model.evaluation;

import io.freshet.model.metrics.HeldOutRank;
import io.freshet.model.metrics.MeanAveragePrecision;
import io.freshet.model.metrics.Ndcg;
import io.freshet.model.metrics.Recall;
import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.model.pcrec.InteractionSplit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Which items does this user click later? Each user's held-out items are ranked among all items of
 * the train graph that the user has not clicked before: in train and, when the test is asked about,
 * in validation. An item that is not in the train graph has no vector: it counts as not found.
 *
 * <p>Metrics are means over the users who have something held out; an item that ties with others is
 * worth what it is expected to be, see {@link HeldOutRank}.
 */
public final class FullRanking {
  /** How few clicks in train make a user or an item cold. */
  public static final int COLD_CLICKS_MAX = 3;

  private static final int VALIDATED_AT = 20;

  private final InteractionSplit split;
  private final InteractionGraph graph;

  /**
   * A held-out item.
   *
   * @param clicks in train
   */
  private record Found(HeldOutRank rank, int clicks) {}

  public FullRanking(InteractionSplit split) {
    this.split = split;
    this.graph = split.train();
  }

  /** Returns the recall at 20 of what is held out for validation. */
  public double validationRecall(ItemScores scores) {
    return split.validation().entrySet().stream()
        .map(heldOut -> find(scores, heldOut.getKey(), heldOut.getValue(), List.of()))
        .mapToDouble(found -> Recall.at(VALIDATED_AT, ranks(found)))
        .average()
        .orElse(0);
  }

  /**
   * Returns the metrics of the test, by name, for each of these: {@code full}, all users; {@code
   * full-cold-users}, those with at most {@value #COLD_CLICKS_MAX} items in train; {@code
   * full-cold-items}, only those held-out items that at most {@value #COLD_CLICKS_MAX} users have
   * in train, and the users who have such. What nobody falls under is left out.
   */
  public Map<String, Map<String, Double>> measure(ItemScores scores) {
    List<List<HeldOutRank>> all = new ArrayList<>();
    List<List<HeldOutRank>> coldUsers = new ArrayList<>();
    List<List<HeldOutRank>> coldItems = new ArrayList<>();
    split
        .test()
        .forEach(
            (user, items) -> {
              List<Found> found =
                  find(scores, user, items, split.validation().getOrDefault(user, List.of()));
              all.add(ranks(found));
              if (graph.degree(graph.userNode(user)) <= COLD_CLICKS_MAX) {
                coldUsers.add(ranks(found));
              }
              coldItems.add(
                  ranks(found.stream().filter(f -> f.clicks() <= COLD_CLICKS_MAX).toList()));
            });
    coldItems.removeIf(List::isEmpty);
    Map<String, Map<String, Double>> rows = new LinkedHashMap<>();
    put("full", all, rows);
    put("full-cold-users", coldUsers, rows);
    put("full-cold-items", coldItems, rows);
    return rows;
  }

  /**
   * Returns the metrics of {@link InteractionSplit#newUsers}, all of whose items are held out, as
   * {@code full-new-users}; nothing where nobody is new.
   *
   * @param scores returns a score of each item, in the order of their nodes, for a user's id
   */
  public Map<String, Map<String, Double>> measureNewUsers(Function<String, float[]> scores) {
    List<List<HeldOutRank>> users = new ArrayList<>();
    split
        .newUsers()
        .forEach(
            (user, items) ->
                users.add(ranks(find(scores.apply(user), new boolean[graph.items()], items))));
    Map<String, Map<String, Double>> rows = new LinkedHashMap<>();
    put("full-new-users", users, rows);
    return rows;
  }

  /** Returns where held-out items of a user stand. */
  private List<Found> find(
      ItemScores scores, String userId, List<String> heldOut, List<String> alsoClicked) {
    int user = graph.userNode(userId);
    boolean[] isClicked = new boolean[graph.items()];
    for (int i = 0; i < graph.degree(user); i++) {
      isClicked[graph.neighbor(user, i) - graph.users()] = true;
    }
    for (String item : alsoClicked) {
      int node = graph.itemNode(item);
      if (node >= 0) {
        isClicked[node - graph.users()] = true;
      }
    }
    return find(scores.of(user), isClicked, heldOut);
  }

  private List<Found> find(float[] scores, boolean[] isClicked, List<String> heldOut) {
    float[] ranked = new float[scores.length];
    int[] places = new int[scores.length];
    int count = 0;
    for (int item = 0; item < scores.length; item++) {
      if (!isClicked[item]) {
        places[item] = count;
        ranked[count++] = scores[item];
      }
    }
    float[] others = Arrays.copyOf(ranked, count);
    int unknown = (int) heldOut.stream().filter(item -> graph.itemNode(item) < 0).count();
    List<Found> found = new ArrayList<>();
    for (String item : heldOut) {
      int node = graph.itemNode(item);
      found.add(
          node < 0
              ? new Found(last(unknown), 0)
              : new Found(
                  HeldOutRank.of(others, places[node - graph.users()]), graph.degree(node)));
    }
    return found;
  }

  /** Returns the rank of each of some items that stand behind whatever there is. */
  private static HeldOutRank last(int items) {
    return new HeldOutRank(Integer.MAX_VALUE - items + 1, Integer.MAX_VALUE);
  }

  private static List<HeldOutRank> ranks(List<Found> found) {
    return found.stream().map(Found::rank).toList();
  }

  private static void put(
      String name, List<List<HeldOutRank>> users, Map<String, Map<String, Double>> rows) {
    if (!users.isEmpty()) {
      Map<String, Double> metrics = new LinkedHashMap<>();
      for (int k : new int[] {20, 40}) {
        metrics.put("recall_at_" + k, mean(users, ranks -> Recall.at(k, ranks)));
        metrics.put("map_at_" + k, mean(users, ranks -> MeanAveragePrecision.at(k, ranks)));
      }
      metrics.put("ndcg_at_20", mean(users, ranks -> Ndcg.at(20, ranks)));
      rows.put(name, metrics);
    }
  }

  private static double mean(
      List<List<HeldOutRank>> users, ToDoubleFunction<List<HeldOutRank>> metric) {
    return users.stream().mapToDouble(metric).average().orElse(Double.NaN);
  }
}
