package io.freshet.local.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.freshet.local.evaluation.Report.Cell;
import io.freshet.local.evaluation.Report.Row;
import io.freshet.local.evaluation.Report.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  @TempDir private Path folder;
  private Path file;
  private Report report;

  @BeforeEach
  void open() throws IOException {
    file = folder.resolve("report.json");
    report = Report.open(file);
  }

  @Test
  void rowIsMeanAndStandardDeviationOverSeeds() throws IOException {
    report.add(cell("bst", 1, .7));
    report.add(cell("bst", 2, .8));
    report.add(cell("bst", 3, .9));

    Row row = report.rows().get(0);
    assertThat(row.seeds()).isEqualTo(3);
    assertThat(row.metrics().get("auc").mean()).isCloseTo(.8, within(1e-12));
    assertThat(row.metrics().get("auc").sd()).isCloseTo(.1, within(1e-12));
    assertThat(report.table()).contains("ctr on set", "bst", "0.8000 ± 0.1000");
  }

  @Test
  void sameModelOnSeveralDataSetsAndInSeveralSettingsCanBeDrawn() throws IOException {
    report.add(
        new Cell("bst", "one set", 1, "q", "s", Map.of("ctr", Map.of("auc", .7)), List.of(.7)));
    report.add(
        new Cell("bst", "another", 1, "q", "s", Map.of("ctr", Map.of("auc", .8)), List.of(.8)));
    report.add(
        new Cell("bst", "another", 1, "q", "t", Map.of("ctr", Map.of("auc", .9)), List.of(.9)));

    Charts.write(report, file);

    assertThat(folder.resolve("report-ctr-auc.svg")).isNotEmptyFile();
    assertThat(folder.resolve("report-learning.svg")).isNotEmptyFile();
  }

  @Test
  void rowWithoutTheMetricOfAChartIsLeftOutOfIt() throws IOException {
    report.add(cell("bst", 1, .7));
    Charts.write(report, file);
    Report more = Report.open(folder.resolve("more.json"));
    Map<String, Double> undefined = Map.of("auc", Double.NaN, "log_loss", .3);
    more.add(new Cell("bst", "one label", 1, "q", "s", Map.of("ctr", undefined), List.of()));
    more.add(cell("bst", 1, .7));
    Charts.write(more, folder.resolve("more.json"));

    assertThat(drawn("more-ctr-auc.svg")).isEqualTo(drawn("report-ctr-auc.svg"));
  }

  /** Returns a chart without the numbers that each drawing is given anew. */
  private String drawn(String chart) throws IOException {
    return Files.readString(folder.resolve(chart)).replaceAll("clip\\d+", "clip");
  }

  @Test
  void protocolWithoutAnyMetricHasNoChart() throws IOException {
    Map<String, Double> undefined = Map.of("auc", Double.NaN);
    report.add(new Cell("bst", "set", 1, "q", "s", Map.of("ctr", undefined), List.of()));

    Charts.write(report, file);

    assertThat(folder).isDirectoryNotContaining("glob:**.svg");
  }

  @Test
  void oneSeedHasNoSpread() throws IOException {
    report.add(cell("bst", 1, .7));
    assertThat(report.rows().get(0).metrics().get("auc").sd()).isNull();
    assertThat(report.table()).contains("0.7000").doesNotContain("±");
  }

  @Test
  void metricThatIsNotDefinedIsLeftOutOfTheRows() throws IOException {
    Map<String, Double> metrics = Map.of("auc", .7, "grouped_auc", Double.NaN);
    report.add(
        new Cell("bst", "set", 1, "question", "settings", Map.of("ctr", metrics), List.of()));
    report.add(cell("din", 1, .8));
    report.add(
        new Cell(
            "sasrec", "set", 1, "question", "s", Map.of("ctr", Map.of("log_loss", .3)), List.of()));
    assertThat(report.rows().get(0).metrics()).containsOnlyKeys("auc");
    assertThat(report.table()).containsPattern("auc +log_loss +seeds\nbst +0.7000 +undefined +1");
    assertThat(report.table()).containsPattern("sasrec +undefined +0.3000 +1");
    assertThat(Report.open(file).cells().get(0).metrics().get("ctr")).isEqualTo(metrics);
  }

  @Test
  void everyCellIsOnDiskAtOnceAndKnownToTheNextRun() throws IOException {
    report.add(cell("bst", 1, .7));
    report.add(new Trial("bst", "set", "question", "rate .1", .6));
    Report again = Report.open(file);
    assertThat(again.cell("bst", "set", 1, "question", "settings")).contains(cell("bst", 1, .7));
    assertThat(again.cell("bst", "set", 2, "question", "settings")).isEmpty();
    assertThat(again.cell("bst", "set", 1, "question", "others")).isEmpty();
    assertThat(again.cell("bst", "set", 1, "another", "settings")).isEmpty();
    assertThat(again.cell("bst", "another set", 1, "question", "settings")).isEmpty();
    assertThat(again.trial("bst", "set", "question", "rate .1")).isPresent();
    assertThat(again.trial("bst", "set", "another", "rate .1")).isEmpty();
    assertThat(again.rows()).isEqualTo(report.rows());
  }

  @Test
  void cellsOfOtherSettingsGiveWay() throws IOException {
    report.add(cell("bst", 1, .7));
    Cell other = withOtherSettings("ctr", 2);
    report.add(other);
    assertThat(report.cells()).containsExactly(other);
  }

  @Test
  void cellsOfAnotherProtocolStandBesideEachOther() throws IOException {
    Cell other = withOtherSettings("ranking", 1);
    report.add(cell("bst", 1, .7));
    report.add(other);
    assertThat(report.cells()).containsExactly(cell("bst", 1, .7), other);
  }

  @Test
  void jsonHasTheRowsFirstAndInSnakeCase() throws IOException {
    report.add(cell("bst", 1, .7));
    JsonNode row = new JsonMapper().readTree(file.toFile()).path("rows").get(0);
    assertThat(row.path("model").asText()).isEqualTo("bst");
    assertThat(row.path("protocol").asText()).isEqualTo("ctr");
    assertThat(row.path("dataset").asText()).isEqualTo("set");
    assertThat(row.path("metrics").path("auc").path("mean").asDouble()).isEqualTo(.7);
    assertThat(row.path("seeds").asInt()).isEqualTo(1);
  }

  @Test
  void answersToAnotherQuestionDoNotComeIntoTheSameRows() throws IOException {
    report.add(cell("bst", 1, .7));
    assertThatIOException()
        .isThrownBy(() -> report.add(cell(2, "another", "settings", "ctr")))
        .withMessage(
            "Cannot go on with report %s: it asks \"question\" of set, this command \"another\"; give another --report",
            file);
    assertThat(report.cells()).containsExactly(cell("bst", 1, .7));
    report.checkAsks("question", "ctr", "set");
    report.checkAsks("another", "ranking", "set");
    report.checkAsks("another", "ctr", "another set");
  }

  @Test
  void reportThatDoesNotSayWhatWasAskedIsRefused() throws IOException {
    String trial = "{\"model\":\"bst\",\"dataset\":\"set\",\"settings\":\"x\",\"validation\":0.6}";
    Files.writeString(file, "{\"rows\":[],\"cells\":[],\"trials\":[%s]}".formatted(trial));
    assertThatIOException()
        .isThrownBy(() -> Report.open(file))
        .withMessage(
            "Cannot go on with report %s: it does not say what was asked; give another --report",
            file);
  }

  @Test
  void fileThatIsNoReportIsRefused() throws IOException {
    Files.writeString(file, "no report");
    assertThatThrownBy(() -> Report.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
  }

  private static Cell withOtherSettings(String protocol, int seed) {
    return cell(seed, "question", "others", protocol);
  }

  private static Cell cell(int seed, String question, String settings, String protocol) {
    Map<String, Map<String, Double>> metrics = Map.of(protocol, Map.of("auc", .8));
    return new Cell("bst", "set", seed, question, settings, metrics, List.of());
  }

  private static Cell cell(String model, int seed, double auc) {
    return new Cell(
        model,
        "set",
        seed,
        "question",
        "settings",
        Map.of("ctr", Map.of("auc", auc)),
        List.of(.5, .6));
  }
}
