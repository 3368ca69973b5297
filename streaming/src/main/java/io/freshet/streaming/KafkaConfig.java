package io.freshet.streaming;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.ConfigDef;

/**
 * Where Kafka is, and how a job reads and writes it.
 *
 * @param groupId names the job to Kafka: its consumer group, its clients, its transactions
 * @param start where events are read from when the job has no state
 * @param maxAhead how far an event's time may be ahead of the broker's clock
 * @param outOfOrderness how long the watermark waits for events that are late
 * @param idleTimeout after which a silent partition no longer holds the watermark back
 * @param avro which topics hold Avro
 * @param properties passed to Kafka's clients as they are
 */
public record KafkaConfig(
    String bootstrapServers,
    String groupId,
    Start start,
    Delivery delivery,
    Duration maxAhead,
    Duration outOfOrderness,
    Duration idleTimeout,
    AvroTopics avro,
    Map<String, String> properties)
    implements Serializable {

  /** Where events are read from when the job has no state. */
  public enum Start {
    COMMITTED,
    EARLIEST,
    LATEST
  }

  /** What happens to an answer when the job fails and does some of its work again. */
  public enum Delivery {
    AT_LEAST_ONCE,
    EXACTLY_ONCE
  }

  private static final String PREFIX = "freshet.kafka.properties.";
  private static final Set<String> SET_BY_FRESHET =
      Set.of(
          "bootstrap.servers",
          "group.id",
          "client.id",
          "client.id.prefix",
          "isolation.level",
          "auto.offset.reset",
          "enable.auto.commit",
          "transactional.id",
          "key.deserializer",
          "value.deserializer",
          "key.serializer",
          "value.serializer");
  private static final Map<String, List<String>> NEEDED_BY_TRANSACTIONS =
      Map.of("enable.idempotence", List.of("true"), "acks", List.of("all", "-1"));
  private static final String END_OF_NAME = "/"; // which no topic's name has
  private static final List<String> SECRETS =
      List.of("password", "secret", "jaas", "token", "credential", "keystore.key");

  private static final Setting<String> BOOTSTRAP_SERVERS =
      Setting.text(
          "freshet.kafka.bootstrap-servers",
          null,
          "`host:port`, several separated by commas",
          "The brokers to start from.");
  private static final Setting<String> GROUP_ID =
      Setting.text(
          "freshet.kafka.group-id",
          "freshet",
          "text",
          "Names the job to Kafka: its consumer group, its clients and its transactions. Two jobs"
              + " on one Kafka need two. With `exactly-once` without `/`.");
  private static final Setting<Start> START =
      Setting.choice(
          "freshet.kafka.start",
          Start.COMMITTED,
          Start.class,
          "Where clicks and requests are read from when the job has no state; `committed` is the"
              + " group's last commit, or the earliest where there is none. `items` are always read"
              + " from the earliest, `releases` from the one to begin with.");
  private static final Setting<String> PROPERTIES =
      Setting.text(
          PREFIX + "*",
          "",
          "any Kafka client property but those that Freshet sets",
          "Passed to Kafka's clients as it is, for example"
              + " `freshet.kafka.properties.security.protocol`.");
  private static final Setting<Delivery> DELIVERY =
      Setting.choice(
          "freshet.delivery",
          Delivery.AT_LEAST_ONCE,
          Delivery.class,
          "After a failure some answers are written again, with the same id (`at-least-once`), or"
              + " none are, but readers see them only after a checkpoint (`exactly-once`). What then"
              + " waits for one longer than Kafka's `transaction.timeout.ms`, 15 minutes unless"
              + " given, is lost, be it in an outage.");
  private static final Setting<Duration> MAX_AHEAD =
      Setting.duration(
          "freshet.events.max-ahead",
          "5 min",
          "0 s",
          "365 d",
          "How far an event's time may be ahead of the broker's clock; one further ahead is a dead"
              + " letter.");
  private static final Setting<Duration> OUT_OF_ORDERNESS =
      Setting.duration(
          "freshet.events.out-of-orderness",
          "10 s",
          "0 s",
          "365 d",
          "How long the watermark waits for late events. Later ones are counted as late, and"
              + " remembered all the same.");
  private static final Setting<Duration> IDLE_TIMEOUT =
      Setting.duration(
          "freshet.events.idle-timeout",
          "30 s",
          "1 ms",
          "365 d",
          "After this a silent partition no longer holds the watermark back.");

  /** Every setting that a job with a Kafka edge has. */
  public static final List<Setting<?>> SETTINGS =
      withAvro(
          BOOTSTRAP_SERVERS,
          GROUP_ID,
          START,
          DELIVERY,
          PROPERTIES,
          MAX_AHEAD,
          OUT_OF_ORDERNESS,
          IDLE_TIMEOUT);

  private static List<Setting<?>> withAvro(Setting<?>... others) {
    List<Setting<?>> all = new ArrayList<>(List.of(others));
    all.addAll(AvroTopics.SETTINGS);
    return Collections.unmodifiableList(all);
  }

  /**
   * Those of a job that keeps what it reads: it starts from the earliest, and heeds no watermark.
   */
  public static List<Setting<?>> settingsOfKeeper(String groupId) {
    return withAvro(
        BOOTSTRAP_SERVERS, GROUP_ID.withDefault(groupId), DELIVERY, PROPERTIES, MAX_AHEAD);
  }

  public KafkaConfig {
    for (String property : properties.keySet()) {
      if (SET_BY_FRESHET.contains(property)) {
        throw new IllegalArgumentException(
            "%s%s must not be given: Freshet sets it".formatted(PREFIX, property));
      }
    }
    if (delivery == Delivery.EXACTLY_ONCE) {
      checkTransactionsAreTaken(properties);
      checkTransactionsAreTheGroupsOwn(groupId);
    }
    properties = Map.copyOf(properties);
  }

  /** Kafka refuses a transactional producer otherwise, though not before the job runs. */
  private static void checkTransactionsAreTaken(Map<String, String> properties) {
    NEEDED_BY_TRANSACTIONS.forEach(
        (property, allowed) -> {
          String given = properties.getOrDefault(property, allowed.get(0)).trim();
          if (allowed.stream().noneMatch(given::equalsIgnoreCase)) {
            throw new IllegalArgumentException(
                "%s%s must be %s with freshet.delivery 'exactly-once', was '%s'"
                    .formatted(PREFIX, property, String.join(" or ", allowed), given));
          }
        });
  }

  private static void checkTransactionsAreTheGroupsOwn(String groupId) {
    if (groupId.contains(END_OF_NAME)) {
      throw new IllegalArgumentException(
          "freshet.kafka.group-id must be without '%s' with freshet.delivery 'exactly-once', was"
                  .formatted(END_OF_NAME)
              + " '%s'".formatted(groupId));
    }
  }

  /** Returns what {@code settings} say of Kafka. */
  public static KafkaConfig of(Settings settings) {
    return of(settings, settings.get(GROUP_ID), settings.get(START));
  }

  /** Returns what {@link #settingsOfKeeper} say of Kafka. */
  public static KafkaConfig ofKeeper(Settings settings, String groupId) {
    return of(settings, settings.getGiven(GROUP_ID, groupId), Start.EARLIEST);
  }

  private static KafkaConfig of(Settings settings, String groupId, Start start) {
    return new KafkaConfig(
        settings.get(BOOTSTRAP_SERVERS),
        groupId,
        start,
        settings.get(DELIVERY),
        settings.get(MAX_AHEAD),
        settings.get(OUT_OF_ORDERNESS),
        settings.get(IDLE_TIMEOUT),
        AvroTopics.of(settings),
        settings.below(PREFIX));
  }

  /**
   * Returns what the ids of a job's transactions on a topic begin with. A job that starts aborts
   * all that do, so those of no other group may.
   */
  String transactionsOn(String topic) {
    return groupId + "-" + topic + END_OF_NAME;
  }

  /** Shows everything but secrets. */
  @Override
  public String toString() {
    Map<String, String> shown = new TreeMap<>(properties);
    shown.replaceAll((name, value) -> isSecret(name) ? "******" : value);
    return "KafkaConfig[bootstrapServers=%s, groupId=%s, start=%s, delivery=%s, maxAhead=%s,"
            .formatted(bootstrapServers, groupId, start, delivery, maxAhead)
        + " outOfOrderness=%s, idleTimeout=%s, avro=%s, properties=%s]"
            .formatted(outOfOrderness, idleTimeout, avro, shown);
  }

  /** By what Kafka says of its own properties, and of others by their names. */
  private static boolean isSecret(String property) {
    ConfigDef.ConfigKey ofKafka = ConsumerConfig.configDef().configKeys().get(property);
    String name = property.toLowerCase(Locale.ROOT);
    return (ofKafka != null && ofKafka.type() == ConfigDef.Type.PASSWORD)
        || SECRETS.stream().anyMatch(name::contains);
  }
}
