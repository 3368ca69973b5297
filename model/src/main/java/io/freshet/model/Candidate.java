package io.freshet.model;

/**
 * An item to be ranked for a user now.
 *
 * @param source why it is one: {@code request}, {@code similar}, {@code category}, {@code popular}
 */
public record Candidate(String itemId, String source) {}
