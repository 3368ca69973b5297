package io.freshet.schemas;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** {@link RecommendationRequest} on the wire; user and time are required. */
final class RecommendationRequestJson extends JsonCodec<RecommendationRequest> {
  private static final long serialVersionUID = 1;

  @Override
  RecommendationRequest read(JsonFields fields) throws MalformedRecordException {
    String userId = fields.id("user_id");
    Instant requestedAt = fields.time("requested_at");
    String afterEventId = fields.id("after_event_id", null);
    List<String> candidates =
        fields.ids("candidates", RecommendationRequest.MAX_CANDIDATES).stream().distinct().toList();
    String requestId = fields.id("request_id", null);
    return new RecommendationRequest(
        requestId == null ? derivedId(userId, requestedAt, afterEventId, candidates) : requestId,
        userId,
        requestedAt,
        candidates,
        afterEventId,
        fields.texts("context", JsonFields.MAX_CONTEXT_CHARACTERS));
  }

  private static String derivedId(
      String userId, Instant requestedAt, String afterEventId, List<String> candidates) {
    String after = afterEventId == null ? "" : afterEventId;
    List<String> parts = new ArrayList<>(List.of(userId, Times.format(requestedAt), after));
    parts.addAll(candidates);
    return DerivedId.of(parts);
  }

  @Override
  void write(RecommendationRequest request, JsonGenerator out) throws IOException {
    out.writeStringField("request_id", request.requestId());
    out.writeStringField("user_id", request.userId());
    writeTime(out, "requested_at", request.requestedAt());
    if (isWritten(request.candidates().isEmpty(), out)) {
      out.writeArrayFieldStart("candidates");
      for (String itemId : request.candidates()) {
        out.writeString(itemId);
      }
      out.writeEndArray();
    }
    writeGiven(out, "after_event_id", request.afterEventId());
    writeGiven(out, "context", request.context());
  }
}
