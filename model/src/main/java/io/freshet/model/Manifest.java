package io.freshet.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.freshet.schemas.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;

/**
 * What a release's {@code manifest.json} says.
 *
 * @param format of the files
 * @param createdAt ISO-8601
 * @param network the form of the network that the release holds
 * @param files every other file of the release, by name
 */
record Manifest(
    int format,
    String kind,
    String version,
    String createdAt,
    JsonNode network,
    Map<String, Double> metrics,
    SortedMap<String, Content> files) {
  static final String FILE = "manifest.json";
  static final int FORMAT = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /** What a file holds: its size in bytes and their SHA-256 in hex. */
  record Content(long size, String sha256) {
    static Content of(Path file) throws IOException {
      MessageDigest digest = Sha256.digest();
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        long size = in.transferTo(OutputStream.nullOutputStream());
        return new Content(size, HexFormat.of().formatHex(digest.digest()));
      }
    }
  }

  /** Returns how a form is written down. */
  static JsonNode written(Object form) {
    return JSON.valueToTree(form);
  }

  /**
   * Reads the form that {@link #written} made.
   *
   * @param since what forms that were written earlier did not have, by name, and what they were in
   *     that
   * @throws IOException also when it is not one of that type
   */
  <F> F network(Class<F> type, Map<String, ?> since, Path directory) throws IOException {
    try {
      ObjectNode all = JSON.valueToTree(since);
      network.properties().forEach(field -> all.set(field.getKey(), field.getValue()));
      return JSON.treeToValue(all, type);
    } catch (JsonProcessingException e) {
      throw damaged(directory, e);
    }
  }

  /** Writes the manifest in one move, so that it is never seen in part. */
  void write(Path directory) throws IOException {
    Path draft = directory.resolve(FILE + ".draft");
    JSON.writerWithDefaultPrettyPrinter().writeValue(draft.toFile(), this);
    Files.move(draft, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Reads the manifest of a release.
   *
   * @throws IOException also when it is missing, or of another format
   */
  static Manifest read(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      throw cannotRead(directory, "it has no " + FILE + ": it is no release, or not written whole");
    }
    try {
      JsonNode json = JSON.readTree(file.toFile());
      check(directory, "format", String.valueOf(FORMAT), json.path("format").asText());
      return JSON.treeToValue(json, Manifest.class);
    } catch (JsonProcessingException e) {
      throw damaged(directory, e);
    }
  }

  /** Returns the kind that a manifest of whatever format names; empty where it names none. */
  static String kindOf(InputStream manifest) throws IOException {
    return JSON.readTree(manifest).path("kind").asText();
  }

  /** Refuses a release of another kind. */
  void checkKind(Path directory, String must) throws IOException {
    check(directory, "kind", must, kind);
  }

  /** Holds every file against its sum. */
  void verify(Path directory) throws IOException {
    for (Map.Entry<String, Content> entry : files.entrySet()) {
      Path file = directory.resolve(entry.getKey());
      if (!Files.exists(file)) {
        throw cannotRead(directory, entry.getKey() + " is missing");
      }
      Content content = Content.of(file);
      if (!content.equals(entry.getValue())) {
        throw cannotRead(
            directory,
            "%s must be %s, was %s".formatted(entry.getKey(), entry.getValue(), content));
      }
    }
  }

  private static void check(Path directory, String what, String must, String was)
      throws IOException {
    if (!must.equals(was)) {
      throw cannotRead(directory, "%s must be %s, was %s".formatted(what, must, was));
    }
  }

  private static IOException damaged(Path directory, JsonProcessingException reason) {
    return cannotRead(directory, FILE + " is damaged: " + reason.getOriginalMessage());
  }

  private static IOException cannotRead(Path directory, String reason) {
    return new IOException("Cannot read release " + directory + ": " + reason);
  }
}
