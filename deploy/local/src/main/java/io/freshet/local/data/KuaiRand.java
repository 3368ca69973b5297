package io.freshet.local.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * KuaiRand: impressions that were clicked or not; the first tag is the category, the tab is
 * context, and so is of the user what takes few values.
 */
final class KuaiRand implements DataSets.LabeledDataSet {
  private static final String IMPRESSIONS = "{impressions_,log_standard_}*.csv";
  private static final String VIDEOS = "video_features_basic*.csv";
  private static final String USERS = "user_features*.csv";
  private static final String HISTORIES = "user_history*.csv";
  private static final String NO_TAG = "unknown";

  /** What is counted exactly is left to its range. */
  private static final List<String> USER_FEATURES =
      Stream.concat(
              Stream.of(
                  "user_active_degree",
                  "is_lowactive_period",
                  "is_live_streamer",
                  "is_video_author",
                  "follow_user_num_range",
                  "fans_user_num_range",
                  "friend_user_num_range",
                  "register_days_range"),
              IntStream.range(0, 18).mapToObj(i -> "onehot_feat" + i))
          .toList();

  @Override
  public String description() {
    return "KuaiRand: impressions_*.csv or log_standard_*.csv, video_features_basic*.csv and, if there, user_features*.csv and user_history*.csv";
  }

  @Override
  public boolean isIn(DataFolder folder) throws IOException {
    return folder.has(IMPRESSIONS) && folder.has(VIDEOS);
  }

  /**
   * Histories name all videos that were shown, and apart those that were watched for long; nearly
   * all of these are clicks, of the others most are not.
   */
  @Override
  public void readUsers(DataFolder folder, LogBuilder log) throws IOException {
    for (Path file : folder.all(USERS)) {
      Table.readWithHeader(file, row -> log.user(row.text("user_id"), row.given(USER_FEATURES)));
    }
    for (Path file : folder.all(HISTORIES)) {
      Table.readWithHeader(
          file, row -> log.earlierItems(row.text("user_id"), row.words("long_watch_seq")));
    }
  }

  @Override
  public void read(DataFolder folder, LogBuilder log) throws IOException {
    Table.readWithHeader(
        folder.get(VIDEOS),
        row -> log.item(row.text("video_id"), firstTag(row.textOrEmpty("tag")), null));
    Map<String, Map<String, String>> tabs = new HashMap<>(); // there are few
    for (Path file : folder.all(IMPRESSIONS)) {
      Table.readWithHeader(
          file,
          row ->
              log.impression(
                  row.text("user_id"),
                  row.text("video_id"),
                  row.milliseconds("time_ms"),
                  row.yesOrNo("is_click"),
                  tabs.computeIfAbsent(row.text("tab"), tab -> Map.of("tab", tab))));
    }
  }

  private static String firstTag(String tags) {
    int comma = tags.indexOf(',');
    String first = comma < 0 ? tags : tags.substring(0, comma);
    return first.isEmpty() || first.equals(NO_TAG) ? null : first;
  }
}
