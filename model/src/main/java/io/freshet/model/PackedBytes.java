package io.freshet.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Numbers and texts as few bytes, for what is kept of every user: a number takes a byte for each 7
 * bits, a text is UTF-8 behind its length, two hex digits of an id are a byte, and a word that
 * comes again is a number.
 */
final class PackedBytes {
  private static final HexFormat HEX = HexFormat.of();
  private static final int BITS = 7;
  private static final int MORE = 1 << BITS;
  private static final int LONGEST_SHIFT = 63;

  private PackedBytes() {}

  /** Writes. */
  static final class Writer {
    private final List<String> words = new ArrayList<>();
    private byte[] bytes;
    private int size;

    Writer(int expectedSize) {
      bytes = new byte[expectedSize];
    }

    Writer number(long value) {
      long left = (value << 1) ^ (value >> 63); // small ones of either sign are short
      while ((left & -MORE) != 0) {
        octet((int) ((left & (MORE - 1)) | MORE));
        left >>>= BITS;
      }
      return octet((int) left);
    }

    Writer text(String text) {
      byte[] utf8 = text.getBytes(UTF_8);
      return number(utf8.length).octets(utf8);
    }

    /** Writes a text that may well be hex digits, in lower case; no length is negative but then. */
    Writer id(String id) {
      if (!isHex(id)) {
        return text(id);
      }
      byte[] digits = HEX.parseHex(id);
      return number(-digits.length).octets(digits);
    }

    private static boolean isHex(String id) {
      for (int i = 0; i < id.length(); i++) {
        char c = id.charAt(i);
        if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
          return false;
        }
      }
      return !id.isEmpty() && id.length() % 2 == 0;
    }

    Writer word(String word) {
      int known = words.indexOf(word);
      if (known >= 0) {
        return number(known);
      }
      number(words.size());
      words.add(word);
      return text(word);
    }

    byte[] toBytes() {
      return Arrays.copyOf(bytes, size);
    }

    private Writer octets(byte[] values) {
      grow(values.length);
      System.arraycopy(values, 0, bytes, size, values.length);
      size += values.length;
      return this;
    }

    private Writer octet(int value) {
      grow(1);
      bytes[size++] = (byte) value;
      return this;
    }

    private void grow(int by) {
      if (size + by > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(size + by, 2 * bytes.length));
      }
    }
  }

  /** Reads what a {@link Writer} wrote. */
  static final class Reader {
    private final List<String> words = new ArrayList<>();
    private final byte[] bytes;
    private int at;

    Reader(byte[] bytes) {
      this.bytes = bytes;
    }

    long number() {
      long value = 0;
      for (int shift = 0; shift <= LONGEST_SHIFT; shift += BITS) {
        byte next = bytes[checked(1)];
        at++;
        value |= (long) (next & (MORE - 1)) << shift;
        if (next >= 0) {
          return (value >>> 1) ^ -(value & 1);
        }
      }
      throw damaged();
    }

    /** Returns a number that counts what follows, each at least a byte. */
    int count() {
      long count = number();
      if (count < 0 || count > bytes.length - at) {
        throw damaged();
      }
      return (int) count;
    }

    String text() {
      return text(count());
    }

    private String text(int length) {
      String text = new String(bytes, checked(length), length, UTF_8);
      at += length;
      return text;
    }

    String id() {
      long length = number();
      int left = bytes.length - at;
      if (length > left || length < -left) {
        throw damaged();
      }
      if (length >= 0) {
        return text((int) length);
      }
      int from = at;
      at -= (int) length;
      return HEX.formatHex(bytes, from, at);
    }

    String word() {
      long known = number();
      if (known < 0 || known > words.size()) {
        throw damaged();
      }
      if (known == words.size()) {
        words.add(text());
      }
      return words.get((int) known);
    }

    private int checked(int length) {
      if (length > bytes.length - at) {
        throw damaged();
      }
      return at;
    }

    private IllegalArgumentException damaged() {
      return new IllegalArgumentException(
          "packed bytes must be whole, were damaged at %d of %d".formatted(at, bytes.length));
    }
  }
}
