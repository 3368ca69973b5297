package io.freshet.local.data;

import io.freshet.model.ClickLog;
import java.io.IOException;
import java.time.Instant;

/**
 * MovieLens as it is published since 2014: a rating of 4 or more is a click, the genres together
 * are the category.
 */
final class MovieLensCsv implements DataSets.DataSet {
  @Override
  public String description() {
    return "MovieLens small, 10M to 32M: ratings.csv, movies.csv";
  }

  @Override
  public boolean isIn(DataFolder folder) throws IOException {
    return folder.has("ratings.csv") && folder.has("movies.csv");
  }

  @Override
  public ClickLog read(DataFolder folder) throws IOException {
    LogBuilder log = new LogBuilder();
    Table.readWithHeader(
        folder.get("movies.csv"),
        row -> log.item(row.text("movieId"), row.text("genres"), row.text("title")));
    Table.readWithHeader(
        folder.get("ratings.csv"),
        row -> {
          if (row.number("rating") >= MovieLens1m.CLICKED_FROM) {
            Instant time = Instant.ofEpochSecond(row.wholeNumber("timestamp"));
            log.click(row.number(), row.text("userId"), row.text("movieId"), time);
          }
        });
    return log.build();
  }
}
