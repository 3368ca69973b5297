package io.freshet.model.embedding;

import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.model.pcrec.InteractionSplit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;

/**
 * What of the first step the second needs.
 *
 * @param encoder its weights
 * @param target what is fine-tuned on
 * @param sourceUsers who was encoded in the source domain, in the order of their vectors
 * @param sourceEdges how many were pre-trained on
 */
public record Material(
    byte[] encoder, InteractionSplit target, List<String> sourceUsers, int sourceEdges) {
  /** Returns bytes that {@link #ofBytes} understands. */
  public byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(encoder.length);
      out.write(encoder);
      target.write(out);
      InteractionGraph.writeIds(sourceUsers, out);
      out.writeInt(sourceEdges);
    } catch (IOException e) {
      throw new IllegalStateException("Cannot write to memory", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads what {@link #toBytes} returned.
   *
   * @throws IOException when the bytes are cut
   */
  public static Material ofBytes(byte[] bytes) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      byte[] encoder = new byte[in.readInt()];
      in.readFully(encoder);
      InteractionSplit target = InteractionSplit.read(in);
      List<String> sourceUsers = InteractionGraph.readIds(in);
      return new Material(encoder, target, sourceUsers, in.readInt());
    }
  }
}
