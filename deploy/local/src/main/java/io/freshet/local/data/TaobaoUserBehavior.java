package io.freshet.local.data;

import io.freshet.model.ClickLog;
import io.freshet.schemas.ClickEvent;
import java.io.IOException;
import java.time.Instant;
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
  public ClickLog read(DataFolder folder) throws IOException {
    LogBuilder log = new LogBuilder();
    Table.read(
        folder.get(FILE),
        List.of("user", "item", "category", "behavior", "seconds"),
        row -> {
          log.item(row.text("item"), row.text("category"), null);
          log.click(
              row.number(),
              row.text("user"),
              row.text("item"),
              Instant.ofEpochSecond(row.wholeNumber("seconds")),
              action(row),
              Map.of());
        });
    return log.build();
  }

  private static String action(Table.Row row) throws IOException {
    String action = ACTIONS.get(row.text("behavior"));
    if (action == null) {
      throw row.wrong("behavior", "one of " + ACTIONS.keySet(), row.text("behavior"));
    }
    return action;
  }
}
