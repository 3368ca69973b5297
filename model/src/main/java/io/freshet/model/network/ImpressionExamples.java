package io.freshet.model.network;

import io.freshet.model.Behavior;
import io.freshet.model.Candidate;
import io.freshet.model.ClickLog;
import io.freshet.model.EmbeddingHistory;
import io.freshet.model.EmbeddingSpace;
import io.freshet.model.ImpressionLog;
import io.freshet.model.ImpressionLog.Impression;
import io.freshet.model.ScoringRequest;
import io.freshet.model.ScoringRequest.PastItem;
import io.freshet.model.ScoringRequest.Target;
import io.freshet.schemas.ClickEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Impressions as requests, each for the one item that was shown, at the time that it was shown. The
 * sequence is what the user had clicked strictly before.
 */
public final class ImpressionExamples {
  private final List<Impression> impressions;
  private final Map<String, List<PastItem>> pastOfUser = new HashMap<>(); // oldest first
  private final Map<String, String> categories;
  private final int sequenceLength;
  private final EmbeddingHistory embeddings;

  /**
   * @param embeddings the vectors of users and items, for those networks that are given any: of
   *     each impression those of its own moment
   */
  public ImpressionExamples(ImpressionLog log, int sequenceLength, EmbeddingHistory embeddings) {
    ClickLog clicks = log.clicks();
    this.impressions = log.impressions();
    this.categories = clicks.categories();
    this.sequenceLength = sequenceLength;
    this.embeddings = embeddings;
    log.earlierItems()
        .forEach(
            (user, items) ->
                items.forEach(
                    item ->
                        remember(user, item, Behavior.UNKNOWN_TIME, ClickEvent.DEFAULT_ACTION)));
    for (ClickEvent click : clicks.clicks()) {
      remember(click.userId(), click.itemId(), click.eventTime().toEpochMilli(), click.action());
    }
  }

  private void remember(String user, String item, long timeMillis, String action) {
    pastOfUser
        .computeIfAbsent(user, u -> new ArrayList<>())
        .add(new PastItem(item, categories.get(item), timeMillis, action));
  }

  /** Returns the examples of the impressions from {@code from} on and before {@code end}. */
  public Labelled between(Instant from, Instant end) {
    return new Labelled(
        impressions.stream()
            .filter(shown -> !shown.time().isBefore(from) && shown.time().isBefore(end))
            .toList());
  }

  /** Examples that tell whose they are. */
  public final class Labelled implements Examples {
    private final List<Impression> shown;

    private Labelled(List<Impression> shown) {
      this.shown = shown;
    }

    @Override
    public int size() {
      return shown.size();
    }

    public String userId(int example) {
      return shown.get(example).userId();
    }

    @Override
    public LabelledRequest get(int example, SplittableRandom random) {
      return get(example);
    }

    /** Returns an example; nothing in it is drawn. */
    public LabelledRequest get(int example) {
      Impression impression = shown.get(example);
      long now = impression.time().toEpochMilli();
      String item = impression.itemId();
      EmbeddingSpace known = embeddings.at(impression.time());
      return new LabelledRequest(
          new ScoringRequest(
              pastBefore(impression.userId(), now),
              now,
              List.of(
                  new Target(
                      item, categories.get(item), Candidate.NOT_RETRIEVED, known.ofItem(item))),
              impression.context(),
              known.ofUser(impression.userId())),
          new float[] {impression.clicked() ? 1 : 0});
    }
  }

  private List<PastItem> pastBefore(String user, long nowMillis) {
    List<PastItem> past = pastOfUser.getOrDefault(user, List.of());
    int low = 0;
    int high = past.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (past.get(middle).timeMillis() < nowMillis) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return past.subList(Math.max(0, low - sequenceLength), low);
  }
}
