package io.freshet.streaming.recommendation;

import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Item;
import io.freshet.schemas.RecommendationRequest;
import io.freshet.schemas.Release;
import io.freshet.schemas.Topics;
import io.freshet.streaming.KafkaEdge;
import io.freshet.streaming.Received;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * What a recommendation is made from.
 *
 * @param items in one order for all, so read by one subtask, as are {@code releases}
 */
public record Inputs(
    DataStream<Received<ClickEvent>> clicks,
    DataStream<Received<RecommendationRequest>> requests,
    DataStream<Received<Item>> items,
    DataStream<Received<Release>> releases) {

  /** Returns the inputs that stand in Kafka, and the releases from where the first was found. */
  static Inputs from(KafkaEdge kafka, FirstReleases first) {
    return new Inputs(
        kafka.read(Topics.CLICK_EVENTS),
        kafka.read(Topics.RECOMMENDATION_REQUESTS),
        kafka.read(Topics.ITEMS),
        first.after() == null
            ? kafka.read(Topics.RELEASES)
            : kafka.read(Topics.RELEASES, first.after()));
  }
}
