package io.freshet.streaming.recommendation;

import io.freshet.model.BehaviorSequence;
import io.freshet.model.Candidate;
import io.freshet.model.CandidateRetriever;
import io.freshet.model.EmbeddingSpace;
import io.freshet.model.ItemCatalog;
import io.freshet.model.Ranking;
import io.freshet.model.ScoringRequest;
import io.freshet.model.ScoringRequest.PastItem;
import io.freshet.model.ScoringRequest.Target;
import io.freshet.schemas.DerivedId;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Recommendation.AttendedItem;
import io.freshet.schemas.Recommendation.RankedItem;
import io.freshet.schemas.Recommendation.Trigger;
import io.freshet.streaming.recommendation.RecommendationConfig.Candidates;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns tasks into recommendations: retrieves, scores, ranks, and says what it could not do. */
final class Recommender {
  private static final Logger LOG = LoggerFactory.getLogger(Recommender.class);
  private static final String GIVEN_ORDER = "given-order";
  private static final String NOTHING = "none";
  private static final String FROM_REQUEST = "request";
  private static final int ATTENDED = 3;
  private static final long LOG_INTERVAL_MILLIS = 60_000;

  private final Candidates config;
  private long nextLogMillis = Long.MIN_VALUE;

  Recommender(Candidates config) {
    this.config = config;
  }

  private record Prepared(ScoringTask task, List<Candidate> candidates, ScoringRequest request) {}

  /**
   * Returns an answer to each task, in their order, made without a model: the candidates that a
   * request brings, as they stand.
   *
   * @param items what is known of the items
   * @param reason why there is no model
   */
  List<Recommendation> withoutModel(
      List<ScoringTask> tasks, ItemCatalog items, String reason, long nowMillis) {
    return tasks.stream()
        .map(task -> inGivenOrder(task, ofRequest(task, items), reason, nowMillis))
        .toList();
  }

  /**
   * Returns an answer to each task, in their order.
   *
   * @param inUse with a model
   * @param items what the model knows of the items, with what has changed since
   */
  List<Recommendation> recommend(
      List<ScoringTask> tasks, ReleasesInUse inUse, ItemCatalog items, long nowMillis) {
    List<Prepared> prepared = tasks.stream().map(task -> prepare(task, inUse, items)).toList();
    List<ScoringRequest> requests =
        prepared.stream().map(Prepared::request).filter(r -> !r.candidates().isEmpty()).toList();
    Iterator<Ranking> rankings = rank(requests, inUse.model(), nowMillis).iterator();
    List<Recommendation> answers = new ArrayList<>();
    for (Prepared next : prepared) {
      answers.add(
          next.candidates().isEmpty()
              ? inGivenOrder(next.task(), List.of(), Fallback.NO_CANDIDATES, nowMillis)
              : answer(next, rankings.next(), inUse, nowMillis));
    }
    return answers;
  }

  private Prepared prepare(ScoringTask task, ReleasesInUse inUse, ItemCatalog items) {
    List<Candidate> candidates =
        task.candidates().isEmpty()
            ? new CandidateRetriever(items, inUse.embeddings())
                .retrieve(task.userId(), task.sequence(), task.excluded(), config.max())
            : ofRequest(task, items);
    List<PastItem> past =
        task.sequence().behaviors().stream()
            .map(behavior -> PastItem.of(behavior, items.item(behavior.itemId()).categoryId()))
            .toList();
    EmbeddingSpace vectors = inUse.vectors();
    List<Target> targets =
        candidates.stream().map(candidate -> target(candidate, vectors)).toList();
    return new Prepared(
        task,
        candidates,
        new ScoringRequest(
            past, task.timeMillis(), targets, task.context(), vectors.ofUser(task.userId())));
  }

  private static List<Candidate> ofRequest(ScoringTask task, ItemCatalog items) {
    return task.candidates().stream()
        .map(items::item)
        .map(
            item ->
                new Candidate(
                    item.itemId(), item.categoryId(), FROM_REQUEST, Candidate.NOT_RETRIEVED))
        .toList();
  }

  private static Target target(Candidate candidate, EmbeddingSpace vectors) {
    return new Target(
        candidate.itemId(),
        candidate.categoryId(),
        candidate.rank(),
        vectors.ofItem(candidate.itemId()));
  }

