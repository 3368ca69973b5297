package io.freshet.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Ids for records whose producer gave none: the same record always gets the same one. */
final class DerivedId {
  private static final int BYTES = 16;

  private DerivedId() {}

  /**
   * Returns the first 32 hex digits of the SHA-256 of {@code parts} joined by tabs. Ids hold no
   * tab, so different parts never read the same.
   */
  static String of(List<String> parts) {
    byte[] digest = sha256().digest(String.join("\t", parts).getBytes(UTF_8));
    return HexFormat.of().formatHex(digest, 0, BYTES);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
