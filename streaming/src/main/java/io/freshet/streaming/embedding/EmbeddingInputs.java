package io.freshet.streaming.embedding;

import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Release;
import io.freshet.schemas.Topics;
import io.freshet.streaming.KafkaEdge;
import io.freshet.streaming.KafkaEdge.Position;
import io.freshet.streaming.Received;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * What embeddings are made from.
 *
 * @param source clicks of the domain that is learnt from before
 * @param target clicks of the domain that the embeddings are for
 */
record EmbeddingInputs(
    DataStream<Received<ClickEvent>> source,
    DataStream<Received<ClickEvent>> target,
    DataStream<Received<Release>> releases) {

  /** Returns the inputs that stand in Kafka, and the releases from {@code position} on. */
  static EmbeddingInputs from(KafkaEdge kafka, Position position) {
    return new EmbeddingInputs(
        kafka.read(Topics.SOURCE_CLICK_EVENTS),
        kafka.read(Topics.CLICK_EVENTS),
        kafka.read(Topics.RELEASES, position));
  }
}
