package io.freshet.local.data;

import io.freshet.schemas.ClickEvent;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Taobao UserBehavior: page views are clicks; carts, favorites and purchases keep their names. */
final class TaobaoUserBehavior implements DataSets.DataSet {
  private static final String FILE = "UserBehavior*.csv";
  private static final Map<String, String> ACTIONS =
      Map.of("pv", ClickEvent.DEFAULT_ACTION, "cart", "cart", "fav", "favorite", "buy", "purchase");

  @Override
  public String description() {
    return "Taobao UserBehavior: UserBehavior*.csv";
  }

  @Override
  public boolean isIn(DataFolder folder) throws IOException {
    return folder.has(FILE);
  }

  @Override
  public void read(DataFolder folder, LogBuilder log) throws IOException {
    Table.read(
        folder.get(FILE),
        List.of("user", "item", "category", "behavior", "seconds"),
        row -> {
          log.item(row.text("item"), row.text("category"), null);
          log.click(
              row.text("user"), row.text("item"), row.seconds("seconds"), action(row), Map.of());
        });
  }

  private static String action(Table.Row row) throws IOException {
    String action = ACTIONS.get(row.text("behavior"));
    if (action == null) {
      throw row.wrong("behavior", "one of " + ACTIONS.keySet(), row.text("behavior"));
    }
    return action;
  }
}
