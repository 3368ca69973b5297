package io.freshet.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** The rules of text on the wire, and how a refused one is quoted. */
final class Text {
  static final int MAX_ID_CHARACTERS = 256;

  private static final int MAX_QUOTED_CHARACTERS = 80;
  private static final int MAX_REASON_CHARACTERS = 500;
  private static final char REPLACEMENT = '\uFFFD';

  private Text() {}

  /** Returns {@code bytes} as text; what is not UTF-8 is refused, never replaced. */
  static String decode(String what, byte[] bytes) throws MalformedRecordException {
    String text = new String(bytes, UTF_8); // quickly, and with this for what is no UTF-8
    if (text.indexOf(REPLACEMENT) < 0) {
      return text;
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedRecordException(
          "%s must be UTF-8, was %d bytes that are not".formatted(what, bytes.length));
    }
  }

  /**
   * Returns {@code id} if it may name something: 1 to 256 characters, none of them a control
   * character, so that ids can be joined by tabs and line feeds without doubt.
   */
  static String checkId(String what, String id) throws MalformedRecordException {
    check(what, id, 1, MAX_ID_CHARACTERS);
    for (int i = 0; i < id.length(); i++) {
      if (Character.isISOControl(id.charAt(i))) {
        throw new MalformedRecordException(
            "%s must be free of control characters, was %s".formatted(what, quoted(id)));
      }
    }
    return id;
  }

  /** Returns {@code text} if it has at least {@code min} and at most {@code max} characters. */
  static String check(String what, String text, int min, int max) throws MalformedRecordException {
    int characters = text.codePointCount(0, text.length());
    if (characters < min || characters > max) {
      throw new MalformedRecordException(
          "%s must be %d to %d characters long, was %s of %d"
              .formatted(what, min, max, quoted(text), characters));
    }
    if (hasHalfOfPair(text)) {
      throw new MalformedRecordException(
          "%s must be whole characters, was %s with half of a surrogate pair"
              .formatted(what, quoted(text)));
    }
    return text;
  }

  /** Returns {@code text} in quotes, as {@link #shown}. */
  static String quoted(String text) {
    return '"' + oneLine(text, MAX_QUOTED_CHARACTERS) + '"' + ellipsis(text);
  }

  /** Returns the beginning of {@code text}, readable on one line. */
  static String shown(String text) {
    return oneLine(text, MAX_QUOTED_CHARACTERS) + ellipsis(text);
  }

  /** Returns {@code reason} in bounded length, on one line. */
  static String reason(String reason) {
    return oneLine(reason, MAX_REASON_CHARACTERS);
  }

  private static String ellipsis(String text) {
    return text.codePointCount(0, text.length()) > MAX_QUOTED_CHARACTERS ? "..." : "";
  }

  private static String oneLine(String text, int maxCharacters) {
    StringBuilder line = new StringBuilder();
    text.codePoints()
        .limit(maxCharacters)
        .map(c -> Character.isISOControl(c) || isHalfOfPair(c) ? REPLACEMENT : c)
        .forEach(line::appendCodePoint);
    return line.toString();
  }

  private static boolean hasHalfOfPair(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i)) && isHalfOfPair(text.codePointAt(i++))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isHalfOfPair(int codePoint) {
    return Character.getType(codePoint) == Character.SURROGATE;
  }
}
