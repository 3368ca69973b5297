package io.freshet.local;

import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Recommendation.AttendedItem;
import io.freshet.schemas.Recommendation.RankedItem;
import io.freshet.schemas.Recommendation.Trigger;
import io.freshet.schemas.Topics;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** How long records are on the wire, with ids as long as large domains have them. */
final class WireSizes {
  private static final String ID = "0123456789abcdef".repeat(2);
  private static final String USER = "user-123456789";
  private static final String ITEM = "i1234567";
  private static final float SCORE = .12345678f;
  private static final int ATTENDED = 3;
  private static final Instant TIME = Instant.ofEpochMilli(1_700_000_000_123L);

  private WireSizes() {}

  /** Returns the bytes of a click, with an id and without context. */
  static int click() {
    return Topics.CLICK_EVENTS
        .codec()
        .encode(new ClickEvent(ID, USER, ITEM, TIME, "click", null, Map.of()))
        .length;
  }

  /** Returns the bytes of an answer with so many items. */
  static int recommendation(int items) {
    List<AttendedItem> attended = Collections.nCopies(ATTENDED, new AttendedItem(ITEM, SCORE));
    List<RankedItem> ranked =
        Collections.nCopies(items, new RankedItem(ITEM, SCORE, "similar", attended));
    return Topics.RECOMMENDATIONS
        .codec()
        .encode(
            new Recommendation(
                ID,
                USER,
                null,
                ranked,
                "bst",
                null,
                "20261124-165254-517a246b",
                null,
                50,
                ID + ID,
                new Trigger("click-events", 100, 1_234_567_890L, ID),
                TIME,
                TIME))
        .length;
  }
}
