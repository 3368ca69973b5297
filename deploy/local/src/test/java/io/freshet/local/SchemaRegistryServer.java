package io.freshet.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** As much of a schema registry as reading and writing takes, in memory. */
final class SchemaRegistryServer implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int UNAVAILABLE = 503;

  private final List<String> schemas = new ArrayList<>();
  private final Set<String> subjects = new TreeSet<>();
  private final HttpServer server;
  private int failures;

  SchemaRegistryServer() throws IOException {
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/schemas/ids/", this::find);
    server.createContext("/subjects/", this::register);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Fails to answer the next questions. */
  synchronized void fail(int questions) {
    failures = questions;
  }

  /** Returns how many questions it has still to fail to answer. */
  synchronized int failures() {
    return failures;
  }

  synchronized Set<String> subjects() {
    return Set.copyOf(subjects);
  }

  private synchronized void find(HttpExchange exchange) throws IOException {
    int place = Integer.parseInt(lastOf(exchange)) - 1;
    if (place < schemas.size()) {
      answer(exchange, 200, JSON.createObjectNode().put("schema", schemas.get(place)));
    } else {
      answer(exchange, 404, JSON.createObjectNode().put("error_code", 40403));
    }
  }

  private synchronized void register(HttpExchange exchange) throws IOException {
    String schema = JSON.readTree(exchange.getRequestBody()).path("schema").textValue();
    String[] path = exchange.getRequestURI().getPath().split("/", -1);
    if (path.length == 4 && !schemas.contains(schema)) {
      schemas.add(schema);
      subjects.add(path[2]);
    }
    if (schemas.contains(schema)) {
      answer(exchange, 200, JSON.createObjectNode().put("id", schemas.indexOf(schema) + 1));
    } else {
      answer(exchange, 404, JSON.createObjectNode().put("error_code", 40401));
    }
  }

  private static String lastOf(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private void answer(HttpExchange exchange, int status, JsonNode body) throws IOException {
    try (exchange) {
      byte[] bytes = body.toString().getBytes(UTF_8);
      boolean fails = failures > 0;
      failures -= fails ? 1 : 0;
      exchange.sendResponseHeaders(fails ? UNAVAILABLE : status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
