package io.freshet.streaming.training;

import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Item;
import io.freshet.schemas.Release;
import io.freshet.schemas.Topics;
import io.freshet.streaming.KafkaEdge;
import io.freshet.streaming.KafkaEdge.Position;
import io.freshet.streaming.Received;
import org.apache.flink.streaming.api.datastream.DataStream;

/** What a model is retrained from. */
record TrainingInputs(
    DataStream<Received<ClickEvent>> clicks,
    DataStream<Received<Item>> items,
    DataStream<Received<Release>> releases) {

  /** Returns the inputs that stand in Kafka, and the releases from {@code position} on. */
  static TrainingInputs from(KafkaEdge kafka, Position position) {
    return new TrainingInputs(
        kafka.read(Topics.CLICK_EVENTS),
        kafka.read(Topics.ITEMS),
        kafka.read(Topics.RELEASES, position));
  }
}
