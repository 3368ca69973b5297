package io.freshet.model;

/**
 * An item to be ranked for a user now.
 *
 * @param source why it is one: {@code request}, {@code similar}, {@code category}, {@code popular},
 *     {@code pcrec}
 * @param rank its place, from 1, among what was retrieved; {@link #NOT_RETRIEVED} for an item that
 *     was brought along
 */
public record Candidate(String itemId, String source, int rank) {
  /** The rank of an item that was not retrieved. */
  public static final int NOT_RETRIEVED = 0;
}
