package io.freshet.local.data;

import io.freshet.model.ClickLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** A data set as ReChorus splits it; what is held out for tuning is the newest part of the log. */
final class ReChorus implements DataSets.DataSet {
  @Override
  public String description() {
    return "ReChorus: train.csv (user_id, item_id, time), dev.csv and item_meta.csv (item_id, i_category) if there";
  }

  @Override
  public boolean isIn(DataFolder folder) throws IOException {
    return folder.has("train.csv");
  }

  @Override
  public ClickLog read(DataFolder folder) throws IOException {
    LogBuilder log = new LogBuilder();
    for (Path file : folder.all("item_meta.csv")) {
      Table.readWithHeader(
          file, row -> log.item(row.text("item_id"), row.text("i_category"), null));
    }
    for (String part : List.of("train", "dev")) {
      for (Path file : folder.all(part + ".csv")) {
        Table.readWithHeader(
            file,
            row ->
                log.click(
                    part + ":" + row.number(),
                    row.text("user_id"),
                    row.text("item_id"),
                    Instant.ofEpochSecond(row.wholeNumber("time"))));
      }
    }
    return log.build();
  }
}
