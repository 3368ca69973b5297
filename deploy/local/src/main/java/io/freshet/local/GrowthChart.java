package io.freshet.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

/** Lines that show how something grows, drawn anew with each point. */
final class GrowthChart {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 500;

  private final String title;
  private final String along;
  private final String what;
  private final boolean logarithmic;
  private final Path file;
  private final Map<String, List<double[]>> lines = new LinkedHashMap<>();

  /**
   * @param along the name of what it grows with
   * @param what the name of what grows, with its unit
   * @param logarithmic whether both axes are
   */
  GrowthChart(String title, String along, String what, boolean logarithmic, Path file) {
    this.title = title;
    this.along = along;
    this.what = what;
    this.logarithmic = logarithmic;
    this.file = file;
  }

  void add(String line, double at, double value) throws IOException {
    lines.computeIfAbsent(line, name -> new ArrayList<>()).add(new double[] {at, value});
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(along)
            .yAxisTitle(what)
            .build();
    chart.getStyler().setXAxisLogarithmic(logarithmic);
    chart.getStyler().setYAxisLogarithmic(logarithmic);
    if (!logarithmic) {
      chart.getStyler().setYAxisMin(0.0);
    }
    lines.forEach(
        (name, points) ->
            chart.addSeries(
                name,
                points.stream().mapToDouble(point -> point[0]).toArray(),
                points.stream().mapToDouble(point -> point[1]).toArray()));
    VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
  }
}
