package io.freshet.streaming.embedding;

/**
 * A part of a round, on its way from where the round is prepared, over where nodes are encoded, to
 * where it is finished. None is large, however large the graphs.
 *
 * @param round its number; a later one's is higher
 * @param number of the part, from 0: first the pieces of the material, then the chunks of nodes
 * @param parts how many the round has
 * @param material a piece of it, or null
 * @param toEncode a chunk of nodes that are not encoded yet, or null
 * @param vectors of a chunk of nodes that are, or null
 * @param failure why the chunk could not be encoded, or null
 */
public record RoundPart(
    long round,
    int number,
    int parts,
    byte[] material,
    ToEncode toEncode,
    float[] vectors,
    String failure) {

  /**
   * What is to be encoded, and with what.
   *
   * @param encoder its weights
   * @param networks the ego networks of some nodes
   */
  public record ToEncode(byte[] encoder, byte[] networks) {}

  RoundPart encoded(float[] as) {
    return new RoundPart(round, number, parts, null, null, as, null);
  }

  RoundPart failed(String reason) {
    return new RoundPart(round, number, parts, null, null, null, reason);
  }
}
