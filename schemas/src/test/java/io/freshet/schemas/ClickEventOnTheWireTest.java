package io.freshet.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClickEventOnTheWireTest {
  private static final Instant TIME = Instant.parse("2026-11-23T10:00:00.123Z");

  @Test
  void readsWhatAProducerWouldWriteByHand() throws MalformedRecordException {
    ClickEvent click =
        decode(
            """
            {"user_id":"u1","item_id":"i9","event_time":"2026-11-23T10:00:00.123Z","action":"cart"}""");

    String sha256OfItsPartsJoinedByTabs = "ddc2a3a505ad912d7ce207edbac33013";
    assertThat(click)
        .isEqualTo(
            new ClickEvent(sha256OfItsPartsJoinedByTabs, "u1", "i9", TIME, "cart", null, Map.of()));
  }

  @Test
  void writesIsoTimesInUtcAndLeavesAbsentFieldsOut() {
    ClickEvent bare = new ClickEvent("e1", "u1", "i9", TIME, "click", null, Map.of());
    ClickEvent full =
        new ClickEvent("e1", "u1", "i9", TIME, "cart", "food", Map.of("page", "home"));

    assertThat(encode(bare))
        .isEqualTo(
            """
            {"event_id":"e1","user_id":"u1","item_id":"i9",\
            "event_time":"2026-11-23T10:00:00.123Z","action":"click"}""");
    assertThat(encode(full))
        .isEqualTo(
            """
            {"event_id":"e1","user_id":"u1","item_id":"i9",\
            "event_time":"2026-11-23T10:00:00.123Z","action":"cart",\
            "domain":"food","context":{"page":"home"}}""");
  }

  @Test
  void nullsAndUnknownFieldsChangeNothing() throws MalformedRecordException {
    String bare = "{\"user_id\":\"u1\",\"item_id\":\"i9\",\"event_time\":1763892000123";
    String nulls = ",\"event_id\":null,\"action\":null,\"domain\":null,\"context\":null";
    String unknown = ",\"price\":9.99,\"tags\":[{\"a\":[null]}]";

    assertThat(decode(bare + nulls + unknown + "}"))
        .isEqualTo(decode(bare + "}"))
        .extracting(ClickEvent::action)
        .isEqualTo("click");
  }

  @Test
  void derivedIdIsTheSameHoweverTheTimeIsWritten() throws MalformedRecordException {
    String derived = at("1763892000123").eventId();

    assertThat(derived).matches("[0-9a-f]{32}");
    assertThat(at("\"2025-11-23T10:00:00.123Z\"").eventId()).isEqualTo(derived);
    assertThat(at("\"2025-11-23T11:00:00.123+01:00\"").eventId()).isEqualTo(derived);
    assertThat(at("\"2025-11-23T10:00:00.123456789-00:00\"").eventId()).isEqualTo(derived);
  }

  @Test
  void derivedIdTellsUsersItemsTimesAndActionsApart() throws MalformedRecordException {
    assertThat(
            new String[] {
              derivedId("u1", "i9", 1763892000123L, "click"),
              derivedId("u1i", "9", 1763892000123L, "click"),
              derivedId("u1", "i8", 1763892000123L, "click"),
              derivedId("u1", "i9", 1763892000124L, "click"),
              derivedId("u1", "i9", 1763892000123L, "cart")
            })
        .doesNotHaveDuplicates();
  }

  @Test
  void givenIdWins() throws MalformedRecordException {
    assertThat(
            decode(
                    "{\"event_id\":\"e\",\"user_id\":\"u\",\"item_id\":\"i\",\"event_time\":1e0}"
                        .replace("1e0", "1763892000123"))
                .eventId())
        .isEqualTo("e");
  }

  @Test
  void idsMayHave256CharactersOfAnyScript() throws MalformedRecordException {
    String longest = "\uD83D\uDE00".repeat(256);

    assertThat(
            decode(
                    "{\"user_id\":\"%s\",\"item_id\":\"i\",\"event_time\":%d}"
                        .formatted(longest, TIME.toEpochMilli()))
                .userId())
        .isEqualTo(longest);
  }

  @Test
  void contextIsBounded() throws MalformedRecordException {
    String entries = "\"k%d\":\"v\"";
    StringBuilder context = new StringBuilder(entries.formatted(0));
    for (int i = 1; i < 64; i++) {
      context.append(',').append(entries.formatted(i));
    }

    assertThat(withContext(context.toString()).context()).hasSize(64).containsEntry("k63", "v");
    assertThatThrownBy(() -> withContext(context + ",\"k64\":\"v\""))
        .hasMessage("context must have at most 64 entries, was 65");
    assertThatThrownBy(() -> withContext("\"k\":\"" + "v".repeat(1_025) + "\""))
        .hasMessageStartingWith("context.k must be 0 to 1024 characters long, was \"vvv")
        .hasMessageEndingWith("\"... of 1025");
    assertThat(withContext("\"k\":null").context()).isEmpty();
  }

  private static ClickEvent withContext(String entries) throws MalformedRecordException {
    return decode(
        "{\"user_id\":\"u\",\"item_id\":\"i\",\"event_time\":1763892000123,\"context\":{%s}}"
            .formatted(entries));
  }

  private static ClickEvent at(String time) throws MalformedRecordException {
    return decode("{\"user_id\":\"u\",\"item_id\":\"i\",\"event_time\":%s}".formatted(time));
  }

  private static String derivedId(String user, String item, long millis, String action)
      throws MalformedRecordException {
    return decode(
            "{\"user_id\":\"%s\",\"item_id\":\"%s\",\"event_time\":%d,\"action\":\"%s\"}"
                .formatted(user, item, millis, action))
        .eventId();
  }

  private static ClickEvent decode(String json) throws MalformedRecordException {
    return Topics.CLICK_EVENTS.codec().decode(json.getBytes(UTF_8));
  }

  private static String encode(ClickEvent click) {
    return new String(Topics.CLICK_EVENTS.codec().encode(click), UTF_8);
  }
}
