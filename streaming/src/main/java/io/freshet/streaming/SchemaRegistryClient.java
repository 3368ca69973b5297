package io.freshet.streaming;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.freshet.schemas.MalformedRecordException;
import io.freshet.schemas.SchemaRegistry;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Asks a schema registry with Confluent's interface, which those of other makers have too. Of
 * several addresses the first that answers counts. What was answered about a number holds for ten
 * seconds: a flood of records of schemas that nobody can read is no flood of questions.
 */
final class SchemaRegistryClient implements SchemaRegistry {
  private static final long serialVersionUID = 1;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final JsonMapper JSON = new JsonMapper();
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int SERVERS_FAULT = 500;
  private static final Duration RECENT = Duration.ofSeconds(10);
  private static final int RECENT_MAX = 100;

  /** No such subject, version, schema: of other things not found a wrong address is the reason. */
  private static final Set<Integer> NO_SUCH_SCHEMA = Set.of(40401, 40402, 40403);

  private final List<URI> urls;
  private final String userInfo;
  private final Clock clock;
  private transient volatile HttpClient client;
  private transient Map<Integer, Recent> recent;

  /** What the registry said. */
  private record Answer(URI from, int status, JsonNode body) {
    boolean isNoSuchSchema() {
      return status == NOT_FOUND && NO_SUCH_SCHEMA.contains(body.path("error_code").asInt());
    }
  }

  /** What was answered, and when. */
  private record Recent(Answer answer, long millis) {
    boolean holdsAt(long now) {
      return Math.abs(now - millis) < RECENT.toMillis(); // a clock may be set back
    }
  }

  /**
   * @param userInfo user and password with a colon between; null where nobody asks
   */
  SchemaRegistryClient(List<URI> urls, String userInfo) {
    this(urls, userInfo, Clock.systemUTC());
  }

  /**
   * @param clock serializable, where this is to be
   */
  SchemaRegistryClient(List<URI> urls, String userInfo, Clock clock) {
    this.clock = clock;
    this.urls = List.copyOf(urls);
    this.userInfo = userInfo;
  }

  @Override
  public Optional<String> schema(int id) throws MalformedRecordException {
    Answer answer = answered(id);
    int references = answer.body().path("references").size();
    if (references > 0) {
      throw new MalformedRecordException(
          "schema %d of the record must have no references to others, which are not read, was with %d"
              .formatted(id, references));
    }
    return answer.isNoSuchSchema()
        ? Optional.empty()
        : Optional.of(answer.body().path("schema").textValue());
  }

  /** Asks about a number, unless that was answered a moment ago. */
  private synchronized Answer answered(int id) {
    Recent known = recent == null ? null : recent.get(id);
    if (known == null || !known.holdsAt(clock.millis())) {
      Answer answer = ask("schemas/ids/" + id, null);
      if (!answer.isNoSuchSchema()) {
        checked(answer, "schema", JsonNode::isTextual);
      }
      known = new Recent(answer, clock.millis());
      if (recent == null || recent.size() >= RECENT_MAX) {
        recent = new HashMap<>();
      }
      recent.put(id, known);
    }
    return known.answer();
  }

  @Override
  public int id(String subject, String schema) {
    String path = "subjects/" + URLEncoder.encode(subject, UTF_8);
    String body = JSON.valueToTree(Map.of("schema", schema)).toString();
    Answer known = ask(path, body);
    return checked(
            known.isNoSuchSchema() ? ask(path + "/versions", body) : known, "id", JsonNode::isInt)
        .intValue();
  }

  private static JsonNode checked(Answer answer, String field, Predicate<JsonNode> isUsable) {
    JsonNode value = answer.body().path(field);
    if (answer.status() != OK || !isUsable.test(value)) {
      throw failure(
          new IOException(
              "%s answered %d: %s".formatted(answer.from(), answer.status(), answer.body())));
    }
    return value;
  }

  private Answer ask(String path, String body) {
    IOException last = null;
    for (URI url : urls) {
      try {
        Answer answer = ask(URI.create(url.toString().replaceFirst("/*$", "/") + path), body);
        if (answer.status() < SERVERS_FAULT) {
          return answer;
        }
        last = new IOException("%s answered %d".formatted(answer.from(), answer.status()));
      } catch (IOException e) {
        last = new IOException("%s: %s".formatted(url, e), e);
      }
    }
    throw failure(last);
  }

  private Answer ask(URI uri, String body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).timeout(TIMEOUT).header("Accept", CONTENT_TYPE);
    if (userInfo != null) {
      String credentials = Base64.getEncoder().encodeToString(userInfo.getBytes(UTF_8));
      request.header("Authorization", "Basic " + credentials);
    }
    if (body != null) {
      request.header("Content-Type", CONTENT_TYPE).POST(BodyPublishers.ofString(body));
    }
    try {
      var response = client().send(request.build(), BodyHandlers.ofString());
      return new Answer(uri, response.statusCode(), parsed(response.body()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  /** Whatever stands before a registry may answer in another language. */
  private static JsonNode parsed(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return JSON.getNodeFactory().textNode(body);
    }
  }

  private HttpClient client() {
    if (client == null) {
      client =
          HttpClient.newBuilder()
              .connectTimeout(TIMEOUT)
              .followRedirects(HttpClient.Redirect.NORMAL)
              .build();
    }
    return client;
  }

  private static UncheckedIOException failure(IOException cause) {
    return new UncheckedIOException("Cannot ask the schema registry: " + cause.getMessage(), cause);
  }

  /** Shows no password. */
  @Override
  public String toString() {
    return "SchemaRegistryClient" + urls;
  }
}
