package io.freshet.model.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The area under the ROC curve within users: how well the items of each user are ordered, whoever
 * clicks a lot (Zhou et al. 2018, Deep Interest Network, section 5.3).
 */
public final class GroupedAuc {
  private GroupedAuc() {}

  /**
   * Returns the mean {@link Auc} of the users, each weighted by the number of the user's
   * impressions. Users who clicked all of theirs, or none, are left out: their areas do not exist.
   * As in {@link Auc}, a tie counts half.
   *
   * @param userIds whose impressions these are, in any order
   * @return in [0, 1]; not a number where no user is left
   * @throws IllegalArgumentException also when a score is not a number
   */
  public static double of(List<String> userIds, float[] scores, boolean[] clicked) {
    if (userIds.size() != scores.length) {
      throw new IllegalArgumentException(
          "userIds and scores must be of one length, was %d and %d"
              .formatted(userIds.size(), scores.length));
    }
    Scores.check(scores, clicked);
    double weighted = 0;
    long impressions = 0;
    for (List<Integer> ofUser : byUser(userIds)) {
      double area = area(ofUser, scores, clicked);
      if (!Double.isNaN(area)) {
        weighted += area * ofUser.size();
        impressions += ofUser.size();
      }
    }
    return weighted / impressions;
  }

  private static Iterable<List<Integer>> byUser(List<String> userIds) {
    Map<String, List<Integer>> byUser = new LinkedHashMap<>(); // sums up in the same order always
    int at = 0;
    for (String userId : userIds) {
      byUser.computeIfAbsent(userId, u -> new ArrayList<>()).add(at++);
    }
    return byUser.values();
  }

  private static double area(List<Integer> ofUser, float[] scores, boolean[] clicked) {
    float[] scoresOfUser = new float[ofUser.size()];
    boolean[] clickedByUser = new boolean[ofUser.size()];
    for (int i = 0; i < scoresOfUser.length; i++) {
      scoresOfUser[i] = scores[ofUser.get(i)];
      clickedByUser[i] = clicked[ofUser.get(i)];
    }
    return Auc.of(scoresOfUser, clickedByUser);
  }
}
