package io.freshet.schemas;

import java.time.Instant;
import java.util.List;

/**
 * The ranked answer to a click or a request, and how it came about: "why did it show this?" is one
 * look-up.
 *
 * @param recommendationId the same for the same trigger, however often it is answered: consumers
 *     drop repeats by it
 * @param requestId the request answered; null when a click triggered it
 * @param items best first
 * @param strategy how the items were ordered: {@code bst}, {@code given-order} or {@code none}
 * @param fallbackReason why {@code strategy} is not the one wanted; null when it is. Of two, {@code
 *     click-not-seen} gives way to the other
 * @param modelVersion the release that scored; null where none did
 * @param embeddingVersion the embedding release used; null where none was
 * @param sequenceLength behaviors remembered when this was answered
 * @param sequenceHash SHA-256, in hex, over the lines {@code event_id\titem_id\tmillis\taction},
 *     oldest first
 * @param trigger the record that was answered
 * @param eventTime the time of recommendation: the trigger's, never earlier than the newest
 *     remembered behavior
 * @param processedAt when this was written, by the TaskManager's clock
 */
public record Recommendation(
    String recommendationId,
    String userId,
    String requestId,
    List<RankedItem> items,
    String strategy,
    String fallbackReason,
    String modelVersion,
    String embeddingVersion,
    int sequenceLength,
    String sequenceHash,
    Trigger trigger,
    Instant eventTime,
    Instant processedAt) {

  /**
   * One recommended item.
   *
   * @param score predicted click probability in [0, 1]; null where no model scored
   * @param source why it was a candidate: {@code request}, {@code similar}, {@code category},
   *     {@code popular}, {@code pcrec}
   * @param attended the past items that drew the most attention, most first
   */
  public record RankedItem(
      String itemId, Float score, String source, List<AttendedItem> attended) {}

  /**
   * A past item and the share of the target item's attention that it drew.
   *
   * @param weight in [0, 1], the mean over the heads
   */
  public record AttendedItem(String itemId, float weight) {}

  /**
   * Where in Kafka the click or request stands that was answered.
   *
   * @param eventId the click's event id, or the request's id
   */
  public record Trigger(String topic, int partition, long offset, String eventId) {}
}
