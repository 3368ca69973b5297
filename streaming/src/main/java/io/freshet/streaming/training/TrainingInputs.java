package io.freshet.streaming.training;

import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Item;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Release;
import io.freshet.schemas.Topics;
import io.freshet.streaming.KafkaEdge;
import io.freshet.streaming.Received;
import io.freshet.streaming.TopicContents.Position;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * What a model is retrained from.
 *
 * @param recommendations null where nothing is learnt from them
 */
record TrainingInputs(
    DataStream<Received<ClickEvent>> clicks,
    DataStream<Received<Recommendation>> recommendations,
    DataStream<Received<Item>> items,
    DataStream<Received<Release>> releases) {

  /** Returns the inputs that stand in Kafka, and the releases from {@code position} on. */
  static TrainingInputs from(KafkaEdge kafka, boolean withRecommendations, Position position) {
    return new TrainingInputs(
        kafka.read(Topics.CLICK_EVENTS),
        withRecommendations ? kafka.read(Topics.RECOMMENDATIONS) : null,
        kafka.read(Topics.ITEMS),
        kafka.read(Topics.RELEASES, position));
  }
}
