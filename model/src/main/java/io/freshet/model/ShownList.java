package io.freshet.model;

import java.time.Instant;
import java.util.List;

/**
 * What was recommended to a user.
 *
 * @param id the same whenever the same list is heard of
 * @param itemIds best first
 */
public record ShownList(String id, String userId, Instant time, List<String> itemIds) {}
