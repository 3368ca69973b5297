package io.freshet.schemas;

import com.fasterxml.jackson.databind.node.ObjectNode;

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
  void write(Release release, ObjectNode fields) {
    fields.put("artifact", release.artifact());
    fields.put("kind", release.kind());
    fields.put("version", release.version());
    fields.put("uri", release.uri());
    fields.put("sha256", release.sha256());
    fields.put("created_at", Times.format(release.createdAt()));
    if (!release.metrics().isEmpty()) {
      release.metrics().forEach(fields.putObject("metrics")::put);
    }
    putGiven(fields, "pins", release.pins());
  }
}
