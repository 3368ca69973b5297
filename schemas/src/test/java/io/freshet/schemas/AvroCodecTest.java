package io.freshet.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AvroCodecTest {
  private static final Instant TIME = Instant.parse("2026-11-23T10:00:00.123Z");

  private final RegistryInMemory registry = new RegistryInMemory();
  private final Topic<ClickEvent> clicks = Topics.CLICK_EVENTS.inAvro(registry);

  /**
   * Each topic with a record that has all of its fields, and with one that has none it need not.
   */
  static Stream<Arguments> records() {
    return Stream.concat(
        PublishedSchemasTest.records(),
        Stream.of(
            Arguments.of(
                Topics.CLICK_EVENTS, new ClickEvent("e", "u", "i", TIME, "click", null, Map.of())),
            Arguments.of(Topics.ITEMS, new Item("i", null, null, null, true)),
            Arguments.of(
                Topics.RECOMMENDATION_REQUESTS,
                new RecommendationRequest("r", "u", TIME, List.of(), null, Map.of())),
            Arguments.of(
                Topics.RELEASES,
                new Release(
                    "bst", "bst", "7", "s3://m/7", "0".repeat(64), TIME, Map.of(), Map.of())),
            Arguments.of(
                Topics.RECOMMENDATIONS,
                new Recommendation(
                    "x",
                    "u",
                    null,
                    List.of(),
                    "none",
                    null,
                    null,
                    null,
                    0,
                    "0".repeat(64),
                    new Recommendation.Trigger("t", 0, 0L, "e"),
                    TIME,
                    TIME))));
  }

  @ParameterizedTest
  @MethodSource("records")
  <T> void whatIsWrittenIsReadAgain(Topic<T> topic, T record) throws Exception {
    Topic<T> avro = topic.inAvro(registry);

    byte[] bytes = avro.codec().encode(record);

    assertThat(avro.decode(avro.encodeKey(record), bytes)).isEqualTo(record);
    assertThat(registry.subjects()).containsExactly(topic.name() + "-value");
  }

  @ParameterizedTest
  @MethodSource("records")
  <T> void whatIsWrittenIsAvroOfThePublishedSchema(Topic<T> topic, T record) throws Exception {
    byte[] bytes = topic.inAvro(registry).codec().encode(record);

    assertThat(bytes[0]).isZero();
    Schema schema = registry.parsed(ByteBuffer.wrap(bytes).getInt(1));
    assertThat(schema.getFullName()).isEqualTo(topic.type().getName());
    try (ByteArrayInputStream rest = new ByteArrayInputStream(bytes, 5, bytes.length - 5)) {
      new GenericDatumReader<GenericRecord>(schema)
          .read(null, DecoderFactory.get().directBinaryDecoder(rest, null));
      assertThat(rest.available()).isZero();
    }
  }

  @Test
  void producerMayHaveASchemaOfItsOwn() throws Exception {
    Schema own =
        SchemaBuilder.record("com.shop.Viewed")
            .fields()
            .requiredString("user_id")
            .requiredString("item_id")
            .requiredString("event_time")
            .name("action")
            .type()
            .enumeration("Action")
            .symbols("view", "cart")
            .noDefault()
            .requiredInt("price_in_cents")
            .endRecord();
    GenericRecord viewed =
        new GenericRecordBuilder(own)
            .set("user_id", "u")
            .set("item_id", "i")
            .set("event_time", "2026-11-23T11:00:00.123+01:00")
            .set(
                "action",
                new org.apache.avro.generic.GenericData.EnumSymbol(
                    own.getField("action").schema(), "cart"))
            .set("price_in_cents", 999)
            .build();

    ClickEvent click = clicks.decode(null, framed(own, viewed));

    assertThat(click)
        .extracting("userId", "itemId", "eventTime", "action")
        .containsExactly("u", "i", TIME, "cart");
    assertThat(click.eventId()).as("derived").hasSize(32);
  }

  @Test
  void whatIsMissingOrOfAnotherTypeIsRefusedByItsName() throws Exception {
    Schema own =
        SchemaBuilder.record("Viewed")
            .fields()
            .requiredString("user_id")
            .requiredInt("item_id")
            .endRecord();
    GenericRecord viewed =
        new GenericRecordBuilder(own).set("user_id", "u").set("item_id", 7).build();

    assertThatThrownBy(() -> clicks.decode(null, framed(own, viewed)))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessage("item_id must be a string, was the number 7");
  }

  @ParameterizedTest
  @CsvSource({
    "timestamp-millis, 1795428000123",
    "timestamp-micros, 1795428000123999",
    "timestamp-nanos, 1795428000123999999"
  })
  void timeMayCountWhatItsSchemaSays(String counts, long number) throws Exception {
    assertThat(clicks.decode(null, clickAt(counts, number)).eventTime()).isEqualTo(TIME);
  }

  @Test
  void timeInMicrosecondsIsNotTakenForOneOfFarAhead() throws Exception {
    assertThat(clicks.decode(null, clickAt("timestamp-micros", 200_000_000_000_000L)).eventTime())
        .isEqualTo("1976-05-03T19:33:20Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"local-timestamp-millis", "local-timestamp-micros"})
  void timeWithoutAZoneIsRefusedAsInJson(String counts) {
    assertThatThrownBy(() -> clicks.decode(null, clickAt(counts, 1_795_428_000_123L)))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageStartingWith("event_time must be ISO-8601 with Z or an offset")
        .hasMessageEndingWith("was %s 1795428000123 (no zone)", counts);
  }

  private byte[] clickAt(String counts, long number) throws IOException {
    Schema time = Schema.create(Schema.Type.LONG);
    time.addProp("logicalType", counts);
    Schema own =
        SchemaBuilder.record("Viewed")
            .fields()
            .requiredString("user_id")
            .requiredString("item_id")
            .name("event_time")
            .type(time)
            .noDefault()
            .endRecord();
    return framed(
        own,
        new GenericRecordBuilder(own)
            .set("user_id", "u")
            .set("item_id", "i")
            .set("event_time", number)
            .build());
  }

  @Test
  void recordThatWasWrittenAsJsonIsStillRead() throws Exception {
    ClickEvent click = new ClickEvent("e", "u", "i", TIME, "cart", null, Map.of());

    assertThat(clicks.decode(null, Topics.CLICK_EVENTS.codec().encode(click))).isEqualTo(click);
    assertThatThrownBy(() -> clicks.decode(null, "no record".getBytes(UTF_8)))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageStartingWith("record must be JSON");
  }

  @Test
  void schemaIsAskedForOnceAndRegisteredOnce() throws Exception {
    ClickEvent click = new ClickEvent("e", "u", "i", TIME, "cart", null, Map.of());
    for (int i = 0; i < 3; i++) {
      clicks.decode(null, clicks.codec().encode(click));
    }

    assertThat(registry.asked).isEqualTo(2);
  }

  @Test
  void recordOfAnUnknownSchemaIsRefusedWithItsNumber() {
    assertThatThrownBy(() -> clicks.decode(null, new byte[] {0, 0, 0, 1, 0, 1}))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessage("schema of the record must be in the registry, number 256 is not");
  }

  @Test
  void recordOfASchemaThatIsNotAvroIsRefused() {
    int id = registry.id("others", "syntax = \"proto3\";");

    assertThatThrownBy(() -> clicks.decode(null, frame(id)))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageStartingWith(
            "schema %d of the record must be one of Avro, is not".formatted(id));
  }

  @Test
  void bytesThatAreNoRecordOfTheSchemaAreRefusedAndNothingElseHappens() throws Exception {
    byte[] whole =
        clicks
            .codec()
            .encode(
                new ClickEvent(
                    "event", "user", "item", TIME, "cart", "food", Map.of("page", "home")));
    for (int length = 0; length < whole.length; length++) {
      assertRefused(Arrays.copyOf(whole, length));
    }
    assertRefused(Arrays.copyOf(whole, whole.length + 1));
    Random random = new Random(1);
    for (int round = 0; round < 20_000; round++) {
      byte[] hostile = whole.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        hostile[5 + random.nextInt(whole.length - 5)] = (byte) random.nextInt();
      }
      try {
        clicks.decode(null, hostile);
      } catch (MalformedRecordException e) {
        assertThat(e).hasMessageContaining(" must ");
      }
    }
  }

  @Test
  void textOfTwoGigabytesThatIsNotThereTakesNoMemory() {
    int id = registry.id("s", Schema.create(Schema.Type.STRING).toString());
    byte[] claimed = {(byte) 0xFE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F, 'a'};

    assertRefused(ByteBuffer.allocate(5 + claimed.length).put(frame(id)).put(claimed).array());
  }

  @Test
  void registryOutOfReachIsNotTheRecordsFault() {
    SchemaRegistry silent =
        new SchemaRegistry() {
          @Override
          public Optional<String> schema(int id) {
            throw new UncheckedIOException("out of reach", new IOException());
          }

          @Override
          public int id(String subject, String schema) {
            throw new UncheckedIOException("out of reach", new IOException());
          }
        };
    assertThatThrownBy(() -> Topics.CLICK_EVENTS.inAvro(silent).decode(null, frame(1)))
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void topicTravelsWithItsRegistry() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ClickEvent click = new ClickEvent("e", "u", "i", TIME, "cart", null, Map.of());
    byte[] written = clicks.codec().encode(click);
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(clicks);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      @SuppressWarnings("unchecked")
      Topic<ClickEvent> there = (Topic<ClickEvent>) in.readObject();
      assertThat(there.decode(null, written)).isEqualTo(click);
      assertThat(there.codec().encode(click)).isEqualTo(written);
    }
  }

  private void assertRefused(byte[] bytes) {
    assertThatThrownBy(() -> clicks.decode(null, bytes))
        .isInstanceOf(MalformedRecordException.class);
  }

  private byte[] framed(Schema schema, GenericRecord record) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(frame(registry.id("others", schema.toString())));
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  private static byte[] frame(int id) {
    return ByteBuffer.allocate(5).put((byte) 0).putInt(id).array();
  }
}
