package io.freshet.schemas;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;

/** {@link ClickEvent} on the wire; user, item and time are required. */
final class ClickEventJson extends JsonCodec<ClickEvent> {
  private static final long serialVersionUID = 1;

  @Override
  ClickEvent read(JsonFields fields) throws MalformedRecordException {
    String userId = fields.id("user_id");
    String itemId = fields.id("item_id");
    Instant eventTime = fields.time("event_time");
    String action = fields.id("action", ClickEvent.DEFAULT_ACTION);
    String eventId = fields.id("event_id", null);
    return new ClickEvent(
        eventId == null
            ? DerivedId.of(List.of(userId, itemId, Times.format(eventTime), action))
            : eventId,
        userId,
        itemId,
        eventTime,
        action,
        fields.id("domain", null),
        fields.texts("context", JsonFields.MAX_CONTEXT_CHARACTERS));
  }

  @Override
  void write(ClickEvent click, ObjectNode fields) {
    fields.put("event_id", click.eventId());
    fields.put("user_id", click.userId());
    fields.put("item_id", click.itemId());
    fields.put("event_time", Times.format(click.eventTime()));
    fields.put("action", click.action());
    putGiven(fields, "domain", click.domain());
    putGiven(fields, "context", click.context());
  }
}
