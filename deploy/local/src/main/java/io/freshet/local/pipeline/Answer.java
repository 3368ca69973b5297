package io.freshet.local.pipeline;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/**
 * What a measurement looks at of a recommendation. All of it is not read: that would take more of
 * the processors, and of the heap, than some parts of the job do.
 *
 * @param fallbackReason null where the answer is what was wanted
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Answer(
    Trigger trigger, String fallbackReason, String modelVersion, String embeddingVersion) {
  private static final ObjectReader READER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .build()
          .readerFor(Answer.class);

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Trigger(String eventId) {}

  static Answer read(byte[] recommendation) throws IOException {
    return READER.readValue(recommendation);
  }

  /**
   * @throws IOException where it is less than was wanted: whoever falls back is fast
   */
  void checkScored() throws IOException {
    if (fallbackReason != null) {
      throw new IOException(
          "Answers must be scored: that to %s has the fallback reason '%s'"
              .formatted(trigger.eventId(), fallbackReason));
    }
  }
}
