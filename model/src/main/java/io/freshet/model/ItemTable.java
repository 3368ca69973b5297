package io.freshet.model;

import static io.freshet.model.ItemColumns.NO_CATEGORY;

import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Item;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.IntUnaryOperator;

/**
 * The items of a release: category, clicks, and the neighbors that users click around them.
 * Immutable and thread-safe.
 *
 * <p>Items stand in rows, most clicked first, so that popularity is the order itself.
 */
public final class ItemTable implements ItemCatalog {
  /** How many items a list of popular items, or of those of a category, holds at most. */
  static final int LISTED = 500;

  private static final int[] NONE = {};

  private final ItemColumns columns;
  private final Map<String, Integer> rows;
  private final Map<String, int[]> rowsOf; // by category

  private ItemTable(ItemColumns columns) {
    this.columns = columns;
    this.rows = rows(columns.ids());
    this.rowsOf = rowsOf(columns);
  }

  /** Returns the table of the log's items, and of those clicked in it that nobody described. */
  public static ItemTable of(ClickLog log) {
    Map<String, Integer> counts = new HashMap<>();
    log.items().forEach(item -> counts.put(item.itemId(), 0));
    log.clicks().forEach(click -> counts.merge(click.itemId(), 1, Integer::sum));
    String[] ids = counts.keySet().toArray(String[]::new);
    Arrays.sort(
        ids,
        Comparator.<String, Integer>comparing(counts::get, Comparator.reverseOrder())
            .thenComparing(Comparator.naturalOrder()));
    int[] clicks = Arrays.stream(ids).mapToInt(counts::get).toArray();
    Map<String, Integer> rows = rows(ids);
    Map<String, String> described = log.categories();
    String[] categories = described.values().stream().distinct().sorted().toArray(String[]::new);
    int[] categoryOf =
        Arrays.stream(ids).mapToInt(id -> indexOf(described.get(id), categories)).toArray();
    return new ItemTable(
        new ItemColumns(
            ids,
            available(log, rows),
            clicks,
            categories,
            categoryOf,
            neighbors(log, rows, clicks)));
  }

  /** Returns the table of what stands in columns. */
  static ItemTable of(ItemColumns columns) {
    return new ItemTable(columns);
  }

  private static boolean[] available(ClickLog log, Map<String, Integer> rows) {
    boolean[] available = new boolean[rows.size()];
    Arrays.fill(available, true);
    for (Item item : log.items()) {
      available[rows.get(item.itemId())] = item.available();
    }
    return available;
  }

  private static int[][] neighbors(ClickLog log, Map<String, Integer> rows, int[] clicks) {
    CoClicks coClicks = new CoClicks();
    for (ClickEvent click : log.clicks()) {
      coClicks.add(click.userId(), rows.get(click.itemId()));
    }
    return coClicks.neighbors(clicks);
  }

  @Override
  public Item item(String itemId) {
    Integer row = rows.get(itemId);
    return row == null ? Item.unknown(itemId) : item(row);
  }

  private Item item(int row) {
    int category = columns.categoryOf()[row];
    return new Item(
        columns.ids()[row],
        category == NO_CATEGORY ? null : columns.categories()[category],
        null,
        null,
        columns.available()[row]);
  }

  @Override
  public Iterator<Item> similarTo(List<String> itemIds) {
    SimilarRows similar = rowsSimilarTo(itemIds);
    return new Items(similar.size(), similar::row);
  }

  /** Returns how alike those items are that {@link #similarTo} returns. */
  public Map<String, Float> likeness(List<String> itemIds) {
    SimilarRows similar = rowsSimilarTo(itemIds);
    Map<String, Float> likeness = new HashMap<>();
    for (int place = 0; place < similar.size(); place++) {
      likeness.put(columns.ids()[similar.row(place)], similar.likeness(place));
    }
    return likeness;
  }

  private SimilarRows rowsSimilarTo(List<String> itemIds) {
    return SimilarRows.in(
        itemIds.stream()
            .map(rows::get)
            .map(row -> row == null ? NONE : columns.neighbors()[row])
            .toList());
  }

  @Override
  public Iterator<Item> ofCategory(String categoryId) {
    int[] listed = rowsOf.getOrDefault(categoryId, NONE);
    return new Items(listed.length, place -> listed[place]);
  }

  @Override
  public Iterator<Item> popular() {
    return new Items(Math.min(LISTED, columns.size()), row -> row);
  }

  /** Returns how often the item was clicked; 0 for one not known. */
  int clicksOf(String itemId) {
    Integer row = rows.get(itemId);
    return row == null ? 0 : columns.clicks()[row];
  }

  /** Returns all items, most clicked first. */
  public List<String> itemIds() {
    return Collections.unmodifiableList(Arrays.asList(columns.ids()));
  }

  /** Writes this to a file that {@link #read} understands. */
  public void write(Path file) throws IOException {
    columns.write(file);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param items whose ids are held once with those of the same items here
   * @param categories likewise
   * @throws IOException also when the file is no item table, or is damaged or cut
   */
  public static ItemTable read(Path file, Vocabulary items, Vocabulary categories)
      throws IOException {
    return of(ItemColumns.read(file, items::shared, categories::shared));
  }

  private static Map<String, Integer> rows(String[] ids) {
    Map<String, Integer> rows = new HashMap<>(ids.length * 2);
    for (int row = 0; row < ids.length; row++) {
      rows.put(ids[row], row);
    }
    return rows;
  }

  private static int indexOf(String category, String[] categories) {
    return category == null ? NO_CATEGORY : Arrays.binarySearch(categories, category);
  }

  private static Map<String, int[]> rowsOf(ItemColumns columns) {
    int[][] members = new int[columns.categories().length][0];
    int[] sizes = new int[members.length];
    for (int row = 0; row < columns.size(); row++) {
      int category = columns.categoryOf()[row];
      if (category != NO_CATEGORY && sizes[category] < LISTED) {
        if (sizes[category] == members[category].length) {
          members[category] = Arrays.copyOf(members[category], 2 * sizes[category] + 1);
        }
        members[category][sizes[category]++] = row;
      }
    }
    Map<String, int[]> rowsOf = new HashMap<>();
    for (int category = 0; category < members.length; category++) {
      rowsOf.put(columns.categories()[category], Arrays.copyOf(members[category], sizes[category]));
    }
    return rowsOf;
  }

  /** The items of some rows, in their order. */
  private final class Items implements Iterator<Item> {
    private final int size;
    private final IntUnaryOperator rowAt;
    private int place;

    Items(int size, IntUnaryOperator rowAt) {
      this.size = size;
      this.rowAt = rowAt;
    }

    @Override
    public boolean hasNext() {
      return place < size;
    }

    @Override
    public Item next() {
      if (!hasNext()) {
        throw new NoSuchElementException("There are no more than %d items".formatted(size));
      }
      return item(rowAt.applyAsInt(place++));
    }
  }
}
