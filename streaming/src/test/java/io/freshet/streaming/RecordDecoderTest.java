package io.freshet.streaming;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Codec;
import io.freshet.schemas.DeadLetter;
import io.freshet.schemas.Item;
import io.freshet.schemas.RecommendationRequest;
import io.freshet.schemas.SchemaRegistry;
import io.freshet.schemas.Topic;
import io.freshet.schemas.Topics;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.InstantiationUtil;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordDecoderTest {
  private static final Duration MAX_AHEAD = Duration.ofMinutes(5);
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final long NOON_MILLIS = NOON.toEpochMilli();
  private static final int PARTITION = 3;
  private static final long OFFSET = 5_000_000_000L;

  private final Map<String, Counter> counters = new HashMap<>();
  private final MetricGroup metrics =
      new UnregisteredMetricsGroup() {
        @Override
        public Counter counter(String name) {
          return counters.computeIfAbsent(name, made -> new SimpleCounter());
        }
      };
  private final DeserializationSchema.InitializationContext context =
      new DeserializationSchema.InitializationContext() {
        @Override
        public MetricGroup getMetricGroup() {
          return metrics;
        }

        @Override
        public UserCodeClassLoader getUserCodeClassLoader() {
          return SimpleUserCodeClassLoader.create(getClass().getClassLoader());
        }
      };

  @Test
  void goodRecordKeepsWhereItStands() throws Exception {
    Decoded<ClickEvent> decoded = decodeClick("ann", click("ann", NOON));

    assertThat(decoded.deadLetter()).isNull();
    assertThat(decoded.received().topic()).isEqualTo("click-events");
    assertThat(decoded.received().partition()).isEqualTo(PARTITION);
    assertThat(decoded.received().offset()).isEqualTo(OFFSET);
    assertThat(decoded.received().value().userId()).isEqualTo("ann");
    assertThat(decoded.received().value().eventTime()).isEqualTo(NOON);
  }

  @Test
  void badRecordIsADeadLetterWithItsBytesItsPlaceAndTheReason() throws Exception {
    byte[] bad = {'{', (byte) 0xE4, 0, '}'};

    Decoded<ClickEvent> decoded = decode(Topics.CLICK_EVENTS, bytes("ann"), bad);

    assertThat(decoded.received()).isNull();
    DeadLetter letter = decoded.deadLetter();
    assertThat(letter.key()).isEqualTo(bytes("ann"));
    assertThat(letter.value()).isEqualTo(bad);
    assertThat(letter.topic()).isEqualTo("click-events");
    assertThat(letter.partition()).isEqualTo(PARTITION);
    assertThat(letter.offset()).isEqualTo(OFFSET);
    assertThat(letter.reason()).isEqualTo("record must be UTF-8, was 4 bytes that are not");
  }

  @Test
  void deadLetterWithoutKeyHasNone() throws Exception {
    assertThat(decodeClick(null, "{}").deadLetter().key()).isNull();
  }

  @Test
  void tombstoneOfAnItemIsItsRemoval() throws Exception {
    Decoded<Item> decoded = decode(Topics.ITEMS, bytes("i9"), null);

    assertThat(decoded.received().value()).isEqualTo(Item.removed("i9"));
    assertThat(misKeyed()).isZero();
  }

  @Test
  void tombstoneOfAClickIsADeadLetterWithoutValue() throws Exception {
    DeadLetter letter = decodeClick("ann", null).deadLetter();

    assertThat(letter.value()).isNull();
    assertThat(letter.key()).isEqualTo(bytes("ann"));
    assertThat(letter.reason())
        .isEqualTo("value must be a record on topic click-events, was null (a tombstone)");
  }

  @Test
  void clickMayBeAheadOfTheBrokersClockByTheLimitAndNoMillisecondMore() throws Exception {
    Instant limit = NOON.plus(MAX_AHEAD);

    assertThat(decodeClick("ann", click("ann", limit)).received().value().eventTime())
        .isEqualTo(limit);
    assertThat(decodeClick("ann", click("ann", limit.plusMillis(1))).deadLetter().reason())
        .isEqualTo(
            "event_time must be at most PT5M ahead of the broker's clock"
                + " (2026-11-23T12:00:00.000Z), was 2026-11-23T12:05:00.001Z");
  }

  @Test
  void requestMayBeAheadOfTheBrokersClockByTheLimitAndNoMillisecondMore() throws Exception {
    Instant limit = NOON.plus(MAX_AHEAD);

    assertThat(decodeRequest(limit).received().value().requestedAt()).isEqualTo(limit);
    assertThat(decodeRequest(limit.plusMillis(1)).deadLetter().reason())
        .startsWith("requested_at must be at most PT5M ahead");
  }

  @Test
  void producersClockDoesNotCountAsTheBrokers() throws Exception {
    Instant now = Instant.now();
    Instant ahead = now.plus(Duration.ofDays(10));

    assertThat(decodeStampedByProducer(now).received()).isNotNull();
    assertThat(decodeStampedByProducer(ahead).deadLetter().reason())
        .startsWith("event_time must be at most PT5M ahead");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "bob", "ann "})
  void recordUnderAnotherKeyIsCountedAndPassesUnderTheUserThatItNames(String key) throws Exception {
    Decoded<ClickEvent> decoded = decodeClick(key, click("ann", NOON));

    assertThat(decoded.received().value().userId()).isEqualTo("ann");
    assertThat(misKeyed()).isEqualTo(1);
  }

  @Test
  void recordWithoutKeyIsCountedAndPassesUnderTheUserThatItNames() throws Exception {
    assertThat(decodeClick(null, click("ann", NOON)).received().value().userId()).isEqualTo("ann");
    assertThat(misKeyed()).isEqualTo(1);
  }

  @Test
  void whatHasItsKeyOrCannotBeReadIsNotMisKeyed() throws Exception {
    decodeClick("ann", click("ann", NOON));
    decodeClick("bob", click("ann", NOON.plus(MAX_AHEAD).plusMillis(1)));
    decodeClick("bob", "{}");

    assertThat(misKeyed()).isZero();
  }

  @Test
  void codecThatFailsLosesTheRecordAndNotTheJob() throws Exception {
    Topic<ClickEvent> topic =
        new Topic<>("broken", ClickEvent.class, new BrokenCodec(), ClickEvent::userId, null);

    DeadLetter letter = decode(topic, bytes("ann"), bytes("x")).deadLetter();

    assertThat(letter.value()).isEqualTo(bytes("x"));
    assertThat(letter.reason()).startsWith("record must be readable").endsWith("broken");
  }

  private static final class BrokenCodec implements Codec<ClickEvent> {
    private static final long serialVersionUID = 1;

    @Override
    public byte[] encode(ClickEvent click) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ClickEvent decode(byte[] bytes) {
      throw new IllegalStateException("broken");
    }
  }

  @Test
  void registryOutOfReachLosesNoRecord() {
    SchemaRegistry silent =
        new SchemaRegistryClient(List.of(URI.create("http://127.0.0.1:1")), null);
    byte[] framed = {0, 0, 0, 0, 7, 0};

    assertThatThrownBy(() -> decode(Topics.CLICK_EVENTS.inAvro(silent), bytes("ann"), framed))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("Cannot ask the schema registry: http://127.0.0.1:1");
  }

  @Test
  void onlyWhatHappenedHasATime() throws Exception {
    assertThat(decodeClick("ann", click("ann", NOON)).eventTimeMillis()).isEqualTo(NOON_MILLIS);
    assertThat(decodeRequest(NOON).eventTimeMillis()).isEqualTo(NOON_MILLIS);
    assertThat(decode(Topics.ITEMS, bytes("i9"), null).eventTimeMillis()).isEqualTo(Long.MIN_VALUE);
    assertThat(decodeClick("ann", "{}").eventTimeMillis()).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void whateverComesOutTravelsBetweenSubtasks() throws Exception {
    assertTravels(Topics.CLICK_EVENTS, decodeClick("ann", click("ann", NOON)));
    assertTravels(Topics.CLICK_EVENTS, decodeClick(null, null));
    assertTravels(Topics.RECOMMENDATION_REQUESTS, decodeRequest(NOON));
    assertTravels(Topics.ITEMS, decode(Topics.ITEMS, bytes("i9"), null));
    assertTravels(Topics.RELEASES, decode(Topics.RELEASES, bytes("bst"), null));
  }

  static Stream<Topic<?>> topics() {
    return Stream.of(
        Topics.CLICK_EVENTS, Topics.RECOMMENDATION_REQUESTS, Topics.ITEMS, Topics.RELEASES);
  }

  @ParameterizedTest
  @MethodSource("topics")
  void anyBytesAreAValueOrADeadLetterThatHoldsThem(Topic<?> topic) throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    int letters = 0;
    for (int i = 0; i < 10_000; i++) {
      byte[] key = hostileKey(random);
      byte[] value = hostileValue(random);
      Decoded<?> decoded = decode(topic, key, value);
      assertThat(decoded.received() == null).isEqualTo(decoded.deadLetter() != null);
      if (decoded.deadLetter() != null) {
        letters++;
        assertThat(decoded.deadLetter().key()).isEqualTo(key);
        assertThat(decoded.deadLetter().value()).isEqualTo(value);
        assertThat(decoded.deadLetter().reason()).contains(" must be ").doesNotContain("Exception");
      }
    }
    assertThat(letters).as("dead letters of 10,000").isBetween(5_000, 9_900);
  }

  /** With whatever a record of any of the topics must have. */
  private static final String GOOD =
      """
      {"user_id":"u","item_id":"i","event_time":1763892000123,"requested_at":1763892000123,
       "request_id":"q","artifact":"a","kind":"bst","version":"v","uri":"file:/r",
       "sha256":"%s","created_at":1763892000123}"""
          .formatted("0".repeat(64));

  private static byte[] hostileKey(SplittableRandom random) {
    byte[] key = new byte[random.nextInt(300)];
    random.nextBytes(key);
    return random.nextInt(4) == 0 ? null : key;
  }

  private static byte[] hostileValue(SplittableRandom random) {
    byte[] bytes = bytes(GOOD);
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(6)) {
      case 0 -> bytes = null;
      case 1 -> bytes = Arrays.copyOf(bytes, at);
      case 2 -> random.nextBytes(bytes);
      case 3 -> bytes[at] = (byte) random.nextInt();
      case 4 -> bytes = bytes(GOOD.substring(0, at) + "[{\"\\ud800".repeat(at) + GOOD);
      default -> bytes = bytes(GOOD.replace("1763892000123", "" + random.nextLong()));
    }
    return bytes;
  }

  private Decoded<ClickEvent> decodeClick(String key, String value) throws Exception {
    return decode(
        Topics.CLICK_EVENTS, key == null ? null : bytes(key), value == null ? null : bytes(value));
  }

  private Decoded<RecommendationRequest> decodeRequest(Instant requestedAt) throws Exception {
    return decode(
        Topics.RECOMMENDATION_REQUESTS,
        bytes("ann"),
        bytes(
            "{\"request_id\":\"q\",\"user_id\":\"ann\",\"requested_at\":\"%s\"}"
                .formatted(requestedAt)));
  }

  /** Decodes a record that the broker appended at noon. */
  private <T> Decoded<T> decode(Topic<T> topic, byte[] key, byte[] value) throws Exception {
    return decode(topic, record(topic, TimestampType.LOG_APPEND_TIME, NOON, key, value));
  }

  private Decoded<ClickEvent> decodeStampedByProducer(Instant time) throws Exception {
    Topic<ClickEvent> topic = Topics.CLICK_EVENTS;
    byte[] value = bytes(click("ann", time));
    return decode(topic, record(topic, TimestampType.CREATE_TIME, time, bytes("ann"), value));
  }

  private static ConsumerRecord<byte[], byte[]> record(
      Topic<?> topic, TimestampType type, Instant timestamp, byte[] key, byte[] value) {
    return new ConsumerRecord<>(
        topic.name(),
        PARTITION,
        OFFSET,
        timestamp.toEpochMilli(),
        type,
        ConsumerRecord.NULL_SIZE,
        ConsumerRecord.NULL_SIZE,
        key,
        value,
        new RecordHeaders(),
        Optional.empty());
  }

  /** Decodes as a cluster does, to which the decoder has travelled. */
  private <T> Decoded<T> decode(Topic<T> topic, ConsumerRecord<byte[], byte[]> record)
      throws Exception {
    RecordDecoder<T> decoder = InstantiationUtil.clone(new RecordDecoder<>(topic, MAX_AHEAD));
    decoder.open(context);
    List<Decoded<T>> decoded = new ArrayList<>();
    decoder.deserialize(record, new ListCollector<>(decoded));
    assertThat(decoded).hasSize(1);
    return decoded.get(0);
  }

  private long misKeyed() {
    return counters.get(Metrics.MIS_KEYED).getCount();
  }

  private static <T> void assertTravels(Topic<T> topic, Decoded<T> decoded) throws Exception {
    SerializerConfigImpl withoutKryo = new SerializerConfigImpl();
    withoutKryo.setGenericTypes(false);
    TypeSerializer<Decoded<T>> serializer =
        new RecordDecoder<>(topic, MAX_AHEAD).getProducedType().createSerializer(withoutKryo);
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(decoded, out);
    Decoded<T> arrived = serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    assertThat(arrived).usingRecursiveComparison().isEqualTo(decoded);
  }

  private static String click(String user, Instant time) {
    return "{\"user_id\":\"%s\",\"item_id\":\"i1\",\"event_time\":\"%s\"}".formatted(user, time);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
