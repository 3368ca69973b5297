package io.freshet.local.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
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
    report.add(new Cell("bst", "one set", 1, "s", Map.of("ctr", Map.of("auc", .7)), List.of(.7)));
    report.add(new Cell("bst", "another", 1, "s", Map.of("ctr", Map.of("auc", .8)), List.of(.8)));
    report.add(new Cell("bst", "another", 1, "t", Map.of("ctr", Map.of("auc", .9)), List.of(.9)));

    Charts.write(report, file);

    assertThat(folder.resolve("report-ctr-auc.svg")).isNotEmptyFile();
    assertThat(folder.resolve("report-learning.svg")).isNotEmptyFile();
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
    report.add(new Cell("bst", "set", 1, "settings", Map.of("ctr", metrics), List.of()));
    assertThat(report.rows().get(0).metrics()).containsOnlyKeys("auc");
    assertThat(Report.open(file).cells().get(0).metrics().get("ctr")).isEqualTo(metrics);
  }

  @Test
  void everyCellIsOnDiskAtOnceAndKnownToTheNextRun() throws IOException {
    report.add(cell("bst", 1, .7));
    report.add(new Trial("bst", "set", "rate .1", .6));
    Report again = Report.open(file);
    assertThat(again.cell("bst", "set", 1, "settings")).contains(cell("bst", 1, .7));
    assertThat(again.cell("bst", "set", 2, "settings")).isEmpty();
    assertThat(again.cell("bst", "set", 1, "others")).isEmpty();
    assertThat(again.cell("bst", "another set", 1, "settings")).isEmpty();
    assertThat(again.trial("bst", "set", "rate .1")).isPresent();
    assertThat(again.rows()).isEqualTo(report.rows());
  }

  @Test
  void cellsOfOtherSettingsGiveWay() throws IOException {
    report.add(cell("bst", 1, .7));
    Cell other = askedOtherwise("ctr", 2);
    report.add(other);
    assertThat(report.cells()).containsExactly(other);
  }

  @Test
  void cellsOfAnotherProtocolStandBesideEachOther() throws IOException {
    Cell other = askedOtherwise("ranking", 1);
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
  void trialOfAnOlderReportIsUnderstood() throws IOException {
    String trial =
        "{\"model\":\"bst\",\"dataset\":\"set\",\"settings\":\"x\",\"validation_auc\":0.6}";
    Files.writeString(file, "{\"rows\":[],\"cells\":[],\"trials\":[%s]}".formatted(trial));
    assertThat(Report.open(file).trial("bst", "set", "x"))
        .contains(new Trial("bst", "set", "x", .6));
  }

  @Test
  void fileThatIsNoReportIsRefused() throws IOException {
    Files.writeString(file, "no report");
    assertThatThrownBy(() -> Report.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
  }

  private static Cell askedOtherwise(String protocol, int seed) {
    return new Cell("bst", "set", seed, "others", Map.of(protocol, Map.of("auc", .8)), List.of());
  }

  private static Cell cell(String model, int seed, double auc) {
    return new Cell(
        model, "set", seed, "settings", Map.of("ctr", Map.of("auc", auc)), List.of(.5, .6));
  }
}
