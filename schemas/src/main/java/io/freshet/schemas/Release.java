package io.freshet.schemas;

import java.io.Serializable;
import java.time.Instant;
import java.util.Map;

/**
 * The announcement of an immutable version of a model or of embeddings; the files are at {@code
 * uri}. Serializable, as a job carries the one that it starts with to its cluster.
 *
 * @param artifact names what is versioned, and keys the compacted topic, for example {@code bst}
 * @param kind {@code bst} or {@code pcrec}
 * @param version unique within the artifact, and ordered by {@code createdAt}
 * @param uri the release's directory, on any file system that Flink reads
 * @param sha256 of the release's manifest, in hex
 * @param metrics what was measured before releasing, by name; never null
 * @param pins other artifacts' versions that this one needs, by artifact; never null
 */
public record Release(
    String artifact,
    String kind,
    String version,
    String uri,
    String sha256,
    Instant createdAt,
    Map<String, Double> metrics,
    Map<String, String> pins)
    implements Serializable {
  /** Returns what a tombstone on the topic means: {@code artifact} has no release any more. */
  public static Release withdrawn(String artifact) {
    return new Release(artifact, null, null, null, null, null, Map.of(), Map.of());
  }

  /** Returns the version for a message, where there may be no release: {@code none} if null. */
  public static String versionOf(Release release) {
    return release == null ? "none" : release.version();
  }

  /** Returns whether this takes the artifact's releases back; all but its name is then empty. */
  public boolean isWithdrawn() {
    return uri == null;
  }
}
