package io.freshet.streaming.embedding;

import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Release;
import java.util.Map;

/**
 * What the preparation hears of: one of these, the others null. A click is an edge of its domain's
 * graph, without what graphs do not read.
 */
public record EdgeNews(ClickEvent source, ClickEvent target, Release release) {
  static EdgeNews ofSource(ClickEvent click) {
    return new EdgeNews(edge(click), null, null);
  }

  static EdgeNews ofTarget(ClickEvent click) {
    return new EdgeNews(null, edge(click), null);
  }

  static EdgeNews of(Release release) {
    return new EdgeNews(null, null, release);
  }

  private static ClickEvent edge(ClickEvent click) {
    return new ClickEvent(
        click.eventId(),
        click.userId(),
        click.itemId(),
        click.eventTime(),
        ClickEvent.DEFAULT_ACTION,
        null,
        Map.of());
  }
}
