package io.freshet.local.data;

import io.freshet.model.ClickLog;
import io.freshet.schemas.ClickEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * KuaiRand: the impressions that were clicked; the first tag is the category, the tab is context.
 */
final class KuaiRand implements DataSets.DataSet {
  private static final String IMPRESSIONS = "{impressions_,log_standard_}*.csv";
  private static final String VIDEOS = "video_features_basic*.csv";
  private static final String NO_TAG = "unknown";

  @Override
  public String description() {
    return "KuaiRand: impressions_*.csv or log_standard_*.csv, video_features_basic*.csv";
  }

  @Override
  public boolean isIn(DataFolder folder) throws IOException {
    return folder.has(IMPRESSIONS) && folder.has(VIDEOS);
  }

  @Override
  public ClickLog read(DataFolder folder) throws IOException {
    LogBuilder log = new LogBuilder();
    Table.readWithHeader(
        folder.get(VIDEOS), row -> log.item(row.text("video_id"), firstTag(row.text("tag")), null));
    Map<String, Map<String, String>> contexts = new HashMap<>(); // by tab: there are few
    for (Path file : folder.all(IMPRESSIONS)) {
      Table.readWithHeader(
          file,
          row -> {
            if (row.wholeNumber("is_click") == 1) {
              log.click(
                  file.getFileName() + ":" + row.number(),
                  row.text("user_id"),
                  row.text("video_id"),
                  Instant.ofEpochMilli(row.wholeNumber("time_ms")),
                  ClickEvent.DEFAULT_ACTION,
                  contexts.computeIfAbsent(row.text("tab"), tab -> Map.of("tab", tab)));
            }
          });
    }
    return log.build();
  }

  private static String firstTag(String tags) {
    int comma = tags.indexOf(',');
    String first = comma < 0 ? tags : tags.substring(0, comma);
    return first.equals(NO_TAG) ? null : first;
  }
}
