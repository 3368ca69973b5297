package io.freshet.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the bytes of a record, or its schema, claim, reading it gives a record or a reason. */
class HostileAvroTest {
  private static final long LONGEST = Integer.MAX_VALUE - 8L;
  private static final byte[] NO_UTF8 = {(byte) 0xE4, 'b', 'c', 'd'};

  private final RegistryInMemory registry = new RegistryInMemory();
  private final Topic<ClickEvent> clicks = Topics.CLICK_EVENTS.inAvro(registry);

  /** What stands in a field of a record. */
  private interface Content {
    void write(BinaryEncoder out) throws IOException;
  }

  @ParameterizedTest
  @ValueSource(longs = {LONGEST, Integer.MAX_VALUE, Long.MAX_VALUE, 1, -1, Long.MIN_VALUE})
  void lengthThatIsNotThereIsRefusedAndNeverAllocated(long length) throws IOException {
    String reason = "more must have 0 to 0 bytes, what is left of the record, was " + length;

    for (String type : new String[] {"\"bytes\"", "\"string\""}) {
      assertThat(refusal(type, out -> out.writeLong(length))).isEqualTo(reason);
    }
    assertThat(refusal(map("\"int\""), out -> writeLongs(out, 1, length))).isEqualTo(reason);
  }

  @Test
  void fixedThatIsNotThereIsRefusedAndNeverAllocated() throws IOException {
    String type = "{\"type\":\"fixed\",\"name\":\"F\",\"size\":%d}".formatted(LONGEST);

    assertThat(refusal(type, out -> out.writeFixed(new byte[3])))
        .isEqualTo("more must have 0 to 3 bytes, what is left of the record, was " + LONGEST);
  }

  @Test
  void valuesOfNoBytesCannotBeClaimedByTheBillion() throws IOException {
    String empty = "{\"type\":\"record\",\"name\":\"E\",\"fields\":[]}";

    for (String items : new String[] {"\"null\"", empty}) {
      assertThat(refusal(array(items), out -> writeLongs(out, LONGEST, 0)))
          .isEqualTo("record must have at most 1032 values for its bytes, was more");
      assertThat(read(array(items), out -> writeLongs(out, 900, 0)).itemId()).isEqualTo("i");
    }
  }

  @Test
  void recordsOfRecordsOfNoBytesCannotBeABillionEither() throws IOException {
    String type = "\"null\"";
    for (int i = 0; i < 40; i++) {
      String again = i == 0 ? type : "\"R%d\"".formatted(i - 1);
      type =
          "{\"type\":\"record\",\"name\":\"R%d\",\"fields\":[{\"name\":\"a\",\"type\":%s},{\"name\":\"b\",\"type\":%s}]}"
              .formatted(i, type, again);
    }

    assertThat(refusal(type, out -> {})).endsWith(" values for its bytes, was more");
  }

  @Test
  void recordsNestSomeLevelsAndNoFurther() throws IOException {
    String chain =
        "{\"type\":\"record\",\"name\":\"N\",\"fields\":[{\"name\":\"n\",\"type\":[\"null\",\"N\"]}]}";

    assertThat(read(chain, out -> writeChain(out, 97)).itemId()).isEqualTo("i");
    for (int links : new int[] {98, 1_000, 100_000}) {
      assertThat(refusal(chain, out -> writeChain(out, links)))
          .isEqualTo("record must be nested at most 100 deep, was deeper");
    }
  }

