package io.freshet.local.data;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/** RecBole's atomic files: who did something to what, and when, in seconds or as a date. */
final class RecBole implements DataSets.DataSet {
  private static final String FILE = "*.inter";
  private static final List<String> TIMES = List.of("timestamp", "date");

  @Override
  public String description() {
    return "RecBole: *.inter (user_id, item_id, timestamp)";
  }

  @Override
  public boolean isIn(DataFolder folder) throws IOException {
    return folder.has(FILE);
  }

  @Override
  public void read(DataFolder folder, LogBuilder log) throws IOException {
    Table.readWithHeader(
        folder.get(FILE), row -> log.click(row.text("user_id"), row.text("item_id"), time(row)));
  }

  private static Instant time(Table.Row row) throws IOException {
    String column = TIMES.stream().filter(row::has).findFirst().orElse(TIMES.get(0));
    String text = row.text(column);
    return row.time(
        column, "seconds since 1970 or a date like 2015-06-23", text, RecBole::epochMillis);
  }

  private static double epochMillis(String text) {
    return text.indexOf('-') > 0
        ? (double) Duration.ofDays(1).toMillis() * LocalDate.parse(text).toEpochDay()
        : Double.parseDouble(text) * 1_000;
  }
}
