package io.freshet.streaming;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.MalformedRecordException;
import io.freshet.schemas.Topic;
import io.freshet.schemas.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked, and what is made of each answer; answers as Confluent documents them. */
class SchemaRegistryClientTest {
  private static final String NO_SUBJECT =
      "{\"error_code\":40401,\"message\":\"Subject 'clicks-value' not found.\"}";
  private static final String NO_SCHEMA =
      "{\"error_code\":40403,\"message\":\"Schema 7 not found.\"}";

  private record Answer(int status, String body) {}

  private final Map<String, Answer> answers = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath();
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      asked.add(
          path
              + (body.isEmpty() ? "" : " " + body)
              + (authorization == null ? "" : " " + authorization));
      Answer answer = answers.getOrDefault(path, new Answer(404, "<html>not found</html>"));
      byte[] bytes = answer.body().getBytes(UTF_8);
      exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private URI url() {
    return URI.create("http://127.0.0.1:%d/registry/".formatted(server.getAddress().getPort()));
  }

  private SchemaRegistryClient client() {
    return new SchemaRegistryClient(List.of(url()), null);
  }

  @Test
  void schemaIsFoundByItsNumber() throws Exception {
    answers.put("GET /registry/schemas/ids/7", new Answer(200, "{\"schema\":\"\\\"string\\\"\"}"));

    assertThat(client().schema(7)).contains("\"string\"");
  }

  @Test
  void numberThatTheRegistryDoesNotHaveIsNoSchema() throws Exception {
    answers.put("GET /registry/schemas/ids/7", new Answer(404, NO_SCHEMA));

    assertThat(client().schema(7)).isEmpty();
  }

  @Test
  void numberThatIsNotThereIsAskedForAgainAfterTenSeconds() throws Exception {
    answers.put("GET /registry/schemas/ids/7", new Answer(404, NO_SCHEMA));
    SetClock clock = new SetClock();
    SchemaRegistryClient client = new SchemaRegistryClient(List.of(url()), null, clock);

    for (long millis : new long[] {0, 1, 9_999}) {
      clock.millis = millis;
      assertThat(client.schema(7)).isEmpty();
    }
    assertThat(asked).hasSize(1);

    answers.put("GET /registry/schemas/ids/7", new Answer(200, "{\"schema\":\"\\\"string\\\"\"}"));
    clock.millis = 10_000;
    assertThat(client.schema(7)).contains("\"string\"");
    assertThat(asked).hasSize(2);
  }

  @Test
  void failureIsNotRemembered() throws Exception {
    SchemaRegistryClient client = client();
    assertThatThrownBy(() -> client.schema(7)).isInstanceOf(UncheckedIOException.class);

    answers.put("GET /registry/schemas/ids/7", new Answer(200, "{\"schema\":\"\\\"string\\\"\"}"));

    assertThat(client.schema(7)).isPresent();
  }

  @Test
  void numbersThatAreRememberedAreBounded() throws Exception {
    SchemaRegistryClient client = new SchemaRegistryClient(List.of(url()), null, new SetClock());
    for (int id = 1; id <= 101; id++) {
      answers.put("GET /registry/schemas/ids/" + id, new Answer(404, NO_SCHEMA));
    }
    for (int id = 1; id <= 100; id++) {
      client.schema(id);
    }

    client.schema(1);
    assertThat(asked).hasSize(100);
    client.schema(101);
    client.schema(1);
    assertThat(asked).hasSize(102).last().isEqualTo("GET /registry/schemas/ids/1");
  }

