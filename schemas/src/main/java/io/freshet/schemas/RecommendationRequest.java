package io.freshet.schemas;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A question: what should this user be shown now?
 *
 * @param requestId comes back in the recommendation
 * @param requestedAt the time of recommendation: ages of behaviors are measured from it
 * @param candidates the items to rank; empty when Freshet shall find them
 * @param afterEventId a click of the same user that must be remembered before this is answered;
 *     null for none
 * @param context what else is known of the moment, never null
 */
public record RecommendationRequest(
    String requestId,
    String userId,
    Instant requestedAt,
    List<String> candidates,
    String afterEventId,
    Map<String, String> context) {}
