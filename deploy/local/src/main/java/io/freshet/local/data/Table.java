package io.freshet.local.data;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.RuntimeJsonMappingException;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * A text file of rows, read one by one. What is wrong with a row is said with its file and number,
 * counted from 1 without the header.
 */
final class Table {
  /** Takes the rows, in order. */
  interface RowReader {
    void read(Row row) throws IOException;
  }

  private static final ObjectReader CSV =
      new CsvMapper().readerFor(String[].class).with(CsvParser.Feature.WRAP_AS_ARRAY);

  private final Path file;
  private final Map<String, Integer> columns = new HashMap<>();
  private long number;

  private Table(Path file) {
    this.file = file;
  }

  /** Reads comma-separated values whose first line names the columns. */
  static void readWithHeader(Path file, RowReader reader) throws IOException {
    new Table(file).readCsv(',', true, reader);
  }

  /** Reads tab-separated values whose first line names the columns, each {@code name:type}. */
  static void readTypedTabs(Path file, RowReader reader) throws IOException {
    new Table(file).readCsv('\t', true, reader);
  }

  /** Reads comma-separated values in the given columns. */
  static void read(Path file, List<String> columns, RowReader reader) throws IOException {
    Table table = new Table(file);
    table.name(columns);
    table.readCsv(',', false, reader);
  }

  /** Reads lines that {@code separator} splits into the given columns. */
  static void readLines(
      Path file, Charset charset, String separator, List<String> columns, RowReader reader)
      throws IOException {
    Table table = new Table(file);
    table.name(columns);
    Pattern split = Pattern.compile(Pattern.quote(separator));
    try (BufferedReader lines = new BufferedReader(open(file, charset))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        reader.read(table.next(split.split(line, -1)));
      }
    }
  }

  private void readCsv(char separator, boolean header, RowReader reader) throws IOException {
    CsvSchema schema = CsvSchema.emptySchema().withColumnSeparator(separator);
    try (Reader text = open(file, StandardCharsets.UTF_8);
        MappingIterator<String[]> rows = CSV.with(schema).readValues(text)) {
      if (header && rows.hasNext()) {
        name(Arrays.stream(rows.next()).map(Table::withoutType).toList());
      }
      while (rows.hasNext()) {
        reader.read(next(rows.next()));
      }
    } catch (RuntimeJsonMappingException | JsonParseException e) {
      throw new IOException("%s, after row %d: %s".formatted(file, number, e.getMessage()), e);
    }
  }

  private void name(List<String> names) {
    for (int column = 0; column < names.size(); column++) {
      columns.put(names.get(column), column);
    }
  }

  private static String withoutType(String name) {
    int colon = name.indexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }

  private static Reader open(Path file, Charset charset) throws IOException {
    InputStream bytes = Files.newInputStream(file);
    boolean zipped = file.toString().endsWith(".gz");
    return new InputStreamReader(zipped ? new GZIPInputStream(bytes, 1 << 16) : bytes, charset);
  }

  private Row next(String[] fields) throws IOException {
    number++;
    if (fields.length < columns.size()) {
      throw new IOException(
          "%s, row %d: must have %d columns, was %d: %s"
              .formatted(file, number, columns.size(), fields.length, String.join(" ", fields)));
    }
    return new Row(fields, number);
  }

  /** One row of the table. */
  final class Row {
    private final String[] fields;
    private final long rowNumber;

    private Row(String[] fields, long rowNumber) {
      this.fields = fields;
      this.rowNumber = rowNumber;
    }

    /** Returns the row's number, at a width that sorts. */
    String number() {
      return "%09d".formatted(rowNumber);
    }

    boolean has(String column) {
      return columns.containsKey(column);
    }

    /** Returns the text of the column, which must not be empty. */
    String text(String column) throws IOException {
      Integer at = columns.get(column);
      if (at == null) {
        throw new IOException(
            "%s must have a column %s, has %s".formatted(file, column, columns.keySet()));
      }
      if (fields[at].isEmpty()) {
        throw wrong(column, "given", "");
      }
      return fields[at];
    }

    long wholeNumber(String column) throws IOException {
      try {
        return Long.parseLong(text(column));
      } catch (NumberFormatException e) {
        throw wrong(column, "a whole number", text(column));
      }
    }

    double number(String column) throws IOException {
      try {
        return Double.parseDouble(text(column));
      } catch (NumberFormatException e) {
        throw wrong(column, "a number", text(column));
      }
    }

    IOException wrong(String column, String rule, String was) {
      return new IOException(
          "%s, row %d: %s must be %s, was '%s'".formatted(file, rowNumber, column, rule, was));
    }
  }
}
