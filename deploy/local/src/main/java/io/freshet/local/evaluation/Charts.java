package io.freshet.local.evaluation;

import static java.util.stream.Collectors.joining;

import io.freshet.local.evaluation.Report.Cell;
import io.freshet.local.evaluation.Report.Row;
import io.freshet.local.evaluation.Report.Spread;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
   * NAME-PROTOCOL-METRIC.svg} for the first metric of each way to ask, with those that have it.
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
      Optional<String> metric = firstMetric(rows.getValue());
      if (metric.isPresent()) {
        save(
            comparison(rows.getKey(), metric.get(), having(metric.get(), rows.getValue())),
            folder.resolve("%s-%s-%s".formatted(name, rows.getKey(), metric.get())));
      }
    }
    if (report.cells().stream().anyMatch(cell -> !cell.curve().isEmpty())) {
      save(learning(report.cells()), folder.resolve(name + "-learning"));
    }
  }

  private static Optional<String> firstMetric(List<Row> rows) {
    return rows.stream()
        .flatMap(row -> row.metrics().keySet().stream())
        .min(Comparator.naturalOrder());
  }

  /** Returns the rows that have a metric: of some data sets it is not defined. */
  private static List<Row> having(String metric, List<Row> rows) {
    return rows.stream().filter(row -> row.metrics().containsKey(metric)).toList();
  }

  private static CategoryChart comparison(String protocol, String metric, List<Row> rows) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(
                protocol
                    + rows.stream().map(Row::dataset).distinct().collect(joining(", ", " on ", "")))
            .yAxisTitle(metric)
            .build();
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setXAxisLabelRotation(30);
    boolean oneDataset = rows.stream().map(Row::dataset).distinct().count() == 1;
    List<Spread> spreads = rows.stream().map(row -> row.metrics().get(metric)).toList();
    double lowest = spreads.stream().mapToDouble(Spread::mean).min().orElse(0);
    double highest = spreads.stream().mapToDouble(Spread::mean).max().orElse(1);
    chart.getStyler().setYAxisMin(Math.max(0, lowest - (highest - lowest) / 2));
    chart.addSeries(
        metric,
        rows.stream().map(row -> label(row.model(), row.dataset(), oneDataset)).toList(),
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
    boolean oneDataset = cells.stream().map(Cell::dataset).distinct().count() == 1;
    Map<String, List<Double>> curves = new LinkedHashMap<>(); // of other settings, the newest
    for (Cell cell : cells) {
      if (cell.seed() == 1 && !cell.curve().isEmpty()) {
        curves.put(label(cell.model(), cell.dataset(), oneDataset), cell.curve());
      }
    }
    curves.forEach(
        (name, curve) ->
            chart.addSeries(name, IntStream.rangeClosed(1, curve.size()).boxed().toList(), curve));
    return chart;
  }

  private static String label(String model, String dataset, boolean oneDataset) {
    return oneDataset ? model : model + " on " + dataset;
  }

  private static void save(Chart<?, ?> chart, Path file) throws IOException {
    VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
  }
}