  /** Returns the rankings, null for a request that the model fails on even when it is alone. */
  private List<Ranking> rank(List<ScoringRequest> requests, ModelInUse model, long nowMillis) {
    if (requests.isEmpty()) {
      return List.of();
    }
    try {
      return model.score(requests, config.listSize());
    } catch (RuntimeException e) {
      if (requests.size() > 1) {
        return requests.stream()
            .flatMap(request -> rank(List.of(request), model, nowMillis).stream())
            .toList();
      }
      logNowAndThen(e, nowMillis);
      return java.util.Collections.singletonList(null);
    }
  }

  private void logNowAndThen(RuntimeException failure, long nowMillis) {
    if (nowMillis >= nextLogMillis) {
      LOG.error("Cannot score a request; its candidates go out in the order found", failure);
      nextLogMillis = nowMillis + LOG_INTERVAL_MILLIS;
    }
  }

  private Recommendation answer(
      Prepared prepared, Ranking ranking, ReleasesInUse inUse, long nowMillis) {
    if (ranking == null || !isUsable(ranking)) {
      return inGivenOrder(
          prepared.task(), prepared.candidates(), Fallback.SCORING_FAILED, nowMillis);
    }
    int[] best = Ranking.highest(ranking.scores(), config.listSize());
    int lookedAt = ranking.attention()[best[0]].length;
    PastItems past = PastItems.newest(prepared.task().sequence(), lookedAt);
    List<RankedItem> items = new ArrayList<>();
    for (int c : best) {
      Candidate candidate = prepared.candidates().get(c);
      items.add(
          new RankedItem(
              candidate.itemId(),
              ranking.scores()[c],
              candidate.source(),
              past.attended(ranking.attention()[c])));
    }
    return recommendation(
        prepared.task(),
        items,
        inUse.model().release().kind(),
        prepared.task().fallback(),
        inUse.model().loaded().version(),
        inUse.embeddings().version(),
        nowMillis);
  }

  private static boolean isUsable(Ranking ranking) {
    for (float score : ranking.scores()) {
      if (!Float.isFinite(score)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The items of the behaviors that the model looked at, each once.
   *
   * @param ofBehaviors for each behavior the place of its item among these
   */
  private record PastItems(List<String> itemIds, int[] ofBehaviors) {
    static PastItems newest(BehaviorSequence sequence, int count) {
      int[] ofBehaviors = new int[count];
      int older = sequence.size() - ofBehaviors.length;
      Map<String, Integer> places = new LinkedHashMap<>();
      for (int i = 0; i < ofBehaviors.length; i++) {
        String itemId = sequence.behaviors().get(older + i).itemId();
        Integer known = places.putIfAbsent(itemId, places.size());
        ofBehaviors[i] = known == null ? places.size() - 1 : known;
      }
      return new PastItems(List.copyOf(places.keySet()), ofBehaviors);
    }

    /** Returns the items that drew the most of a candidate's attention. */
    List<AttendedItem> attended(float[] attention) {
      float[] weights = new float[itemIds.size()];
      for (int i = 0; i < attention.length; i++) {
        weights[ofBehaviors[i]] += attention[i];
      }
      return Arrays.stream(Ranking.highest(weights, ATTENDED))
          .mapToObj(i -> new AttendedItem(itemIds.get(i), Math.min(1, weights[i])))
          .toList();
    }
  }

  private Recommendation inGivenOrder(
      ScoringTask task, List<Candidate> candidates, String reason, long nowMillis) {
    List<RankedItem> items =
        candidates.stream()
            .limit(config.listSize())
            .map(
                candidate ->
                    new RankedItem(candidate.itemId(), null, candidate.source(), List.of()))
            .toList();
    return recommendation(
        task, items, items.isEmpty() ? NOTHING : GIVEN_ORDER, reason, null, null, nowMillis);
  }

  private static Recommendation recommendation(
      ScoringTask task,
      List<RankedItem> items,
      String strategy,
      String fallback,
      String modelVersion,
      String embeddingVersion,
      long nowMillis) {
    return new Recommendation(
        id(task.trigger()),
        task.userId(),
        task.requestId(),
        items,
        strategy,
        fallback,
        modelVersion,
        embeddingVersion,
        task.sequence().behaviors().size(),
        task.sequence().hash(),
        task.trigger(),
        Instant.ofEpochMilli(task.timeMillis()),
        Instant.ofEpochMilli(nowMillis));
  }

  /** Returns the id of the answer to a trigger: the same however often it is answered. */
  private static String id(Trigger trigger) {
    return DerivedId.of(
        List.of(
            trigger.topic(),
            Integer.toString(trigger.partition()),
            Long.toString(trigger.offset()),
            trigger.eventId()));
  }
}
