package io.freshet.local.data;

import io.freshet.schemas.ClickEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * A data set as ReChorus splits it. What it holds out, for tuning in {@code dev.csv} and for the
 * test in {@code test.csv}, is the newest part of the log, also where times are equal.
 */
final class ReChorus implements DataSets.DataSet {
  private static final String TRAIN = "train.csv";
  private static final String DEV = "dev.csv";

  @Override
  public String description() {
    return "ReChorus: train.csv (user_id, item_id, time) and, if there, dev.csv and item_meta.csv (item_id, i_category)";
  }

  @Override
  public boolean isIn(DataFolder folder) throws IOException {
    return folder.has(TRAIN);
  }

  @Override
  public void read(DataFolder folder, LogBuilder log) throws IOException {
    readItems(folder, log);
    readClicks(folder.all(TRAIN), log);
    readClicks(folder.all(DEV), log);
  }

  private static void readItems(DataFolder folder, LogBuilder log) throws IOException {
    for (Path file : folder.all("item_meta.csv")) {
      Table.readWithHeader(
          file, row -> log.item(row.text("item_id"), row.text("i_category"), null));
    }
  }

  private static void readClicks(List<Path> files, LogBuilder log) throws IOException {
    for (Path file : files) {
      Table.readWithHeader(file, row -> click(row, log));
    }
  }

  private static ClickEvent click(Table.Row row, LogBuilder log) throws IOException {
    Instant time = Instant.ofEpochSecond(row.wholeNumber("time"));
    return log.click(row.text("user_id"), row.text("item_id"), time);
  }
}