  @Test
  void recordThatHoldsItselfWithoutEndIsRefused() throws IOException {
    String endless =
        "{\"type\":\"record\",\"name\":\"N\",\"fields\":[{\"name\":\"a\",\"type\":\"N\"},{\"name\":\"b\",\"type\":\"N\"}]}";

    assertThat(refusal(endless, out -> {}))
        .isEqualTo("record must be nested at most 100 deep, was deeper");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, -1, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void whatASchemaDoesNotOfferIsRefused(int index) throws IOException {
    String either = "[\"null\",\"int\"]";
    String symbols = "{\"type\":\"enum\",\"name\":\"S\",\"symbols\":[\"A\",\"B\"]}";

    for (String type : new String[] {either, symbols}) {
      assertThat(refusal(type, out -> out.writeInt(index)))
          .isEqualTo("more must be one of the 2 that its schema allows, was number " + index);
    }
  }

  @Test
  void textThatIsNotUtf8IsRefusedRatherThanReadAsAnother() throws IOException {
    String reason = "more must be UTF-8, was 4 bytes that are not";

    assertThat(refusal("\"string\"", out -> out.writeBytes(NO_UTF8))).isEqualTo(reason);
    assertThat(
            refusal(
                map("\"int\""),
                out -> {
                  out.writeLong(1);
                  out.writeBytes(NO_UTF8);
                }))
        .isEqualTo(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"E4626364", "61E4", "C0A2", "8061", "EDA080", "F5808080", "EDA0BDEDB880"})
  void idThatIsNotUtf8IsNoOthersId(String hex) throws IOException {
    byte[] user = HexFormat.of().parseHex(hex);

    assertThat(refusal(user, "\"null\"", out -> {})).startsWith("user_id must be UTF-8");
  }

  @Test
  void blocksOfAMapMayTellTheirSizeAndNeedNot() throws Exception {
    String texts = map("\"string\"");
    Content blocks =
        out -> {
          writeLongs(out, -1, 4); // one entry, of four bytes
          out.writeString("a");
          out.writeString("1");
          out.writeLong(1);
          out.writeString("b");
          out.writeString("2");
          out.writeLong(0);
        };
    Schema schema =
        new Schema.Parser().parse(schema(texts).toString().replace("\"more\"", "\"context\""));

    ClickEvent click = clicks.decode(null, framed(schema, new byte[] {'u'}, blocks));

    assertThat(click.context()).isEqualTo(Map.of("a", "1", "b", "2"));
  }

  private ClickEvent read(String type, Content more) throws IOException {
    try {
      return clicks.decode(null, framed(schema(type), new byte[] {'u'}, more));
    } catch (MalformedRecordException e) {
      throw new AssertionError(type, e);
    }
  }

  private String refusal(String type, Content more) throws IOException {
    return refusal(new byte[] {'u'}, type, more);
  }

  private String refusal(byte[] user, String type, Content more) throws IOException {
    byte[] record = framed(schema(type), user, more);
    return catchThrowableOfType(MalformedRecordException.class, () -> clicks.decode(null, record))
        .getMessage();
  }

  private static Schema schema(String more) {
    return SchemaBuilder.record("Click")
        .fields()
        .requiredString("user_id")
        .requiredString("item_id")
        .requiredLong("event_time")
        .name("more")
        .type(new Schema.Parser().parse(more))
        .noDefault()
        .endRecord();
  }

  private static String array(String items) {
    return "{\"type\":\"array\",\"items\":%s}".formatted(items);
  }

  private static String map(String values) {
    return "{\"type\":\"map\",\"values\":%s}".formatted(values);
  }

  private static void writeLongs(BinaryEncoder out, long... numbers) throws IOException {
    for (long number : numbers) {
      out.writeLong(number);
    }
  }

  private static void writeChain(BinaryEncoder out, int links) throws IOException {
    for (int i = 0; i < links; i++) {
      out.writeIndex(1);
    }
    out.writeIndex(0);
  }

  private byte[] framed(Schema schema, byte[] user, Content more) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int id = registry.id("others", schema.toString());
    bytes.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
    BinaryEncoder out = EncoderFactory.get().binaryEncoder(bytes, null);
    out.writeBytes(user);
    out.writeString("i");
    out.writeLong(1_763_892_000_123L);
    more.write(out);
    out.flush();
    return bytes.toByteArray();
  }
}
