package io.freshet.streaming.recommendation;

import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Item;
import io.freshet.schemas.RecommendationRequest;
import io.freshet.schemas.Release;
import io.freshet.streaming.Received;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Records as tests need them, at round times. */
final class TestRecords {
  static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  static final long NOON_MILLIS = NOON.toEpochMilli();

  private TestRecords() {}

  /** A click on {@code item}, so many seconds after noon; its event id names all three. */
  static ClickEvent click(String user, String item, int second) {
    return new ClickEvent(
        "%s-%s-%d".formatted(user, item, second),
        user,
        item,
        NOON.plusSeconds(second),
        "click",
        null,
        Map.of("page", "home"));
  }

  static Received<ClickEvent> received(ClickEvent click) {
    return new Received<>(click, "click-events", 3, click.eventTime().getEpochSecond());
  }

  static RecommendationRequest request(String user, int second, String afterEventId) {
    return request(user, second, afterEventId, List.of());
  }

  static RecommendationRequest request(
      String user, int second, String afterEventId, List<String> candidates) {
    return new RecommendationRequest(
        "q-" + user + "-" + second,
        user,
        NOON.plusSeconds(second),
        candidates,
        afterEventId,
        Map.of());
  }

  static Received<RecommendationRequest> received(RecommendationRequest request) {
    return new Received<>(
        request, "recommendation-requests", 5, request.requestedAt().getEpochSecond());
  }

  static Release release(String version) {
    return new Release("bst", "bst", version, "memory:/" + version, null, NOON, Map.of(), Map.of());
  }

  static Release embeddings(String version) {
    return new Release(
        "pcrec", "pcrec", version, "memory:/" + version, null, NOON, Map.of(), Map.of());
  }

  static Item item(String id, String category) {
    return new Item(id, category, null, null, true);
  }

  static RecommendationConfig config(String... namesAndValues) {
    Map<String, String> given = new HashMap<>();
    given.put("freshet.kafka.bootstrap-servers", "localhost:9092");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      given.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return RecommendationConfig.of(given);
  }
}
