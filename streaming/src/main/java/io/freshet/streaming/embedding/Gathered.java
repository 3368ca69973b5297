package io.freshet.streaming.embedding;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** The parts of one round that have arrived, in whatever order and however often. */
final class Gathered {
  private final RoundPart[] parts;
  private int missing;

  Gathered(int parts) {
    this.parts = new RoundPart[parts];
    this.missing = parts;
  }

  void add(RoundPart part) {
    if (parts[part.number()] == null) {
      missing--;
    }
    parts[part.number()] = part;
  }

  boolean isWhole() {
    return missing == 0;
  }

  /** Returns the pieces of the material, joined. */
  byte[] material() {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (RoundPart part : parts) {
      if (part.material() != null) {
        joined.writeBytes(part.material());
      }
    }
    return joined.toByteArray();
  }

  /**
   * Returns the vectors of all chunks, joined.
   *
   * @throws IOException when one could not be encoded
   */
  float[] vectors() throws IOException {
    int length = 0;
    for (RoundPart part : parts) {
      if (part.failure() != null) {
        throw new IOException("a chunk of nodes could not be encoded: " + part.failure());
      }
      length += part.vectors() == null ? 0 : part.vectors().length;
    }
    float[] vectors = new float[length];
    int from = 0;
    for (RoundPart part : parts) {
      if (part.vectors() != null) {
        System.arraycopy(part.vectors(), 0, vectors, from, part.vectors().length);
        from += part.vectors().length;
      }
    }
    return vectors;
  }
}
