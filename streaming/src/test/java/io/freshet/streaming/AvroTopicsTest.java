package io.freshet.streaming;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.freshet.schemas.Topics;
import java.util.List;
import java.util.Map;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AvroTopicsTest {
  private static final String TOPICS = "freshet.kafka.avro-topics";
  private static final String REGISTRY = "freshet.kafka.schema-registry.url";

  @Test
  void onlyTheTopicsNamedHoldAvro() {
    AvroTopics avro =
        of(Map.of(TOPICS, "click-events, recommendations", REGISTRY, "http://r:8081"));

    assertThat(Topics.ALL)
        .filteredOn(topic -> !avro.written(topic).equals(topic))
        .containsExactlyInAnyOrder(Topics.CLICK_EVENTS, Topics.RECOMMENDATIONS);
    assertThat(avro.written(Topics.CLICK_EVENTS))
        .as("one codec, which asks the registry once")
        .isSameAs(avro.written(Topics.CLICK_EVENTS));
  }

  @Test
  void allTopicsHoldJsonUnlessToldOtherwise() {
    assertThat(of(Map.of())).isSameAs(AvroTopics.NONE);
    assertThat(Topics.ALL)
        .allSatisfy(topic -> assertThat(AvroTopics.NONE.written(topic)).isSameAs(topic));
  }

  @Test
  void topicThatIsNoneOfFreshetsIsRefused() {
    assertThatThrownBy(() -> of(Map.of(TOPICS, "clicks", REGISTRY, "http://r:8081")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "freshet.kafka.avro-topics must be 'click-events', 'source-click-events',"
                + " 'recommendation-requests', 'items', 'releases', 'recommendations', several"
                + " separated by commas, was 'clicks'");
  }

  @Test
  void topicsAndRegistryComeTogether() {
    for (Map<String, String> half :
        List.of(Map.of(TOPICS, "items"), Map.of(REGISTRY, "http://r:8081"))) {
      assertThatThrownBy(() -> of(half))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "freshet.kafka.avro-topics and freshet.kafka.schema-registry.url must be given both"
                  + " or neither");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"r:8081", "ftp://r", "http://", "http://key:secret@r", "http://r,", " "})
  void addressOfARegistryIsOneOfTheWebAndHoldsNoPassword(String url) {
    assertThatThrownBy(() -> of(Map.of(TOPICS, "items", REGISTRY, url)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(REGISTRY + " must be 'http://host:port'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://key:secret@r:8081",
        "http://a:8081,http://key:secret@r:8081",
        "http://key:sec ret@r:8081",
        "http://key:se,cret/@r:8081",
        "key:secret@r:8081"
      })
  void addressThatIsRefusedIsShownWithoutItsPassword(String url) {
    assertThatThrownBy(() -> of(Map.of(TOPICS, "items", REGISTRY, url)))
        .hasMessageEndingWith("was '...@r:8081'")
        .extracting(ExceptionUtils::stringifyException, as(STRING))
        .doesNotContain("key:se", "cret", " ret@");
  }

  private static AvroTopics of(Map<String, String> given) {
    return AvroTopics.of(new Settings(given, AvroTopics.SETTINGS));
  }
}
