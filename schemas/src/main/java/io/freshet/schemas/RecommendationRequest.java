package io.freshet.schemas;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A question: what should this user be shown now?
 *
 * @param requestId comes back in the recommendation; where a producer gives none it is derived from
 *     user, time, {@code afterEventId} and candidates, the same every time
 * @param requestedAt the time of recommendation: ages of behaviors are measured from it
 * @param candidates the items to rank, each once, at most {@value #MAX_CANDIDATES}, be they clicked
 *     before or not available; empty when Freshet shall find them
 * @param afterEventId a click of the same user that must be remembered before this is answered, and
 *     is while it stands in the user's sequence; null for none
 * @param context what else is known of the moment, never null
 */
public record RecommendationRequest(
    String requestId,
    String userId,
    Instant requestedAt,
    List<String> candidates,
    String afterEventId,
    Map<String, String> context)
    implements TimedRecord {
  /** How many candidates a request may bring. */
  public static final int MAX_CANDIDATES = 1_000;

  @Override
  public Instant time() {
    return requestedAt;
  }

  @Override
  public void checkNotAhead(Instant brokerTime, Duration maxAhead) throws MalformedRecordException {
    Times.checkNotAhead("requested_at", requestedAt, brokerTime, maxAhead);
  }
}
