package io.freshet.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.freshet.schemas.Recommendation.AttendedItem;
import io.freshet.schemas.Recommendation.RankedItem;
import io.freshet.schemas.Recommendation.Trigger;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.JsonProperties;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The records, their JSON and the published Avro schemas say the same. */
class PublishedSchemasTest {
  private static final Path AVRO = Path.of("avro");
  private static final Path RELEASED = AVRO.resolve("released");
  private static final JsonMapper JSON = new JsonMapper();
  private static final Instant TIME = Instant.parse("2026-11-23T10:00:00.123Z");
  private static final String SHA_256 = "0123456789abcdef".repeat(4);

  /** Each topic with a record that has all of its fields. */
  static Stream<Arguments> records() {
    Map<String, String> context = Map.of("page", "home");
    return Stream.of(
        Arguments.of(
            Topics.CLICK_EVENTS, new ClickEvent("e", "u", "i", TIME, "cart", "food", context)),
        Arguments.of(Topics.ITEMS, new Item("i", "c", "Tea", "food", false)),
        Arguments.of(
            Topics.RECOMMENDATION_REQUESTS,
            new RecommendationRequest("r", "u", TIME, List.of("i"), "e", context)),
        Arguments.of(
            Topics.RELEASES,
            new Release(
                "bst", "bst", "7", "s3://m/7", SHA_256, TIME, Map.of("auc", .7), Map.of("p", "3"))),
        Arguments.of(Topics.RECOMMENDATIONS, recommendation()));
  }

  private static Recommendation recommendation() {
    RankedItem item = new RankedItem("i", .5f, "similar", List.of(new AttendedItem("j", .25f)));
    Trigger trigger = new Trigger("recommendation-requests", 1, 2L, "r");
    return new Recommendation(
        "x",
        "u",
        "r",
        List.of(item),
        "none",
        "no-release",
        "7",
        "3",
        1,
        SHA_256,
        trigger,
        TIME,
        TIME);
  }

  @ParameterizedTest
  @MethodSource("records")
  void schemaHasTheFieldsOfTheRecord(Topic<?> topic) throws IOException {
    Schema schema = schema(topic.type());

    assertThat(schema.getNamespace()).isEqualTo(topic.type().getPackageName());
    assertSame(topic.type(), schema);
  }

  /** Holds a record, and the records in it, against its schema: names, order and types. */
  private static void assertSame(Class<?> type, Schema schema) {
    RecordComponent[] components = type.getRecordComponents();
    assertThat(schema.getName()).isEqualTo(type.getSimpleName());
    assertThat(schema.getFields())
        .extracting(Schema.Field::name)
        .containsExactlyElementsOf(
            Arrays.stream(components).map(RecordComponent::getName).map(n -> snake(n)).toList());
    for (RecordComponent component : components) {
      Schema.Field field = schema.getField(snake(component.getName()));
      assertThat(field.doc()).as("doc of %s.%s", schema.getName(), field.name()).isNotBlank();
      assertThat(field.hasDefaultValue() || !field.schema().isUnion()).as(field.name()).isTrue();
      assertSameType(component.getGenericType(), field.schema());
    }
  }

