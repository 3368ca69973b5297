package io.freshet.local.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What the same users of Amazon bought in two domains: a line a user, and one map of all items. */
final class AmazonFoodKitchen implements DataSets.DataSet {
  private static final String CLICKS = "*afk_50_preprocessed.txt";
  private static final String ITEMS = "*map_item_50.txt";
  private static final String LINE = "line";
  private static final List<String> DOMAINS = List.of("food", "kitchen");
  private static final Pattern SECONDS = Pattern.compile("[0-9]+");
  private static final TypeReference<Map<String, int[]>> NUMBER_AND_DOMAIN =
      new TypeReference<>() {};

  @Override
  public String description() {
    return "Amazon Food and Kitchen: *afk_50_preprocessed.txt (user item|seconds ...), *map_item_50.txt";
  }

  @Override
  public boolean isIn(DataFolder folder) throws IOException {
    return folder.has(CLICKS) && folder.has(ITEMS);
  }

  @Override
  public void read(DataFolder folder, LogBuilder log) throws IOException {
    Map<String, String> domains = domains(folder.get(ITEMS));
    domains.keySet().forEach(item -> log.item(item, null, null));
    Table.readLines(
        folder.get(CLICKS), UTF_8, "\n", List.of(LINE), row -> clicks(row, domains, log));
  }

  /** Returns the domain of each item by its number. */
  private static Map<String, String> domains(Path file) throws IOException {
    Map<String, String> domains = new LinkedHashMap<>();
    try (Reader text = Table.open(file, UTF_8)) {
      for (Map.Entry<String, int[]> item :
          new JsonMapper().readValue(text, NUMBER_AND_DOMAIN).entrySet()) {
        int[] pair = item.getValue();
        if (pair == null || pair.length != 2 || pair[1] < 0 || pair[1] >= DOMAINS.size()) {
          throw new IOException(
              "%s: item %s must have a number, and 0 (food) or 1 (kitchen), was %s"
                  .formatted(file, item.getKey(), Arrays.toString(pair)));
        }
        domains.put(String.valueOf(pair[0]), DOMAINS.get(pair[1]));
      }
    } catch (JsonProcessingException e) { // no cause, for it would be told in Java's words
      throw new IOException(
          "Cannot read %s: it must be JSON as {\"ITEM\": [NUMBER, DOMAIN], ...}, is not in line %d, column %d"
              .formatted(file, e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    }
    return domains;
  }

  private static void clicks(Table.Row row, Map<String, String> domains, LogBuilder log)
      throws IOException {
    List<String> words = row.words(LINE);
    if (words.size() < 2 || words.get(0).isEmpty()) {
      throw row.wrong(LINE, "USER ITEM|SECONDS ...", row.textOrEmpty(LINE));
    }
    for (String word : words.subList(1, words.size())) {
      String[] click = word.split("\\|", -1);
      String domain = domains.get(click[0]);
      if (click.length != 2 || domain == null || !SECONDS.matcher(click[1]).matches()) {
        throw row.wrong("click", "ITEM|SECONDS with an item of the map", word);
      }
      log.clickIn(domain, words.get(0), click[0], row.seconds("time of click", click[1]));
    }
  }
}
