package io.freshet.local.data;

import io.freshet.model.ClickLog;
import io.freshet.model.LeaveOneOut;
import io.freshet.model.LeaveOneOut.HeldOut;
import io.freshet.schemas.ClickEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A data set as ReChorus splits it. What it holds out, for tuning in {@code dev.csv} and for the
 * test in {@code test.csv}, is the newest part of the log, also where times are equal.
 */
final class ReChorus implements DataSets.SplitDataSet {
  private static final String TRAIN = "train.csv";
  private static final String DEV = "dev.csv";
  private static final String NEGATIVES = "neg_items";

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

  @Override
  public LeaveOneOut readSplit(DataFolder folder, Path testFile) throws IOException {
    LogBuilder log = LogBuilder.ofClicks();
    readItems(folder, log);
    readClicks(folder.all(TRAIN), log);
    ClickLog train = log.clicks();
    Path devFile = folder.get(DEV);
    List<HeldOut> dev = readHeldOut(devFile, log);
    return testFile == null || Files.isSameFile(testFile, devFile)
        ? new LeaveOneOut(train, dev, train, dev)
        : new LeaveOneOut(train, dev, log.clicks(), readHeldOut(testFile, log));
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

  private static List<HeldOut> readHeldOut(Path file, LogBuilder log) throws IOException {
    List<HeldOut> heldOut = new ArrayList<>();
    Table.readWithHeader(
        file, row -> heldOut.add(new HeldOut(click(row, log), negatives(row, log))));
    return heldOut;
  }

  private static ClickEvent click(Table.Row row, LogBuilder log) throws IOException {
    return log.click(row.text("user_id"), row.text("item_id"), row.seconds("time"));
  }

  private static List<String> negatives(Table.Row row, LogBuilder log) throws IOException {
    if (!row.has(NEGATIVES)) {
      return List.of();
    }
    List<String> negatives = row.list(NEGATIVES);
    if (negatives.contains(row.text("item_id"))) {
      throw row.wrong(NEGATIVES, "other items than item_id", row.text("item_id"));
    }
    return negatives.stream().map(log::once).toList();
  }
}
