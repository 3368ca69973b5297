package io.freshet.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClickEventOnTheWireTest {
  private static final String BY_HAND =
      """
      {"user_id":"u1","item_id":"i9","event_time":"2026-11-23T10:00:00.123Z","action":"cart"}""";

  @Test
  void readsWhatAProducerWouldWriteByHand() throws MalformedRecordException {
    ClickEvent click = decode(BY_HAND);

    assertThat(click)
        .isEqualTo(
            new ClickEvent(
                "ddc2a3a505ad912d7ce207edbac33013",
                "u1",
                "i9",
                Instant.parse("2026-11-23T10:00:00.123Z"),
                "cart",
                null,
                Map.of()));
  }

  private static ClickEvent decode(String json) throws MalformedRecordException {
    return Topics.CLICK_EVENTS.codec().decode(json.getBytes(UTF_8));
  }
}
