package io.freshet.streaming;

import io.freshet.schemas.SchemaRegistry;
import io.freshet.schemas.Topic;
import io.freshet.schemas.Topics;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Which topics hold Avro, by the schemas of a registry; the others hold JSON. */
public final class AvroTopics implements Serializable {
  private static final long serialVersionUID = 1;

  /** All topics hold JSON. */
  public static final AvroTopics NONE = new AvroTopics(Set.of(), null);

  private static final List<String> KNOWN = Topics.ALL.stream().map(Topic::name).toList();

  /** Names of topics, separated by commas. */
  public static final Setting<Set<String>> NAMES =
      Setting.names(
          "freshet.kafka.avro-topics",
          "",
          KNOWN.stream().collect(Collectors.joining("`, `", "`", "`"))
              + ", several separated by commas",
          "Topics that are written as Avro, framed as Confluent's serializers do. They are read as"
              + " such, and as JSON where a record is that.");

  private static final Setting<List<URI>> REGISTRY =
      new Setting<>(
              "freshet.kafka.schema-registry.url",
              "none",
              "`http://host:port`, several separated by commas",
              "The registry of the Avro schemas, with Confluent's interface. A schema that is"
                  + " written and not there is registered, under the topic's name with `-value`.",
              text ->
                  Arrays.stream(text.split(",", -1))
                      .map(String::strip)
                      .map(AvroTopics::url)
                      .toList())
          .orNone(List.of());
  private static final Setting<String> USER =
      Setting.text(
              "freshet.kafka.schema-registry.user-info",
              "none",
              "`user:password`",
              "What the registry asks to be let in, or a key and its secret.")
          .orNone(null);

  /** Every setting of these. */
  public static final List<Setting<?>> SETTINGS = List.of(NAMES, REGISTRY, USER);

  private final Map<String, Topic<?>> written;

  /**
   * @param names of the topics
   */
  AvroTopics(Set<String> names, SchemaRegistry registry) {
    this.written =
        Topics.ALL.stream()
            .filter(topic -> names.contains(topic.name()))
            .map(topic -> topic.inAvro(registry))
            .collect(Collectors.toUnmodifiableMap(Topic::name, topic -> topic));
  }

  private static URI url(String text) {
    try {
      URI url = new URI(text);
      boolean isOfWeb = Set.of("http", "https").contains(String.valueOf(url.getScheme()));
      if (isOfWeb && url.getHost() != null && url.getUserInfo() == null) {
        return url;
      }
    } catch (URISyntaxException e) {
      // would show all of the text, and a password in it, where it is printed as a cause
    }
    throw new IllegalArgumentException();
  }

  /** Returns what {@code settings} say. */
  public static AvroTopics of(Settings settings) {
    Set<String> names = settings.get(NAMES);
    for (String name : names) {
      if (!KNOWN.contains(name)) {
        throw new IllegalArgumentException(
            "%s must be %s, was '%s'"
                .formatted(NAMES.name(), NAMES.allowed().replace("`", "'"), name));
      }
    }
    List<URI> urls = settings.get(REGISTRY);
    if (names.isEmpty() != urls.isEmpty()) {
      throw new IllegalArgumentException(
          "%s and %s must be given both or neither".formatted(NAMES.name(), REGISTRY.name()));
    }
    return names.isEmpty()
        ? NONE
        : new AvroTopics(names, new SchemaRegistryClient(urls, settings.get(USER)));
  }

  /** Returns the topic as it is written here. */
  @SuppressWarnings("unchecked") // what has the name of a topic is that topic
  public <T> Topic<T> written(Topic<T> topic) {
    return (Topic<T>) written.getOrDefault(topic.name(), topic);
  }

  @Override
  public String toString() {
    return written.keySet().toString();
  }
}
