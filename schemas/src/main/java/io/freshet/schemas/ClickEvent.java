package io.freshet.schemas;

import java.time.Instant;
import java.util.Map;

/**
 * One thing that a user did to one item.
 *
 * @param eventId identifies the event; where a producer gives none it is derived from user, item,
 *     time and action, the same every time
 * @param userId who acted; decides the Kafka partition and the Flink key
 * @param itemId what was acted on
 * @param eventTime when it happened, by the producer's clock, in milliseconds
 * @param action what was done: {@code click} unless said otherwise, {@code cart}, {@code purchase},
 *     ...
 * @param domain the domain of the item, for a shop of several; null where there is one
 * @param context what else is known of the moment (device, page, ...), never null
 */
public record ClickEvent(
    String eventId,
    String userId,
    String itemId,
    Instant eventTime,
    String action,
    String domain,
    Map<String, String> context) {
  /** The action of an event that names none. */
  public static final String DEFAULT_ACTION = "click";
}
