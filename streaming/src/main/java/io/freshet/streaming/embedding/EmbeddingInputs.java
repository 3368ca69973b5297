package io.freshet.streaming.embedding;

import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Release;
import io.freshet.schemas.Topic;
import io.freshet.schemas.Topics;
import io.freshet.streaming.FileEdge;
import io.freshet.streaming.KafkaEdge;
import io.freshet.streaming.Received;
import io.freshet.streaming.TopicContents.Position;
import io.freshet.streaming.embedding.EmbeddingJobConfig.ClickFiles;
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

  /**
   * Returns the inputs that stand in Kafka, or in files where there are such, and the releases from
   * {@code position} on.
   */
  static EmbeddingInputs from(
      KafkaEdge kafka, FileEdge files, ClickFiles given, Position position) {
    return new EmbeddingInputs(
        clicks(Topics.SOURCE_CLICK_EVENTS, given.source(), kafka, files),
        clicks(Topics.CLICK_EVENTS, given.target(), kafka, files),
        kafka.read(Topics.RELEASES, position));
  }

  private static DataStream<Received<ClickEvent>> clicks(
      Topic<ClickEvent> topic, String uri, KafkaEdge kafka, FileEdge files) {
    return uri == null ? kafka.read(topic) : files.read(topic, uri);
  }
}
