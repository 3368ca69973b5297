package io.freshet.local.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.freshet.model.ClickLog;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** MovieLens 1M: a rating of 4 or 5 is a click, a movie's genres together are its category. */
final class MovieLens1m implements DataSets.DataSet {
  static final double CLICKED_FROM = 4;
  private static final String SEPARATOR = "::";

  @Override
  public String description() {
    return "MovieLens 1M: ratings.dat, movies.dat";
  }

  @Override
  public boolean isIn(DataFolder folder) throws IOException {
    return folder.has("ratings.dat") && folder.has("movies.dat");
  }

  @Override
  public ClickLog read(DataFolder folder) throws IOException {
    LogBuilder log = new LogBuilder();
    Table.readLines(
        folder.get("movies.dat"),
        ISO_8859_1,
        SEPARATOR,
        List.of("movie", "title", "genres"),
        row -> log.item(row.text("movie"), row.text("genres"), row.text("title")));
    Table.readLines(
        folder.get("ratings.dat"),
        ISO_8859_1,
        SEPARATOR,
        List.of("user", "movie", "rating", "seconds"),
        row -> {
          if (row.number("rating") >= CLICKED_FROM) {
            Instant time = Instant.ofEpochSecond(row.wholeNumber("seconds"));
            log.click(row.number(), row.text("user"), row.text("movie"), time);
          }
        });
    return log.build();
  }
}
