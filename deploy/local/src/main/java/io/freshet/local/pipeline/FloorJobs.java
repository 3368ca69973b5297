package io.freshet.local.pipeline;

import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Topic;
import io.freshet.schemas.Topics;
import io.freshet.streaming.KafkaEdge;
import io.freshet.streaming.Received;
import io.freshet.streaming.recommendation.Inputs;
import io.freshet.streaming.recommendation.RecommendationConfig;
import io.freshet.streaming.recommendation.RecommendationJob;
import io.freshet.streaming.recommendation.ScoringTask;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Jobs made of the recommendation job's own parts that do less than it: what it could not be faster
 * than.
 */
final class FloorJobs {
  static final Topic<ClickEvent> COPIED =
      new Topic<>(
          "copied-clicks", ClickEvent.class, Topics.CLICK_EVENTS.codec(), ClickEvent::userId, null);
  static final Topic<Remembered> REMEMBERED =
      new Topic<>(
          "remembered-clicks",
          Remembered.class,
          new Remembered.OnTheWire(),
          Remembered::userId,
          null);

  private FloorJobs() {}

  /** Decodes a click, brings it to its user's subtask and encodes it: the engine alone. */
  static void copy(StreamExecutionEnvironment env, RecommendationConfig config) {
    config.flink().applyTo(env);
    KafkaEdge kafka = new KafkaEdge(env, config.kafka());
    DataStream<ClickEvent> copied =
        kafka
            .read(Topics.CLICK_EVENTS)
            .keyBy(click -> click.value().userId())
            .map(Received::value)
            .returns(ClickEvent.class)
            .name("copy")
            .uid("copy");
    kafka.write(copied, COPIED);
    kafka.writeDeadLetters(kafka.deadLetters());
  }

  /** The same, and remembers the click: says which, and what its user's sequence now is. */
  static void remember(StreamExecutionEnvironment env, RecommendationConfig config) {
    config.flink().applyTo(env);
    KafkaEdge kafka = new KafkaEdge(env, config.kafka());
    Inputs inputs =
        new Inputs(
            kafka.read(Topics.CLICK_EVENTS),
            kafka.read(Topics.RECOMMENDATION_REQUESTS),
            kafka.read(Topics.ITEMS),
            kafka.read(Topics.RELEASES));
    DataStream<Remembered> remembered =
        RecommendationJob.remember(inputs, config)
            .filter(input -> input.task() != null)
            .name("tasks")
            .uid("tasks")
            .map(input -> remembered(input.task()))
            .returns(Remembered.class)
            .name("hash")
            .uid("hash");
    kafka.write(remembered, REMEMBERED);
    kafka.writeDeadLetters(kafka.deadLetters());
  }

  private static Remembered remembered(ScoringTask task) {
    return new Remembered(task.userId(), task.trigger().eventId(), task.sequence().hash());
  }
}
