package io.freshet.local;

import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Recommendation.AttendedItem;
import io.freshet.schemas.Recommendation.RankedItem;
import io.freshet.schemas.Recommendation.Trigger;
import io.freshet.schemas.SchemaRegistry;
import io.freshet.schemas.Topic;
import io.freshet.schemas.Topics;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How long records are on the wire, with ids as long as large domains have them.
 *
 * @param clickBytes of a click, with an id and without context
 * @param answerBytes of an answer with so many items
 */
record WireSizes(String format, int clickBytes, int itemsOfAnswer, int answerBytes) {
  private static final String ID = "0123456789abcdef".repeat(2);
  private static final String USER = "user-123456789";
  private static final String ITEM = "i1234567";
  private static final float SCORE = .12345678f;
  private static final int ATTENDED = 3;
  private static final Instant TIME = Instant.ofEpochMilli(1_700_000_000_123L);

  /** Numbers a schema as a registry does that has no other. */
  private record OneSchema() implements SchemaRegistry {
    @Override
    public Optional<String> schema(int id) {
      return Optional.empty();
    }

    @Override
    public int id(String subject, String schema) {
      return 1;
    }
  }

  /** Returns the sizes in each format, with answers of so many items. */
  static List<WireSizes> of(int items) {
    SchemaRegistry registry = new OneSchema();
    return List.of(
        of("JSON", Topics.CLICK_EVENTS, Topics.RECOMMENDATIONS, items),
        of(
            "Avro",
            Topics.CLICK_EVENTS.inAvro(registry),
            Topics.RECOMMENDATIONS.inAvro(registry),
            items));
  }

  private static WireSizes of(
      String format, Topic<ClickEvent> clicks, Topic<Recommendation> answers, int items) {
    ClickEvent click = new ClickEvent(ID, USER, ITEM, TIME, "click", null, Map.of());
    return new WireSizes(
        format,
        clicks.codec().encode(click).length,
        items,
        answers.codec().encode(answer(items)).length);
  }

  private static Recommendation answer(int items) {
    List<AttendedItem> attended = Collections.nCopies(ATTENDED, new AttendedItem(ITEM, SCORE));
    List<RankedItem> ranked =
        Collections.nCopies(items, new RankedItem(ITEM, SCORE, "similar", attended));
    return new Recommendation(
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
        TIME);
  }
}
