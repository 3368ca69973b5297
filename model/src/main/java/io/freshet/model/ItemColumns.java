package io.freshet.model;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * An item table column by column, as it stands in a file. Row r of each is one item, most clicked
 * first.
 *
 * @param categoryOf index into {@code categories}, or {@link #NO_CATEGORY}
 * @param neighbors rows of the items most alike, most first
 */
record ItemColumns(
    String[] ids,
    boolean[] available,
    int[] clicks,
    String[] categories,
    int[] categoryOf,
    int[][] neighbors) {
  static final int NO_CATEGORY = -1;
  private static final int FORMAT = 0x46495431; // "FIT1"

  int size() {
    return ids.length;
  }

  void write(Path file) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      out.writeInt(FORMAT);
      out.writeInt(categories.length);
      for (String category : categories) {
        out.writeUTF(category);
      }
      out.writeInt(size());
      for (int row = 0; row < size(); row++) {
        writeRow(row, out);
      }
    }
  }

  private void writeRow(int row, DataOutputStream out) throws IOException {
    out.writeUTF(ids[row]);
    out.writeBoolean(available[row]);
    out.writeInt(clicks[row]);
    out.writeInt(categoryOf[row]);
    out.writeByte(neighbors[row].length);
    for (int neighbor : neighbors[row]) {
      out.writeInt(neighbor);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param itemIds from an item's id as it was read to what is to be held of it: its equal
   * @param categoryIds likewise
   */
  static ItemColumns read(
      Path file, UnaryOperator<String> itemIds, UnaryOperator<String> categoryIds)
      throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      if (in.readInt() != FORMAT) {
        throw new IOException("Cannot read " + file + ": it is not an item table of this version");
      }
      long mostRows = Files.size(file); // no entry takes less than a byte
      String[] categories = new String[index(in.readInt(), 0, mostRows)];
      for (int category = 0; category < categories.length; category++) {
        categories[category] = categoryIds.apply(in.readUTF());
      }
      ItemColumns columns = unfilled(index(in.readInt(), 0, mostRows), categories);
      for (int row = 0; row < columns.size(); row++) {
        columns.readRow(row, in, itemIds);
      }
      return columns;
    }
  }

  private static ItemColumns unfilled(int size, String[] categories) {
    return new ItemColumns(
        new String[size],
        new boolean[size],
        new int[size],
        categories,
        new int[size],
        new int[size][]);
  }

  private void readRow(int row, DataInputStream in, UnaryOperator<String> itemIds)
      throws IOException {
    ids[row] = itemIds.apply(in.readUTF());
    available[row] = in.readBoolean();
    clicks[row] = in.readInt();
    categoryOf[row] = index(in.readInt(), NO_CATEGORY, categories.length);
    neighbors[row] = new int[in.readUnsignedByte()];
    for (int i = 0; i < neighbors[row].length; i++) {
      neighbors[row][i] = index(in.readInt(), 0, size());
    }
  }

  private static int index(int value, int min, long end) throws IOException {
    if (value < min || value >= end) {
      throw new IOException(
          "item table is damaged: a count or index must be in [%d, %d), was %d"
              .formatted(min, end, value));
    }
    return value;
  }
}
