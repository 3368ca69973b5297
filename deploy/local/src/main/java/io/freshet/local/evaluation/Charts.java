package io.freshet.local.evaluation;

import io.freshet.local.evaluation.Report.Cell;
import io.freshet.local.evaluation.Report.Row;
import io.freshet.local.evaluation.Report.Spread;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;

/** Draws a report: how models learnt, and how they compare. */
final class Charts {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 500;

  private Charts() {}

  /**
   * Writes the charts beside the report: {@code NAME-learning.svg}, and {@code
   * NAME-PROTOCOL-METRIC.svg} for the first metric of each way to ask.
   */
  static void write(Report report, Path reportFile) throws IOException {
    String name = reportFile.getFileName().toString().replaceFirst("\\.json$", "");
    Path folder = reportFile.toAbsolutePath().getParent();
    Map<String, List<Row>> byProtocol = new LinkedHashMap<>();
    report
        .rows()
        .forEach(
            row -> byProtocol.computeIfAbsent(row.protocol(), p -> new ArrayList<>()).add(row));
    for (Map.Entry<String, List<Row>> rows : byProtocol.entrySet()) {
      String metric = rows.getValue().get(0).metrics().keySet().iterator().next();
      save(
          comparison(rows.getKey(), metric, rows.getValue()),
          folder.resolve("%s-%s-%s".formatted(name, rows.getKey(), metric)));
    }
    if (report.cells().stream().anyMatch(cell -> !cell.curve().isEmpty())) {
      save(learning(report.cells()), folder.resolve(name + "-learning"));
    }
  }

  private static CategoryChart comparison(String protocol, String metric, List<Row> rows) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(protocol + " on " + rows.get(0).dataset())
            .yAxisTitle(metric)
            .build();
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setXAxisLabelRotation(30);
    List<Spread> spreads = rows.stream().map(row -> row.metrics().get(metric)).toList();
    double lowest = spreads.stream().mapToDouble(Spread::mean).min().orElse(0);
    double highest = spreads.stream().mapToDouble(Spread::mean).max().orElse(1);
    chart.getStyler().setYAxisMin(Math.max(0, lowest - (highest - lowest) / 2));
    chart.addSeries(
        metric,
        rows.stream().map(Row::model).toList(),
        spreads.stream().map(Spread::mean).toList(),
        spreads.stream().map(spread -> spread.sd() == null ? 0.0 : spread.sd()).toList());
    return chart;
  }

  private static XYChart learning(List<Cell> cells) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("validation after each epoch, one seed each")
            .xAxisTitle("epoch")
            .yAxisTitle("validation")
            .build();
    for (Cell cell : cells) {
      if (cell.seed() == 1 && !cell.curve().isEmpty()) {
        List<Integer> epochs = IntStream.rangeClosed(1, cell.curve().size()).boxed().toList();
        chart.addSeries(cell.model(), epochs, cell.curve());
      }
    }
    return chart;
  }

  private static void save(Chart<?, ?> chart, Path file) throws IOException {
    VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
  }
}
