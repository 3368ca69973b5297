package io.freshet.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.schemas.Recommendation.AttendedItem;
import io.freshet.schemas.Recommendation.RankedItem;
import io.freshet.schemas.Recommendation.Trigger;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecommendationOnTheWireTest {
  private static final String SHA_256 = "0123456789abcdef".repeat(4);
  private static final String WRITTEN =
      """
      {"recommendation_id":"x","user_id":"u1","items":[\
      {"item_id":"i1","score":0.1,"source":"similar",\
      "attended":[{"item_id":"i7","weight":0.625}]},\
      {"item_id":"i2","source":"popular","attended":[]}],\
      "strategy":"bst","model_version":"7","sequence_length":3,"sequence_hash":"%s",\
      "trigger":{"topic":"click-events","partition":2,"offset":9007199254740993,"event_id":"e1"},\
      "event_time":"2026-11-23T10:00:00.123Z","processed_at":"2026-11-23T10:00:00.150Z"}"""
          .formatted(SHA_256);

  private static final Recommendation RECOMMENDATION =
      new Recommendation(
          "x",
          "u1",
          null,
          List.of(
              new RankedItem("i1", 0.1f, "similar", List.of(new AttendedItem("i7", 0.625f))),
              new RankedItem("i2", null, "popular", List.of())),
          "bst",
          null,
          "7",
          null,
          3,
          SHA_256,
          new Trigger("click-events", 2, 9007199254740993L, "e1"),
          Instant.parse("2026-11-23T10:00:00.123Z"),
          Instant.parse("2026-11-23T10:00:00.150Z"));

  @Test
  void saysInOneRecordWhatWasShownAndWhy() throws MalformedRecordException {
    assertThat(new String(Topics.RECOMMENDATIONS.codec().encode(RECOMMENDATION), UTF_8))
        .isEqualTo(WRITTEN);
    assertThat(decode(WRITTEN)).isEqualTo(RECOMMENDATION);
  }

  @Test
  void sharesMayPassOneByTheirLastBits() throws MalformedRecordException {
    Recommendation rounded = decode(WRITTEN.replace("0.625", "1.0000001"));

    assertThat(rounded.items().get(0).attended().get(0).weight()).isEqualTo(1.0000001f);
    assertThatThrownBy(() -> decode(WRITTEN.replace("0.625", "1.0001")))
        .isInstanceOf(MalformedRecordException.class);
  }

  @Test
  void namesTheFieldWithinTheFieldThatIsWrong() {
    assertThatThrownBy(() -> decode(WRITTEN.replace("0.625", "1.5")))
        .hasMessage("items[0].attended[0].weight must be a number from 0 to 1, was the number 1.5");
    assertThatThrownBy(() -> decode(WRITTEN.replace("\"partition\":2", "\"partition\":-1")))
        .hasMessage(
            "trigger.partition must be a whole number from 0 to 2147483647, was the number -1");
    assertThatThrownBy(() -> decode(WRITTEN.replace("\"offset\":9007199254740993,", "")))
        .hasMessage("trigger.offset must be given, was missing");
  }

  private static Recommendation decode(String json) throws MalformedRecordException {
    return Topics.RECOMMENDATIONS.codec().decode(json.getBytes(UTF_8));
  }
}
