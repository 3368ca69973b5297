package io.freshet.schemas;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.freshet.schemas.Recommendation.AttendedItem;
import io.freshet.schemas.Recommendation.RankedItem;
import io.freshet.schemas.Recommendation.Trigger;
import java.util.ArrayList;
import java.util.List;

/** {@link Recommendation} on the wire. */
final class RecommendationJson extends JsonCodec<Recommendation> {
  private static final long serialVersionUID = 1;
  private static final int MAX_ITEMS = 1_000;

  @Override
  Recommendation read(JsonFields fields) throws MalformedRecordException {
    return new Recommendation(
        fields.id("recommendation_id"),
        fields.id("user_id"),
        fields.id("request_id", null),
        items(fields),
        fields.id("strategy"),
        fields.id("fallback_reason", null),
        fields.id("model_version", null),
        fields.id("embedding_version", null),
        (int) fields.count("sequence_length", Integer.MAX_VALUE),
        fields.sha256("sequence_hash"),
        trigger(fields.object("trigger")),
        fields.time("event_time"),
        fields.time("processed_at"));
  }

  private static List<RankedItem> items(JsonFields fields) throws MalformedRecordException {
    List<RankedItem> items = new ArrayList<>();
    for (JsonFields item : fields.objects("items", MAX_ITEMS)) {
      items.add(
          new RankedItem(
              item.id("item_id"), item.optionalShare("score"), item.id("source"), attended(item)));
    }
    return items;
  }

  private static List<AttendedItem> attended(JsonFields fields) throws MalformedRecordException {
    List<AttendedItem> attended = new ArrayList<>();
    for (JsonFields item : fields.objects("attended", MAX_ITEMS)) {
      attended.add(new AttendedItem(item.id("item_id"), item.share("weight")));
    }
    return attended;
  }

  private static Trigger trigger(JsonFields fields) throws MalformedRecordException {
    return new Trigger(
        fields.id("topic"),
        (int) fields.count("partition", Integer.MAX_VALUE),
        fields.count("offset", Long.MAX_VALUE),
        fields.id("event_id"));
  }

  @Override
  void write(Recommendation recommendation, ObjectNode fields) {
    fields.put("recommendation_id", recommendation.recommendationId());
    fields.put("user_id", recommendation.userId());
    putGiven(fields, "request_id", recommendation.requestId());
    ArrayNode items = fields.putArray("items");
    recommendation.items().forEach(item -> write(item, items.addObject()));
    fields.put("strategy", recommendation.strategy());
    putGiven(fields, "fallback_reason", recommendation.fallbackReason());
    putGiven(fields, "model_version", recommendation.modelVersion());
    putGiven(fields, "embedding_version", recommendation.embeddingVersion());
    fields.put("sequence_length", recommendation.sequenceLength());
    fields.put("sequence_hash", recommendation.sequenceHash());
    write(recommendation.trigger(), fields.putObject("trigger"));
    fields.put("event_time", Times.format(recommendation.eventTime()));
    fields.put("processed_at", Times.format(recommendation.processedAt()));
  }

  private static void write(RankedItem item, ObjectNode fields) {
    fields.put("item_id", item.itemId());
    if (item.score() != null) {
      fields.put("score", item.score());
    }
    fields.put("source", item.source());
    ArrayNode attended = fields.putArray("attended");
    item.attended()
        .forEach(
            past ->
                attended.addObject().put("item_id", past.itemId()).put("weight", past.weight()));
  }

  private static void write(Trigger trigger, ObjectNode fields) {
    fields.put("topic", trigger.topic());
    fields.put("partition", trigger.partition());
    fields.put("offset", trigger.offset());
    fields.put("event_id", trigger.eventId());
  }
}
