package io.freshet.schemas;

import com.fasterxml.jackson.core.JsonGenerator;
import io.freshet.schemas.Recommendation.AttendedItem;
import io.freshet.schemas.Recommendation.RankedItem;
import io.freshet.schemas.Recommendation.Trigger;
import java.io.IOException;
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
  void write(Recommendation recommendation, JsonGenerator out) throws IOException {
    out.writeStringField("recommendation_id", recommendation.recommendationId());
    out.writeStringField("user_id", recommendation.userId());
    writeGiven(out, "request_id", recommendation.requestId());
    out.writeArrayFieldStart("items");
    for (RankedItem item : recommendation.items()) {
      write(item, out);
    }
    out.writeEndArray();
    out.writeStringField("strategy", recommendation.strategy());
    writeGiven(out, "fallback_reason", recommendation.fallbackReason());
    writeGiven(out, "model_version", recommendation.modelVersion());
    writeGiven(out, "embedding_version", recommendation.embeddingVersion());
    out.writeNumberField("sequence_length", recommendation.sequenceLength());
    out.writeStringField("sequence_hash", recommendation.sequenceHash());
    write(recommendation.trigger(), out);
    writeTime(out, "event_time", recommendation.eventTime());
    writeTime(out, "processed_at", recommendation.processedAt());
  }

  private static void write(RankedItem item, JsonGenerator out) throws IOException {
    out.writeStartObject();
    out.writeStringField("item_id", item.itemId());
    if (item.score() != null) {
      out.writeNumberField("score", item.score());
    }
    out.writeStringField("source", item.source());
    out.writeArrayFieldStart("attended");
    for (AttendedItem past : item.attended()) {
      out.writeStartObject();
      out.writeStringField("item_id", past.itemId());
      out.writeNumberField("weight", past.weight());
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private static void write(Trigger trigger, JsonGenerator out) throws IOException {
    out.writeObjectFieldStart("trigger");
    out.writeStringField("topic", trigger.topic());
    out.writeNumberField("partition", trigger.partition());
    out.writeNumberField("offset", trigger.offset());
    out.writeStringField("event_id", trigger.eventId());
    out.writeEndObject();
  }
}
