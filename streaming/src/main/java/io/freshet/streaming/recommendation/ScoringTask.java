package io.freshet.streaming.recommendation;

import io.freshet.model.BehaviorSequence;
import io.freshet.schemas.Recommendation.Trigger;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A user, a moment, and all that is remembered: what a recommendation is made of.
 *
 * @param requestId null where a click triggered it
 * @param excluded items that are not to be retrieved
 * @param candidates the items to rank; empty where they are still to be retrieved
 * @param timeMillis the time of recommendation, in epoch milliseconds
 * @param context what is known of the moment
 * @param fallback why the answer is less than was asked for, whoever scores it; null when it is not
 */
public record ScoringTask(
    String userId,
    String requestId,
    BehaviorSequence sequence,
    Set<String> excluded,
    List<String> candidates,
    Trigger trigger,
    long timeMillis,
    Map<String, String> context,
    String fallback) {}