  @Test
  void schemaThatRefersToOthersIsTheRecordsFaultAndSaysSo() {
    answers.put(
        "GET /registry/schemas/ids/7",
        new Answer(
            200,
            "{\"schema\":\"{\\\"type\\\":\\\"array\\\",\\\"items\\\":\\\"com.shop.Id\\\"}\","
                + "\"references\":[{\"name\":\"com.shop.Id\",\"subject\":\"id\",\"version\":1}]}"));
    Topic<ClickEvent> clicks = Topics.CLICK_EVENTS.inAvro(client());

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> clicks.decode(null, new byte[] {0, 0, 0, 0, 7, 0}))
          .isInstanceOf(MalformedRecordException.class)
          .hasMessage(
              "schema 7 of the record must have no references to others, which are not read, was"
                  + " with 1");
    }
    assertThat(asked).hasSize(1);
  }

  /** Stands where a test sets it. */
  private static final class SetClock extends Clock {
    private long millis;

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(millis);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void addressWithoutARegistryIsAFailureAndNoMissingSchema() {
    assertThatThrownBy(() -> client().schema(7))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage(
            "Cannot ask the schema registry: %sschemas/ids/7 answered 404: \"<html>not found</html>\""
                .formatted(url()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"schema\":{}}", "{\"schema\":null}", "{}", "[]", ""})
  void answerThatHoldsNoSchemaIsAFailureOfTheRegistry(String body) {
    answers.put("GET /registry/schemas/ids/7", new Answer(200, body));

    assertThatThrownBy(() -> client().schema(7))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("Cannot ask the schema registry: ")
        .hasMessageContaining("schemas/ids/7 answered 200: " + body);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"id\":{}}", "{\"id\":\"7\"}", "{\"id\":9000000000}"})
  void answerThatHoldsNoNumberIsAFailureOfTheRegistry(String body) {
    answers.put("POST /registry/subjects/clicks-value", new Answer(200, body));

    assertThatThrownBy(() -> client().id("clicks-value", "\"string\""))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("answered 200: " + body);
  }

  @Test
  void schemaThatIsRegisteredIsNotRegisteredAgain() {
    answers.put(
        "POST /registry/subjects/clicks-value", new Answer(200, "{\"id\":7,\"version\":1}"));

    assertThat(client().id("clicks-value", "\"string\"")).isEqualTo(7);
    assertThat(asked)
        .containsExactly("POST /registry/subjects/clicks-value {\"schema\":\"\\\"string\\\"\"}");
  }

  @Test
  void schemaThatIsNotRegisteredIsThen() {
    answers.put("POST /registry/subjects/clicks-value", new Answer(404, NO_SUBJECT));
    answers.put("POST /registry/subjects/clicks-value/versions", new Answer(200, "{\"id\":8}"));

    assertThat(client().id("clicks-value", "\"string\"")).isEqualTo(8);
  }

  @Test
  void refusalOfTheRegistryIsTold() {
    answers.put("POST /registry/subjects/clicks-value", new Answer(404, NO_SCHEMA));
    answers.put(
        "POST /registry/subjects/clicks-value/versions",
        new Answer(409, "{\"error_code\":409,\"message\":\"incompatible\"}"));

    assertThatThrownBy(() -> client().id("clicks-value", "\"string\""))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageEndingWith(
            "subjects/clicks-value/versions answered 409:"
                + " {\"error_code\":409,\"message\":\"incompatible\"}");
  }

  @Test
  void userAndPasswordAreShownToTheRegistryAndToNobodyElse() throws Exception {
    answers.put("GET /registry/schemas/ids/7", new Answer(200, "{\"schema\":\"\\\"string\\\"\"}"));
    SchemaRegistryClient client = new SchemaRegistryClient(List.of(url()), "key:secret");

    client.schema(7);

    String shown = Base64.getEncoder().encodeToString("key:secret".getBytes(UTF_8));
    assertThat(asked).containsExactly("GET /registry/schemas/ids/7 Basic " + shown);
    assertThat(client.toString()).doesNotContain("secret");
  }

  @Test
  void nextAddressIsAskedWhereOneDoesNotAnswer() throws Exception {
    answers.put("GET /registry/schemas/ids/7", new Answer(200, "{\"schema\":\"\\\"string\\\"\"}"));
    answers.put("GET /broken/schemas/ids/7", new Answer(503, ""));
    URI broken = url().resolve("/broken");
    URI nobody = URI.create("http://127.0.0.1:%d".formatted(freePort()));

    assertThat(new SchemaRegistryClient(List.of(nobody, broken, url()), null).schema(7))
        .isPresent();
    assertThatThrownBy(() -> new SchemaRegistryClient(List.of(nobody), null).schema(7))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("Cannot ask the schema registry: " + nobody);
    assertThatThrownBy(() -> new SchemaRegistryClient(List.of(broken), null).schema(7))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageEndingWith("/broken/schemas/ids/7 answered 503");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
