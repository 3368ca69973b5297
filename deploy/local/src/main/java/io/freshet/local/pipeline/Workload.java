package io.freshet.local.pipeline;

import io.freshet.schemas.Topic;
import io.freshet.schemas.Topics;
import io.freshet.streaming.recommendation.RecommendationConfig;
import io.freshet.streaming.recommendation.RecommendationJob;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The jobs that are measured, each with one record out for each click in. */
enum Workload {
  /** The engine's floor. */
  COPY("copying"),
  /** The cost of state, on top of it. */
  STATE_ONLY("remembering"),
  /** The production job. */
  RECOMMEND("recommending");

  private final String title;

  Workload(String title) {
    this.title = title;
  }

  /** What it does, in a word. */
  String title() {
    return title;
  }

  Topic<?> output() {
    return switch (this) {
      case COPY -> FloorJobs.COPIED;
      case STATE_ONLY -> FloorJobs.REMEMBERED;
      case RECOMMEND -> Topics.RECOMMENDATIONS;
    };
  }

  /** Whether it is to know what users did before. */
  boolean remembers() {
    return this != COPY;
  }

  void define(StreamExecutionEnvironment env, RecommendationConfig config) {
    switch (this) {
      case COPY -> FloorJobs.copy(env, config);
      case STATE_ONLY -> FloorJobs.remember(env, config);
      case RECOMMEND -> RecommendationJob.define(env, config);
    }
  }
}
