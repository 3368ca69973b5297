package io.freshet.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecommendationRequestOnTheWireTest {
  @Test
  void readsWhatAProducerWouldWriteByHand() throws MalformedRecordException {
    assertThat(
            decode(
                """
                {"request_id":"r1","user_id":"u1","requested_at":"2026-11-23T10:00:00.123Z",
                 "candidates":["i1","i2"],"after_event_id":"e7","context":{"page":"home"}}"""))
        .isEqualTo(
            new RecommendationRequest(
                "r1",
                "u1",
                Instant.parse("2026-11-23T10:00:00.123Z"),
                List.of("i1", "i2"),
                "e7",
                Map.of("page", "home")));
  }

  @Test
  void derivedIdIsTheSameForTheSameQuestionOnly() throws MalformedRecordException {
    String plain = decode(request("")).requestId();

    assertThat(plain).matches("[0-9a-f]{32}").isEqualTo(decode(request("")).requestId());
    assertThat(
            List.of(
                plain,
                decode(request(",\"after_event_id\":\"a\"")).requestId(),
                decode(request(",\"candidates\":[\"a\"]")).requestId(),
                decode(request(",\"candidates\":[\"a\",\"b\"]")).requestId(),
                decode(request(",\"candidates\":[\"b\",\"a\"]")).requestId()))
        .doesNotHaveDuplicates();
  }

  @Test
  void repeatedCandidatesAreRankedOnce() throws MalformedRecordException {
    assertThat(decode(request(",\"candidates\":[\"b\",\"a\",\"b\"]")).candidates())
        .containsExactly("b", "a");
  }

  @Test
  void candidatesAreAtMostAThousandItemIds() throws MalformedRecordException {
    assertThat(decode(request(candidates(1_000))).candidates()).hasSize(1_000);
    assertThatThrownBy(() -> decode(request(candidates(1_001))))
        .hasMessage("candidates must have at most 1000 entries, was 1001");
    assertThatThrownBy(() -> decode(request(",\"candidates\":[\"a\",null]")))
        .hasMessage("candidates[1] must be a string, was null");
    assertThatThrownBy(() -> decode(request(",\"candidates\":{}")))
        .hasMessage("candidates must be a list, was an object");
  }

  private static String candidates(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"i" + i + "\"")
        .collect(Collectors.joining(",", ",\"candidates\":[", "]"));
  }

  private static String request(String rest) {
    return "{\"user_id\":\"u\",\"requested_at\":1763892000123" + rest + "}";
  }

  private static RecommendationRequest decode(String json) throws MalformedRecordException {
    return Topics.RECOMMENDATION_REQUESTS.codec().decode(json.getBytes(UTF_8));
  }
}
