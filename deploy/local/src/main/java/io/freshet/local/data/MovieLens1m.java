package io.freshet.local.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * MovieLens 1M: what was rated was shown, and clicked where the rating is 4 or 5; a movie's genres
 * together are its category.
 */
final class MovieLens1m implements DataSets.LabeledDataSet {
  static final double CLICKED_FROM = 4;
  private static final String SEPARATOR = "::";
  private static final List<String> USER_COLUMNS =
      List.of("user", "gender", "age", "occupation", "zip");
  private static final List<String> USER_FEATURES = List.of("gender", "age", "occupation");

  @Override
  public String description() {
    return "MovieLens 1M: ratings.dat, movies.dat and, if there, users.dat";
  }

  @Override
  public boolean isIn(DataFolder folder) throws IOException {
    return folder.has("ratings.dat") && folder.has("movies.dat");
  }

  @Override
  public void readUsers(DataFolder folder, LogBuilder log) throws IOException {
    for (Path file : folder.all("users.dat")) {
      Table.readLines(
          file,
          ISO_8859_1,
          SEPARATOR,
          USER_COLUMNS,
          row -> log.user(row.text("user"), row.given(USER_FEATURES)));
    }
  }

  @Override
  public void read(DataFolder folder, LogBuilder log) throws IOException {
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
        row ->
            log.impression(
                row.text("user"),
                row.text("movie"),
                row.seconds("seconds"),
                row.number("rating") >= CLICKED_FROM,
                Map.of()));
  }
}
