package io.freshet.model;

import static io.freshet.model.ItemColumns.NO_CATEGORY;

import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Item;
import java.io.IOException;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;

/**
 * The items of a release: category, clicks, and the neighbors that users click around them.
 * Immutable and thread-safe.
 *
 * <p>Items stand in rows, most clicked first, so that popularity is the order itself; the lists are
 * views of rows.
 */
public final class ItemTable implements ItemCatalog {
  /** How many items a list of popular items, or of those of a category, holds at most. */
  static final int LISTED = 500;

  private final ItemColumns columns;
  private final Map<String, Integer> rows;
  private final Map<String, List<String>> itemsOf;

  private ItemTable(ItemColumns columns) {
    this.columns = columns;
    this.rows = rows(columns.ids());
    this.itemsOf = itemsOf(columns);
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
  public String categoryOf(String itemId) {
    Integer row = rows.get(itemId);
    int category = row == null ? NO_CATEGORY : columns.categoryOf()[row];
    return category == NO_CATEGORY ? null : columns.categories()[category];
  }

  @Override
  public boolean isAvailable(String itemId) {
    Integer row = rows.get(itemId);
    return row == null || columns.available()[row];
  }

  @Override
  public List<String> similarTo(String itemId) {
    Integer row = rows.get(itemId);
    return row == null ? List.of() : new Ids(columns.ids(), columns.neighbors()[row]);
  }

  @Override
  public Iterator<String> ofCategory(String categoryId) {
    return itemsOf.getOrDefault(categoryId, List.of()).iterator();
  }

  @Override
  public List<String> popular() {
    return itemIds().subList(0, Math.min(LISTED, columns.size()));
  }

  /** Returns whether the item has a row here. */
  public boolean contains(String itemId) {
    return rows.containsKey(itemId);
  }

  /** Returns how often the item was clicked; 0 for one not known. */
  public int clicksOf(String itemId) {
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
   * @throws IOException also when the file is no item table, or is damaged or cut
   */
  public static ItemTable read(Path file) throws IOException {
    return of(ItemColumns.read(file));
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

  private static Map<String, List<String>> itemsOf(ItemColumns columns) {
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
    Map<String, List<String>> itemsOf = new HashMap<>();
    for (int category = 0; category < members.length; category++) {
      int[] listed = Arrays.copyOf(members[category], sizes[category]);
      itemsOf.put(columns.categories()[category], new Ids(columns.ids(), listed));
    }
    return itemsOf;
  }

  /** Rows, seen as the ids of their items. */
  private static final class Ids extends AbstractList<String> implements RandomAccess {
    private final String[] ids;
    private final int[] listed;

    Ids(String[] ids, int[] listed) {
      this.ids = ids;
      this.listed = listed;
    }

    @Override
    public String get(int index) {
      return ids[listed[index]];
    }

    @Override
    public int size() {
      return listed.length;
    }
  }
}
