package io.freshet.model;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows of an embedding table, by id. Row 0 is padding; unknown ids share {@code
 * outOfVocabularyRows} rows by their hash, so that what training never saw still scores; known ids
 * follow in the order given.
 *
 * <p>Immutable and thread-safe.
 */
public final class Vocabulary {
  /** The row of what is not there. */
  public static final int PADDING = 0;

  private static final int FORMAT = 0x46565631; // "FVV1"

  private final int outOfVocabularyRows;
  private final List<String> ids;
  private final Map<String, Integer> rows;

  /**
   * @param ids the known ones; repeats count once
   * @param outOfVocabularyRows at least 1
   */
  public Vocabulary(Collection<String> ids, int outOfVocabularyRows) {
    if (outOfVocabularyRows < 1) {
      throw new IllegalArgumentException(
          "outOfVocabularyRows must be at least 1, was " + outOfVocabularyRows);
    }
    this.outOfVocabularyRows = outOfVocabularyRows;
    this.ids = new ArrayList<>(ids.size());
    this.rows = new HashMap<>(ids.size() * 2);
    for (String id : ids) {
      if (rows.putIfAbsent(id, 1 + outOfVocabularyRows + rows.size()) == null) {
        this.ids.add(id);
      }
    }
  }

  /** Returns the row of the id, in [1, size). */
  public int row(String id) {
    Integer row = rows.get(id);
    return row != null ? row : 1 + Math.floorMod(mixed(id.hashCode()), outOfVocabularyRows);
  }

  /** Returns whether the id has a row of its own. */
  public boolean contains(String id) {
    return rows.containsKey(id);
  }

  /** Returns the id as it stands here, to be held once only; itself where it is not known. */
  public String shared(String id) {
    Integer row = rows.get(id);
    return row == null ? id : ids.get(row - 1 - outOfVocabularyRows);
  }

  /** Returns the known ids, in the order of their rows. */
  public List<String> ids() {
    return Collections.unmodifiableList(ids);
  }

  /** Returns for each row of this the row that {@code other} has for the same. */
  public long[] rowsIn(Vocabulary other) {
    long[] theirs = new long[size()];
    for (int unknown = 1; unknown <= outOfVocabularyRows; unknown++) {
      theirs[unknown] = 1L + (unknown - 1) % other.outOfVocabularyRows;
    }
    for (int i = 0; i < ids.size(); i++) {
      theirs[1 + outOfVocabularyRows + i] = other.row(ids.get(i));
    }
    return theirs;
  }

  /** Returns the number of rows: padding, those of unknown ids, and one for each known id. */
  public int size() {
    return 1 + outOfVocabularyRows + ids.size();
  }

  /** Writes this to a file that {@link #read} understands. */
  public void write(Path file) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      out.writeInt(FORMAT);
      out.writeInt(outOfVocabularyRows);
      out.writeInt(ids.size());
      for (String id : ids) {
        out.writeUTF(id);
      }
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException also when the file is no vocabulary, or is cut
   */
  public static Vocabulary read(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      if (in.readInt() != FORMAT) {
        throw new IOException("Cannot read " + file + ": it is not a vocabulary of this version");
      }
      int outOfVocabularyRows = in.readInt();
      int count = in.readInt();
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        ids.add(in.readUTF());
      }
      return new Vocabulary(ids, outOfVocabularyRows);
    }
  }

  /**
   * Spreads the bits of a hash code: ids that differ in their last digit differ in its low bits
   * only.
   */
  private static int mixed(int hash) {
    int h = hash * 0x9E3779B9;
    return h ^ (h >>> 16);
  }
}
