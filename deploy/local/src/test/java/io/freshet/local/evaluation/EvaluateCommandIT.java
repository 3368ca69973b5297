package io.freshet.local.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class EvaluateCommandIT {
  @TempDir private Path folder;
  private Path report;

  /** Ratings in which users of one half like the movies of one half. */
  @BeforeEach
  void writeRatings() throws IOException {
    Random random = new Random(1);
    List<String> ratings = new ArrayList<>(List.of("userId,movieId,rating,timestamp"));
    List<String> movies = new ArrayList<>(List.of("movieId,title,genres"));
    for (int movie = 0; movie < 40; movie++) {
      movies.add("%d,Movie %d,%s".formatted(movie, movie, movie < 20 ? "Drama" : "Comedy"));
    }
    for (int i = 0; i < 3_000; i++) {
      int user = random.nextInt(60);
      int movie = random.nextInt(40);
      boolean likes = user < 30 == movie < 20;
      ratings.add("%d,%d,%s,%d".formatted(user, movie, likes ? "5.0" : "1.0", 1_400_000_000 + i));
    }
    Files.write(folder.resolve("ratings.csv"), ratings);
    Files.write(folder.resolve("movies.csv"), movies);
    report = folder.resolve("report.json");
  }

  @Test
  void modelsThatReadTheSequenceTellWhatUsersLikeAndARerunTrainsNothingAnew() throws Exception {
    assertThat(evaluate("ctr", "popular,bst,bst:position=none")).isZero();

    JsonNode rows = new JsonMapper().readTree(report.toFile()).path("rows");
    assertThat(rows).hasSize(3);
    assertThat(auc(rows.get(0))).as("popular").isBetween(.3, .7);
    assertThat(auc(rows.get(1))).as("bst").isGreaterThan(.9);
    assertThat(rows.get(1).path("seeds").asInt()).isEqualTo(2);
    assertThat(rows.get(1).path("metrics").path("auc").path("sd").isNumber()).isTrue();
    assertThat(folder.resolve("report-learning.svg")).content().contains("<svg");
    assertThat(folder.resolve("report-ctr-auc.svg")).content().contains("<svg");

    FileTime written = Files.getLastModifiedTime(report);
    assertThat(evaluate("ctr", "popular,bst,bst:position=none")).isZero();
    assertThat(Files.getLastModifiedTime(report)).isEqualTo(written);
  }

  @Test
  void heldOutClicksAreRankedInBothWays() throws Exception {
    assertThat(evaluate("ranking", "popular,co-click,sasrec")).isZero();

    JsonNode rows = new JsonMapper().readTree(report.toFile()).path("rows");
    assertThat(rows).hasSize(6);
    List<String> protocols = rows.findValuesAsText("protocol");
    assertThat(protocols).contains("ranking", "ranking-at-last-click");
    for (JsonNode row : rows) {
      assertThat(row.path("metrics").path("hr_at_5").path("mean").asDouble()).isBetween(0.0, 1.0);
    }
  }

  @Test
  void modelIsGivenVectorsThatAreLearntBeforeIt() throws Exception {
    assertThat(evaluate("ranking", "bst,bst:vectors=pcrec")).isZero();

    JsonNode rows = new JsonMapper().readTree(report.toFile()).path("rows");
    assertThat(rows.findValuesAsText("model"))
        .containsExactly("bst", "bst", "bst:vectors=pcrec", "bst:vectors=pcrec");
  }

  @Test
  void protocolThatIsUnknownIsRefused() {
    assertThat(evaluate("guess", "popular")).isNotZero();
  }

  private static double auc(JsonNode row) {
    return row.path("metrics").path("auc").path("mean").asDouble();
  }

  private int evaluate(String protocol, String models) {
    return new CommandLine(new EvaluateCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(
            "--data=" + folder,
            "--protocol=" + protocol,
            "--models=" + models,
            "--seeds=2",
            "--epochs=4",
            "--learning-rates=0.003,0.01",
            "--batch-size=64",
            "--pre-training-steps=2",
            "--report=" + report);
  }
}
