package io.freshet.streaming.recommendation;

/**
 * What the scoring operator takes in: a task, or news.
 *
 * @param task null where there is news
 * @param news null where there is a task
 */
public record ScoringInput(ScoringTask task, Update news) {
  static ScoringInput of(ScoringTask task) {
    return new ScoringInput(task, null);
  }

  static ScoringInput of(Update news) {
    return new ScoringInput(null, news);
  }
}
