package io.freshet.local.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.zip.ZipException;

/**
 * A text file of rows, read one by one. What is wrong with a row is said with its file and number,
 * counted from 1 without the header.
 */
final class Table {
  /** Takes the rows, in order. */
  interface RowReader {
    void read(Row row) throws IOException;
  }

  private static final Duration CLOCKS_DIFFER_AT_MOST = Duration.ofMinutes(5); // as the jobs say
  private static final int HEADER_CHARACTERS_MAX = 1 << 16;
  private static final byte[] BYTE_ORDER_MARK = "\ufeff".getBytes(StandardCharsets.UTF_8);
  private static final Pattern BETWEEN_WORDS = Pattern.compile(" +");
  private static final Pattern BETWEEN_ITEMS = Pattern.compile(" *, *");
  private static final ObjectReader CSV =
      new CsvMapper().readerFor(String[].class).with(CsvParser.Feature.WRAP_AS_ARRAY);

  private final Path file;
  private final long latestMillis = Instant.now().plus(CLOCKS_DIFFER_AT_MOST).toEpochMilli();
  private final Map<String, Integer> columns = new HashMap<>();
  private long number;

  private Table(Path file) {
    this.file = file;
  }

  /**
   * Reads values whose first line names the columns, each {@code name} or {@code name:type},
   * separated by tabs where that line holds one and else by commas.
   */
  static void readWithHeader(Path file, RowReader reader) throws IOException {
    Table table = new Table(file);
    try (BufferedReader text = new BufferedReader(open(file, StandardCharsets.UTF_8))) {
      table.readCsv(text, separator(text), true, reader);
    }
  }

  /** Reads comma-separated values in the given columns. */
  static void read(Path file, List<String> columns, RowReader reader) throws IOException {
    Table table = new Table(file);
    table.name(columns);
    try (Reader text = open(file, StandardCharsets.UTF_8)) {
      table.readCsv(text, ',', false, reader);
    }
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

  private void readCsv(Reader text, char separator, boolean header, RowReader reader)
      throws IOException {
    CsvSchema schema = CsvSchema.emptySchema().withColumnSeparator(separator);
    try (MappingIterator<String[]> rows = CSV.with(schema).readValues(text)) {
      if (header && rows.hasNextValue()) {
        name(Arrays.stream(rows.nextValue()).map(Table::withoutType).toList());
      }
      while (rows.hasNextValue()) {
        reader.read(next(rows.nextValue()));
      }
    } catch (JsonProcessingException e) { // no cause, for it would be told in Java's words
      throw new IOException("%s, after row %d: %s".formatted(file, number, e.getOriginalMessage()));
    }
  }

  private void name(List<String> names) {
    for (int column = 0; column < names.size(); column++) {
      columns.put(names.get(column), column);
    }
  }

  private static char separator(BufferedReader text) throws IOException {
    text.mark(HEADER_CHARACTERS_MAX);
    int character = text.read();
    for (int read = 1; character >= 0 && "\t\n".indexOf(character) < 0; read++) {
      character = read < HEADER_CHARACTERS_MAX ? text.read() : -1;
    }
    text.reset();
    return character == '\t' ? '\t' : ',';
  }

  private static String withoutType(String name) {
    int colon = name.indexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }

  /**
   * Opens a text that may be gzipped; to be closed by the caller. The byte order mark that
   * spreadsheets write before it is left out.
   */
  static Reader open(Path file, Charset charset) throws IOException {
    InputStream bytes = Files.newInputStream(file);
    try {
      InputStream text = file.toString().endsWith(".gz") ? new Unzipped(file, bytes) : bytes;
      return new InputStreamReader(withoutByteOrderMark(text), charset);
    } catch (ZipException | EOFException e) {
      bytes.close();
      throw Unzipped.cannot(file, e);
    }
  }

  private static InputStream withoutByteOrderMark(InputStream bytes) throws IOException {
    InputStream text = new BufferedInputStream(bytes);
    text.mark(BYTE_ORDER_MARK.length);
    if (!Arrays.equals(text.readNBytes(BYTE_ORDER_MARK.length), BYTE_ORDER_MARK)) {
      text.reset();
    }
    return text;
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

    boolean has(String column) {
      return columns.containsKey(column);
    }

    /** Returns the text of the column, which must not be empty. */
    String text(String column) throws IOException {
      String text = textOrEmpty(column);
      if (text.isEmpty()) {
        throw wrong(column, "given", "");
      }
      return text;
    }

    /** Returns the text of the column. */
    String textOrEmpty(String column) throws IOException {
      Integer at = columns.get(column);
      if (at == null) {
        throw new IOException(
            "%s must have a column %s, has %s".formatted(file, column, columns.keySet()));
      }
      return fields[at];
    }

    /** Returns the texts, by column, of those of {@code of} that are there and not empty. */
    Map<String, String> given(List<String> of) throws IOException {
      Map<String, String> given = new LinkedHashMap<>();
      for (String column : of) {
        if (has(column) && !textOrEmpty(column).isEmpty()) {
          given.put(column, textOrEmpty(column));
        }
      }
      return given;
    }

    /** Returns the words of the column, which stand apart by spaces; none where it is empty. */
    List<String> words(String column) throws IOException {
      String text = textOrEmpty(column);
      return text.isEmpty() ? List.of() : List.of(BETWEEN_WORDS.split(text));
    }

    /** Returns what the column lists in brackets. */
    List<String> list(String column) throws IOException {
      String text = text(column);
      if (!text.startsWith("[") || !text.endsWith("]")) {
        throw wrong(column, "a list like [12, 15]", text);
      }
      String inside = text.substring(1, text.length() - 1).strip();
      List<String> list = inside.isEmpty() ? List.of() : List.of(BETWEEN_ITEMS.split(inside, -1));
      if (list.contains("")) {
        throw wrong(column, "a list like [12, 15]", text);
      }
      return list;
    }

    /** Returns whether the column says 1. */
    boolean yesOrNo(String column) throws IOException {
      String text = text(column);
      if (!text.equals("0") && !text.equals("1")) {
        throw wrong(column, "0 or 1", text);
      }
      return text.equals("1");
    }

    /** Returns the time that the column tells in seconds since 1970. */
    Instant seconds(String column) throws IOException {
      return seconds(column, text(column));
    }

    Instant seconds(String what, String text) throws IOException {
      return time(what, "seconds since 1970", text, seconds -> Double.parseDouble(seconds) * 1_000);
    }

    /** Returns the time that the column tells in milliseconds since 1970. */
    Instant milliseconds(String column) throws IOException {
      return time(column, "milliseconds since 1970", text(column), Double::parseDouble);
    }

    /**
     * Returns the time that a text tells. One before 1970, or one to come, is refused here: to the
     * jobs it would be a dead letter.
     *
     * @param form what the text must be
     */
    Instant time(String what, String form, String text, ToDoubleFunction<String> epochMillis)
        throws IOException {
      double time = Double.NaN;
      try {
        time = epochMillis.applyAsDouble(text);
      } catch (NumberFormatException | DateTimeException e) {
        // falls through to the one message
      }
      if (!(time >= 0 && time <= latestMillis)) {
        throw wrong(what, form + ", up to now", text);
      }
      return Instant.ofEpochMilli(Math.round(time));
    }

    double number(String column) throws IOException {
      try {
        double number = Double.parseDouble(text(column));
        if (!Double.isFinite(number)) {
          throw new NumberFormatException("not finite");
        }
        return number;
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
