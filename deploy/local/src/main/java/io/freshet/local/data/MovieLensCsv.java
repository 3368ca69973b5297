package io.freshet.local.data;

import java.io.IOException;
import java.util.Map;

/**
 * MovieLens as it is published since 2014: what was rated was shown, and clicked where the rating
 * is 4 or more; the genres together are the category. Nothing is known of the users.
 */
final class MovieLensCsv implements DataSets.LabeledDataSet {
  @Override
  public String description() {
    return "MovieLens small, 10M to 32M: ratings.csv, movies.csv";
  }

  @Override
  public boolean isIn(DataFolder folder) throws IOException {
    return folder.has("ratings.csv") && folder.has("movies.csv");
  }

  @Override
  public void readUsers(DataFolder folder, LogBuilder log) {}

  @Override
  public void read(DataFolder folder, LogBuilder log) throws IOException {
    Table.readWithHeader(
        folder.get("movies.csv"),
        row -> log.item(row.text("movieId"), row.text("genres"), row.text("title")));
    Table.readWithHeader(
        folder.get("ratings.csv"),
        row ->
            log.impression(
                row.text("userId"),
                row.text("movieId"),
                row.seconds("timestamp"),
                row.number("rating") >= MovieLens1m.CLICKED_FROM,
                Map.of()));
  }
}
