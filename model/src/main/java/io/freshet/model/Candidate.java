package io.freshet.model;

/**
 * An item to be ranked for a user now.
 *
 * @param categoryId that it has now; null for none
 * @param source why it is one: request, similar, category, popular or pcrec
 * @param rank its place, from 1, among what was retrieved; {@link #NOT_RETRIEVED} for an item that
 *     was brought along
 */
public record Candidate(String itemId, String categoryId, String source, int rank) {
  /** The rank of an item that was not retrieved. */
  public static final int NOT_RETRIEVED = 0;
}
