package io.freshet.local.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What came of an evaluation so far, on disk: written anew with each cell, so that a run that was
 * broken off goes on where it stopped.
 *
 * <p>Rows, for readers, are means and standard deviations of the cells. Those of one name and data
 * set answer one question, or they could not be compared.
 */
final class Report {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .build();

  /**
   * One model trained with one seed and measured.
   *
   * @param question what all models of its rows are asked, and of which clicks
   * @param settings all else that makes the cell what it is, but its seed
   * @param metrics for each way to ask, by name
   * @param curve the validation metric after each epoch; empty for what learns no weights
   */
  record Cell(
      String model,
      String dataset,
      int seed,
      String question,
      String settings,
      Map<String, Map<String, Double>> metrics,
      List<Double> curve) {}

  /**
   * A setting tried with the seed that is used for nothing else.
   *
   * @param validation the metric that settings are chosen by
   */
  record Trial(String model, String dataset, String question, String settings, double validation) {}

  /**
   * @param sd of the sample; null where there is but one
   */
  record Spread(double mean, Double sd) {}

  /** What the cells of a model come to. */
  record Row(
      String model, String protocol, String dataset, Map<String, Spread> metrics, int seeds) {}

  private record Contents(
      @JsonProperty("rows") List<Row> rows,
      @JsonProperty("trials") List<Trial> trials,
      @JsonProperty("cells") List<Cell> cells) {}

  private final Path file;
  private final List<Cell> cells;
  private final List<Trial> trials;

  private Report(Path file, List<Cell> cells, List<Trial> trials) {
    this.file = file;
    this.cells = new ArrayList<>(cells);
    this.trials = new ArrayList<>(trials);
  }

