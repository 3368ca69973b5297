package io.freshet.schemas;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Map;

/** {@link Release} on the wire; only metrics and pins may be missing. */
final class ReleaseJson extends JsonCodec<Release> {
  private static final long serialVersionUID = 1;

  @Override
  Release read(JsonFields fields) throws MalformedRecordException {
    return new Release(
        fields.id("artifact"),
        fields.id("kind"),
        fields.id("version"),
        fields.uri("uri"),
        fields.sha256("sha256"),
        fields.time("created_at"),
        fields.numbers("metrics"),
        fields.texts("pins", Text.MAX_ID_CHARACTERS));
  }

  @Override
  void write(Release release, JsonGenerator out) throws IOException {
    out.writeStringField("artifact", release.artifact());
    out.writeStringField("kind", release.kind());
    out.writeStringField("version", release.version());
    out.writeStringField("uri", release.uri());
    out.writeStringField("sha256", release.sha256());
    writeTime(out, "created_at", release.createdAt());
    if (isWritten(release.metrics().isEmpty(), out)) {
      out.writeObjectFieldStart("metrics");
      for (Map.Entry<String, Double> metric : release.metrics().entrySet()) {
        out.writeNumberField(metric.getKey(), metric.getValue());
      }
      out.writeEndObject();
    }
    writeGiven(out, "pins", release.pins());
  }
}
