package io.freshet.local;

import io.freshet.schemas.Item;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Recommendation.RankedItem;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Shows people what happens: every now and then a recommendation, in words. */
final class Screen {
  private static final long MILLIS_BETWEEN = Duration.ofSeconds(2).toMillis();
  private static final int SHOWN = 3;

  private final PrintStream out;
  private final Map<String, String> titles;
  private long nextMillis;
  private boolean hasShownOfSourceAlone;

  /** Calls items by their titles, where they have any. */
  Screen(PrintStream out, List<Item> items) {
    this.out = out;
    this.titles =
        items.stream()
            .filter(item -> item.title() != null)
            .collect(Collectors.toMap(Item::itemId, Item::title));
  }

  void say(String line) {
    out.println(line);
    out.flush();
  }

  /** Shows the recommendation for a click, unless the last one shown is too fresh. */
  void show(String clickedItem, Recommendation answer) {
    long now = System.currentTimeMillis();
    if (now >= nextMillis && !answer.items().isEmpty()) {
      nextMillis = now + MILLIS_BETWEEN;
      tell("clicked " + title(clickedItem), answer);
    }
  }

  /** Shows the first recommendation for a user who has clicked in the source domain alone. */
  void showFirstOfSourceAlone(Recommendation answer) {
    if (!hasShownOfSourceAlone) {
      hasShownOfSourceAlone = true;
      tell("has clicked in the source domain alone", answer);
    }
  }

  private void tell(String what, Recommendation answer) {
    say(
        "%s %s%n    next: %s"
            .formatted(
                answer.userId(),
                what,
                answer.items().stream()
                    .limit(SHOWN)
                    .map(this::told)
                    .collect(Collectors.joining(", "))));
  }

  private String told(RankedItem item) {
    return item.score() == null
        ? title(item.itemId())
        : String.format(
            Locale.ROOT, "%s (%s %.2f)", title(item.itemId()), item.source(), item.score());
  }

  private String title(String itemId) {
    return titles.getOrDefault(itemId, itemId);
  }
}
