package io.freshet.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/** Ids of 32 hex digits that are made from what a record says: the same always gets the same. */
public final class DerivedId {
  private static final int DIGITS = 32;

  private DerivedId() {}

  /**
   * Returns the first hex digits of the SHA-256 of {@code parts} joined by tabs. Ids hold no tab,
   * so different parts never read the same.
   */
  public static String of(List<String> parts) {
    return Sha256.of(String.join("\t", parts).getBytes(UTF_8)).substring(0, DIGITS);
  }
}
