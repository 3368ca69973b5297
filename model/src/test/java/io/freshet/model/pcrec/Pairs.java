package io.freshet.model.pcrec;

import io.freshet.schemas.ClickEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Clicks and graphs to test with, each click written as "user item". */
public final class Pairs {
  private Pairs() {}

  /** Returns the clicks, one a second. */
  public static List<ClickEvent> clicks(List<String> pairs) {
    List<ClickEvent> clicks = new ArrayList<>();
    for (String pair : pairs) {
      String[] ids = pair.split(" ", -1);
      String event = "%05d".formatted(clicks.size());
      Instant time = Instant.ofEpochSecond(clicks.size());
      clicks.add(new ClickEvent(event, ids[0], ids[1], time, "click", null, Map.of()));
    }
    return clicks;
  }

  public static InteractionGraph graph(String... pairs) {
    return InteractionGraph.of(clicks(List.of(pairs)));
  }
}
