package io.freshet.schemas;

import java.time.Duration;
import java.time.Instant;

/** A record that says when it happened. */
public sealed interface TimedRecord permits ClickEvent, RecommendationRequest {
  /** Returns when it happened, by the producer's clock, in milliseconds. */
  Instant time();

  /**
   * Refuses a record from the future: one such event would push the watermark, and the user's
   * newest behavior, to where real events never catch up.
   *
   * @param brokerTime when the broker appended the record, by its own clock
   * @param maxAhead how far the two clocks may differ
   * @throws MalformedRecordException when this happened later than {@code maxAhead} after {@code
   *     brokerTime}
   */
  void checkNotAhead(Instant brokerTime, Duration maxAhead) throws MalformedRecordException;
}
