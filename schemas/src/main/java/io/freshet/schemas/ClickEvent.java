package io.freshet.schemas;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * One thing that a user did to one item.
 *
 * @param eventId identifies the event; where a producer gives none it is the first 32 hex digits of
 *     the SHA-256 of user, item, time (ISO-8601, UTC, milliseconds) and action, joined by tabs
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
    Map<String, String> context)
    implements TimedRecord {
  /** The action of an event that names none. */
  public static final String DEFAULT_ACTION = "click";

  @Override
  public Instant time() {
    return eventTime;
  }

  @Override
  public void checkNotAhead(Instant brokerTime, Duration maxAhead) throws MalformedRecordException {
    Times.checkNotAhead("event_time", eventTime, brokerTime, maxAhead);
  }
}
