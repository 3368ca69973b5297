package io.freshet.model.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The area under the ROC curve within groups, such as users: how well the items of each are
 * ordered, whoever clicks a lot (Zhou et al. 2018, Deep Interest Network, section 5.3).
 */
public final class GroupedAuc {
  private GroupedAuc() {}

  /**
   * Returns the mean {@link Auc} of the groups, each weighted by the number of its impressions.
   * Groups of which all were clicked, or none, are left out: their areas do not exist. As in {@link
   * Auc}, a tie counts half.
   *
   * @param groups which one each impression is of, in any order: by equality
   * @return in [0, 1]; not a number where no group is left
   * @throws IllegalArgumentException also when a score is not a number
   */
  public static double of(List<?> groups, float[] scores, boolean[] clicked) {
    if (groups.size() != scores.length) {
      throw new IllegalArgumentException(
          "groups and scores must be of one length, was %d and %d"
              .formatted(groups.size(), scores.length));
    }
    Scores.check(scores, clicked);
    double weighted = 0;
    long impressions = 0;
    for (List<Integer> ofGroup : byGroup(groups)) {
      double area = area(ofGroup, scores, clicked);
      if (!Double.isNaN(area)) {
        weighted += area * ofGroup.size();
        impressions += ofGroup.size();
      }
    }
    return weighted / impressions;
  }

  private static Iterable<List<Integer>> byGroup(List<?> groups) {
    Map<Object, List<Integer>> byGroup = new LinkedHashMap<>(); // sums up in the same order always
    int at = 0;
    for (Object group : groups) {
      byGroup.computeIfAbsent(group, g -> new ArrayList<>()).add(at++);
    }
    return byGroup.values();
  }

  private static double area(List<Integer> ofGroup, float[] scores, boolean[] clicked) {
    float[] scoresOfGroup = new float[ofGroup.size()];
    boolean[] clickedOfGroup = new boolean[ofGroup.size()];
    for (int i = 0; i < scoresOfGroup.length; i++) {
      scoresOfGroup[i] = scores[ofGroup.get(i)];
      clickedOfGroup[i] = clicked[ofGroup.get(i)];
    }
    return Auc.of(scoresOfGroup, clickedOfGroup);
  }
}
