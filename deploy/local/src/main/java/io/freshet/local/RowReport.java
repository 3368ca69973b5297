package io.freshet.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tables of what was measured, as JSON. Each row is in the file once it is added. */
final class RowReport {
  private final Path file;
  private final Map<String, List<Object>> tables = new LinkedHashMap<>();

  RowReport(Path file) {
    this.file = file;
  }

  void add(String table, Object row) throws IOException {
    tables.computeIfAbsent(table, name -> new ArrayList<>()).add(row);
    BenchCommand.JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), tables);
  }
}