  /** Returns the report in the file, or an empty one where there is none yet. */
  static Report open(Path file) throws IOException {
    if (!Files.exists(file)) {
      Path folder = file.toAbsolutePath().getParent();
      if (!Files.isDirectory(folder)) {
        throw new IOException(
            "Cannot write report %s: there is no folder %s".formatted(file, folder));
      }
      return new Report(file, List.of(), List.of());
    }
    try {
      Contents contents = JSON.readValue(file.toFile(), Contents.class);
      if (contents == null || contents.cells() == null || contents.trials() == null) {
        throw new IOException("it has no cells and trials");
      }
      if (contents.cells().stream().anyMatch(cell -> cell.question() == null)
          || contents.trials().stream().anyMatch(trial -> trial.question() == null)) {
        throw new IOException("it does not say what was asked; give another --report");
      }
      return new Report(file, contents.cells(), contents.trials());
    } catch (JsonProcessingException e) { // no cause, for it would be told in Java's words
      throw new IOException(
          "Cannot go on with report %s: it must be JSON as this command writes it, is not in line %d, column %d"
              .formatted(file, e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    } catch (IOException e) {
      throw new IOException("Cannot go on with report %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Makes sure that a row may be gone on with.
   *
   * @throws IOException when models have been asked another question in it; says both
   */
  void checkAsks(String question, String protocol, String dataset) throws IOException {
    for (Cell cell : cells) {
      if (cell.dataset().equals(dataset)
          && cell.metrics().containsKey(protocol)
          && !cell.question().equals(question)) {
        throw new IOException(
            "Cannot go on with report %s: it asks \"%s\" of %s, this command \"%s\"; give another --report"
                .formatted(file, cell.question(), dataset, question));
      }
    }
  }

  Optional<Cell> cell(String model, String dataset, int seed, String question, String settings) {
    return cells.stream()
        .filter(
            cell ->
                cell.model().equals(model)
                    && cell.dataset().equals(dataset)
                    && cell.seed() == seed
                    && cell.question().equals(question)
                    && cell.settings().equals(settings))
        .findFirst();
  }

  Optional<Trial> trial(String model, String dataset, String question, String settings) {
    return trials.stream()
        .filter(
            trial ->
                trial.model().equals(model)
                    && trial.dataset().equals(dataset)
                    && trial.question().equals(question)
                    && trial.settings().equals(settings))
        .findFirst();
  }

  /**
   * Takes in a cell; those of the same rows with the same seed or other settings give way.
   *
   * @throws IOException when it answers another question than they do
   */
  void add(Cell cell) throws IOException {
    for (String protocol : cell.metrics().keySet()) {
      checkAsks(cell.question(), protocol, cell.dataset());
    }
    cells.removeIf(
        other ->
            other.model().equals(cell.model())
                && other.dataset().equals(cell.dataset())
                && !Collections.disjoint(other.metrics().keySet(), cell.metrics().keySet())
                && (other.seed() == cell.seed() || !other.settings().equals(cell.settings())));
    cells.add(cell);
    write();
  }

  void add(Trial trial) throws IOException {
    trials.add(trial);
    write();
  }

  List<Cell> cells() {
    return cells;
  }

  /** Returns the rows, in the order of their first cells. */
  List<Row> rows() {
    Map<List<String>, List<Map<String, Double>>> byRow = new LinkedHashMap<>();
    for (Cell cell : cells) {
      cell.metrics()
          .forEach(
              (protocol, metrics) ->
                  byRow
                      .computeIfAbsent(
                          List.of(protocol, cell.dataset(), cell.model()), row -> new ArrayList<>())
                      .add(metrics));
    }
    return byRow.entrySet().stream()
        .map(
            row ->
                new Row(
                    row.getKey().get(2),
                    row.getKey().get(0),
                    row.getKey().get(1),
                    spreads(row.getValue()),
                    row.getValue().size()))
        .toList();
  }

  private static Map<String, Spread> spreads(List<Map<String, Double>> all) {
    Map<String, Spread> spreads = new TreeMap<>();
    for (String metric : all.get(0).keySet()) {
      double[] values = all.stream().mapToDouble(metrics -> metrics.get(metric)).toArray();
      double mean = 0;
      for (double value : values) {
        mean += value / values.length;
      }
      double squares = 0;
      for (double value : values) {
        squares += (value - mean) * (value - mean);
      }
      Double sd = values.length < 2 ? null : Math.sqrt(squares / (values.length - 1));
      if (!Double.isNaN(mean)) {
        spreads.put(metric, new Spread(mean, sd));
      }
    }
    return spreads;
  }

  private void write() throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".draft");
    JSON.writerWithDefaultPrettyPrinter()
        .writeValue(draft.toFile(), new Contents(rows(), trials, cells));
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Returns the rows as a table for people, a block for each way to ask. */
  String table() {
    StringBuilder table = new StringBuilder();
    Map<String, List<Row>> blocks = new LinkedHashMap<>();
    rows()
        .forEach(
            row ->
                blocks
                    .computeIfAbsent(
                        row.protocol() + " on " + row.dataset(), block -> new ArrayList<>())
                    .add(row));
    blocks.forEach((title, rows) -> append(title, rows, table));
    return table.toString();
  }

  private static void append(String title, List<Row> rows, StringBuilder table) {
    int width = Math.max(12, rows.stream().mapToInt(row -> row.model().length()).max().orElse(0));
    table.append(String.format(Locale.ROOT, "%n%s%n%-" + width + "s", title, "model"));
    SortedSet<String> names = new TreeSet<>();
    rows.forEach(row -> names.addAll(row.metrics().keySet()));
    names.forEach(name -> table.append("  %-16s".formatted(name)));
    table.append("  seeds\n");
    for (Row row : rows) {
      table.append(String.format(Locale.ROOT, "%-" + width + "s", row.model()));
      names.forEach(name -> table.append("  %-16s".formatted(text(row.metrics().get(name)))));
      table.append("  %d%n".formatted(row.seeds()));
    }
  }

  private static String text(Spread spread) {
    if (spread == null) {
      return "undefined";
    }
    return spread.sd() == null
        ? String.format(Locale.ROOT, "%.4f", spread.mean())
        : String.format(Locale.ROOT, "%.4f ± %.4f", spread.mean(), spread.sd());
  }
}