  private static void assertSameType(Type type, Schema schema) {
    if (schema.isUnion()) {
      assertThat(schema.getTypes()).hasSize(2).first().isEqualTo(Schema.create(Schema.Type.NULL));
      assertThat(type).as("a type that can be null").isIn(String.class, Float.class);
      assertSameType(type, schema.getTypes().get(1));
    } else if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      boolean list = generic.getRawType() == List.class;
      assertThat(schema.getType()).isEqualTo(list ? Schema.Type.ARRAY : Schema.Type.MAP);
      assertSameType(
          arguments[arguments.length - 1], list ? schema.getElementType() : schema.getValueType());
    } else if (type instanceof Class<?> record && record.isRecord()) {
      assertSame(record, schema);
    } else {
      assertThat(schema.getType()).isEqualTo(PRIMITIVES.get(type));
      assertThat(schema.getLogicalType())
          .isEqualTo(type == Instant.class ? LogicalTypes.timestampMillis() : null);
    }
  }

  private static final Map<Type, Schema.Type> PRIMITIVES =
      Map.of(
          String.class, Schema.Type.STRING,
          Instant.class, Schema.Type.LONG,
          Double.class, Schema.Type.DOUBLE,
          Float.class, Schema.Type.FLOAT,
          float.class, Schema.Type.FLOAT,
          long.class, Schema.Type.LONG,
          int.class, Schema.Type.INT,
          boolean.class, Schema.Type.BOOLEAN);

  @ParameterizedTest
  @MethodSource("records")
  <T> void fieldMayBeMissingFromTheJsonWhereTheSchemaHasADefault(Topic<T> topic, T full)
      throws Exception {
    ObjectNode json = (ObjectNode) JSON.readTree(topic.codec().encode(full));

    assertOptionalAlike(topic, json, json, schema(topic.type()));
  }

  /** Leaves each field of {@code part}, and of the records in it, out of {@code json} once. */
  private static void assertOptionalAlike(
      Topic<?> topic, ObjectNode json, ObjectNode part, Schema schema) throws Exception {
    for (Schema.Field field : schema.getFields()) {
      JsonNode value = part.remove(field.name());
      assertThat(value).as("%s of a full %s", field.name(), schema.getName()).isNotNull();
      if (field.hasDefaultValue()) {
        topic.codec().decode(JSON.writeValueAsBytes(json));
      } else {
        assertThatThrownBy(() -> topic.codec().decode(JSON.writeValueAsBytes(json)))
            .isInstanceOf(MalformedRecordException.class)
            .hasMessageEndingWith(field.name() + " must be given, was missing");
      }
      part.set(field.name(), value);
      JsonNode inner = value.isArray() ? value.get(0) : value;
      Schema innerSchema = value.isArray() ? field.schema().getElementType() : field.schema();
      if (innerSchema.getType() == Schema.Type.RECORD) {
        assertOptionalAlike(topic, json, (ObjectNode) inner, innerSchema);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("records")
  <T> void missingFieldHasTheDefaultOfTheSchema(Topic<T> topic, T full) throws Exception {
    ObjectNode json = (ObjectNode) JSON.readTree(topic.codec().encode(full));
    List<Schema.Field> optional =
        schema(topic.type()).getFields().stream().filter(Schema.Field::hasDefaultValue).toList();
    optional.forEach(field -> json.remove(field.name()));
    T bare = topic.codec().decode(JSON.writeValueAsBytes(json));

    for (Schema.Field field : optional) {
      if (!DERIVED_WHERE_NULL.contains(field.name()) || bare instanceof Recommendation) {
        Object byDefault =
            field.defaultVal() == JsonProperties.NULL_VALUE ? null : field.defaultVal();
        assertThat(component(bare, field.name())).as(field.name()).isEqualTo(byDefault);
      }
    }
  }

  private static final List<String> DERIVED_WHERE_NULL = List.of("event_id", "request_id");

  @Test
  void everySchemaIsThatOfARecordOnATopic() throws IOException {
    assertThat(schemasIn(AVRO))
        .containsExactlyInAnyOrderElementsOf(
            records().map(r -> fileName(((Topic<?>) r.get()[0]).type())).toList());
  }

  @Test
  void schemasAreThoseOfTheNewestReleasedVersion() throws IOException {
    Path newest = version(versions());

    assertThat(schemasIn(newest)).isEqualTo(schemasIn(AVRO));
    for (String name : schemasIn(AVRO)) {
      assertThat(parse(AVRO.resolve(name)))
          .as("a changed %s is a new version, see avro/README.md", name)
          .isEqualTo(parse(newest.resolve(name)));
    }
  }

  @Test
  void everyVersionReadsWhatOlderOnesWrote() throws IOException {
    for (int reader = 1; reader <= versions(); reader++) {
      for (int writer = 1; writer <= reader; writer++) {
        for (String name : schemasIn(version(writer))) {
          assertThat(read(version(reader).resolve(name), version(writer).resolve(name)))
              .as("v%d of %s reading v%d", reader, name, writer)
              .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
        }
      }
    }
  }

  private static SchemaCompatibilityType read(Path reader, Path writer) throws IOException {
    return SchemaCompatibility.checkReaderWriterCompatibility(parse(reader), parse(writer))
        .getType();
  }

  private static int versions() throws IOException {
    try (Stream<Path> versions = Files.list(RELEASED)) {
      return (int) versions.count();
    }
  }

  private static Path version(int number) {
    return RELEASED.resolve("v" + number);
  }

  private static List<String> schemasIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".avsc"))
          .sorted()
          .toList();
    }
  }

  private static Schema schema(Class<?> type) throws IOException {
    return parse(AVRO.resolve(fileName(type)));
  }

  private static Schema parse(Path file) throws IOException {
    return new SchemaParser().parse(file).mainSchema();
  }

  private static String fileName(Class<?> type) {
    return snake(type.getSimpleName()).replace('_', '-') + ".avsc";
  }

  private static String snake(String camel) {
    return camel.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }

  private static Object component(Object record, String snake) throws Exception {
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      if (snake(component.getName()).equals(snake)) {
        return component.getAccessor().invoke(record);
      }
    }
    throw new AssertionError("No component " + snake);
  }
}
