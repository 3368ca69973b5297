package io.freshet.local.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What is refused or needs no training; see {@link EvaluateCommandIT}. */
@Timeout(60)
class EvaluateCommandTest {
  private static final String WITH_VECTORS = "bst:vectors=pcrec";

  @TempDir private Path folder;
  private Path data;
  private Path report;

  @BeforeEach
  void write() throws IOException {
    data = Files.createDirectory(folder.resolve("ratings"));
    report = folder.resolve("report.json");
    writeRatings(data, 1_000, 0);
  }

  @Test
  void reportOfTheSameQuestionIsGoneOnWith() throws Exception {
    evaluate("ranking", "popular");
    evaluate("ranking", "popular,co-click");
    evaluate("ctr", "popular");

    assertThat(Report.open(report).cells()).hasSize(3);
  }

  @Test
  void reportOfOtherQuestionsIsRefused() throws Exception {
    evaluate("ranking", "popular", "--users=20");

    assertRefused("users=20", "ranking", "co-click", "--users=19");
    assertRefused("users=20", "ranking", "co-click", "--users=20", "--negatives=3");
  }

  @Test
  void reportOfAnotherDataSetOfTheSameNameIsRefused() throws Exception {
    evaluate("ctr", "popular");
    data = Files.createDirectories(folder.resolve("elsewhere").resolve("ratings"));
    writeRatings(data, 900, 0);

    assertRefused("new items by clicks", "ctr", "popular");
  }

  @Test
  void reportOfOtherQuestionsIsRefusedBeforeVectorsAreLearnt() throws Exception {
    PrintStream errors = System.err;
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    System.setErr(new PrintStream(told, true, UTF_8));
    try {
      evaluate("ctr", "popular");
      assertRefused("new items by clicks", "ctr", WITH_VECTORS, "--pre-training-steps=1");
    } finally {
      System.setErr(errors);
    }
    assertThat(told.toString(UTF_8)).doesNotContain("vectors:");
  }

  @Test
  void modelThatIsGivenNoVectorsNeedsNoClicksToLearnThemFrom() throws Exception {
    writeRatings(data, 1_000, 850);
    evaluate("ctr", "popular");

    assertThat(Report.open(report).cells()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ranking", "ranking-full"})
  void whatIsHeldOutIsNotPreTrainedOn(String protocol) throws IOException {
    Path same = Files.createSymbolicLink(folder.resolve("link"), data);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> evaluate(protocol, WITH_VECTORS, "--source=" + same, "--pre-training-steps=1"))
        .withMessage(
            "--source must be another folder than --data with --protocol %s, or what is held out would be learnt from, was %s",
            protocol, same);
    assertThat(report).doesNotExist();
  }

  private void assertRefused(String known, String protocol, String models, String... more)
      throws IOException {
    byte[] before = Files.readAllBytes(report);
    assertThatIOException()
        .isThrownBy(() -> evaluate(protocol, models, more))
        .withMessageStartingWith("Cannot go on with report %s: it asks \"", report)
        .withMessageContaining(known)
        .withMessageContaining("of ratings, this command \"")
        .withMessageEndingWith("\"; give another --report");
    assertThat(report).hasBinaryContent(before);
  }

  /**
   * @param clickedFrom the first that may be a click
   */
  private static void writeRatings(Path folder, int count, int clickedFrom) throws IOException {
    List<String> ratings = new ArrayList<>(List.of("userId,movieId,rating,timestamp"));
    for (int i = 0; i < count; i++) {
      String rating = i < clickedFrom || i % 3 == 0 ? "1.0" : "5.0";
      ratings.add("%d,%d,%s,%d".formatted(i % 30, i * i % 41, rating, 1_400_000_000 + i));
    }
    Files.write(folder.resolve("ratings.csv"), ratings);
    Files.write(folder.resolve("movies.csv"), List.of("movieId,title,genres"));
  }

  private void evaluate(String protocol, String models, String... more) throws Exception {
    EvaluateCommand command = new EvaluateCommand();
    new CommandLine(command)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .parseArgs(arguments(protocol, models, more));
    command.call();
  }

  private String[] arguments(String protocol, String models, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--data=" + data,
                "--protocol=" + protocol,
                "--models=" + models,
                "--report=" + report));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }
}
