package io.freshet.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Numbers and texts as few bytes, for what is kept of every user: a number takes a byte for each 7
 * bits, a text is UTF-8 behind its length, and a word that comes again is a number.
 */
final class PackedBytes {
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
      number(utf8.length);
      grow(utf8.length);
      System.arraycopy(utf8, 0, bytes, size, utf8.length);
      size += utf8.length;
      return this;
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
      int length = count();
      String text = new String(bytes, checked(length), length, UTF_8);
      at += length;
      return text;
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

  /**
   * Returns a reader behind the number that stands first.
   *
   * @param what is read, for the message
   * @throws IllegalArgumentException also when that number is not {@code format}
   */
  static Reader read(String what, int format, byte[] bytes) {
    Reader in = new Reader(bytes);
    long was = in.number();
    if (was != format) {
      throw new IllegalArgumentException(
          "format of packed %s must be %d, was %d".formatted(what, format, was));
    }
    return in;
  }
}
