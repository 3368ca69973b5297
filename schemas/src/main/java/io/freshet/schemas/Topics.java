package io.freshet.schemas;

import java.util.List;

/** The topics that Freshet reads and writes. */
public final class Topics {
  /** What users did, by user. */
  public static final Topic<ClickEvent> CLICK_EVENTS =
      new Topic<>("click-events", ClickEvent.class, new ClickEventJson(), ClickEvent::userId, null);

  /** What users of another domain did, by user; embeddings are learnt from it. */
  public static final Topic<ClickEvent> SOURCE_CLICK_EVENTS =
      new Topic<>(
          "source-click-events", ClickEvent.class, new ClickEventJson(), ClickEvent::userId, null);

  /** Questions, by user. */
  public static final Topic<RecommendationRequest> RECOMMENDATION_REQUESTS =
      new Topic<>(
          "recommendation-requests",
          RecommendationRequest.class,
          new RecommendationRequestJson(),
          RecommendationRequest::userId,
          null);

  /** The newest word on each item; a tombstone reads as {@link Item#removed}. */
  public static final Topic<Item> ITEMS =
      new Topic<>("items", Item.class, new ItemJson(), Item::itemId, Item::removed);

  /** The newest release of each artifact; a tombstone reads as {@link Release#withdrawn}. */
  public static final Topic<Release> RELEASES =
      new Topic<>(
          "releases", Release.class, new ReleaseJson(), Release::artifact, Release::withdrawn);

  /** Answers, by user. */
  public static final Topic<Recommendation> RECOMMENDATIONS =
      new Topic<>(
          "recommendations",
          Recommendation.class,
          new RecommendationJson(),
          Recommendation::userId,
          null);

  /** All of them. */
  public static final List<Topic<?>> ALL =
      List.of(
          CLICK_EVENTS,
          SOURCE_CLICK_EVENTS,
          RECOMMENDATION_REQUESTS,
          ITEMS,
          RELEASES,
          RECOMMENDATIONS);

  /** The name of the topic of what could not be read: raw bytes, see {@link DeadLetter}. */
  public static final String DEAD_LETTERS = "dead-letters";

  private Topics() {}
}
