package io.freshet.schemas;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
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
  void write(ClickEvent click, JsonGenerator out) throws IOException {
    out.writeStringField("event_id", click.eventId());
    out.writeStringField("user_id", click.userId());
    out.writeStringField("item_id", click.itemId());
    writeTime(out, "event_time", click.eventTime());
    out.writeStringField("action", click.action());
    writeGiven(out, "domain", click.domain());
    writeGiven(out, "context", click.context());
  }
}
