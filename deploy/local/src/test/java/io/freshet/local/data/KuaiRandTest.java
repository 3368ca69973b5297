package io.freshet.local.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.model.ClickLog;
import io.freshet.model.ImpressionLog;
import io.freshet.model.ImpressionLog.Impression;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KuaiRandTest {
  private static final String COLUMNS = "user_id,video_id,time_ms,is_click,tab\n";

  @TempDir private Path folder;

  @BeforeEach
  void twoImpressions() throws IOException {
    write("video_features_basic_pure.csv", "video_id,tag\n8,\"39,43\"\n9,unknown\n");
    write("impressions_1.csv", COLUMNS + "1,8,1650812741436,1,4\n1,9,1650812741437,0,4\n");
  }

  @Test
  void clickedImpressionsAreClicksOfTheirTab() throws IOException {
    ClickLog log = DataSets.read(folder);
    assertThat(log.categories()).isEqualTo(Map.of("8", "39"));
    assertThat(log.clicks()).extracting(ClickEvent::itemId).containsExactly("8");
    assertThat(log.clicks().get(0).context()).isEqualTo(Map.of("tab", "4"));
    assertThat(log.clicks().get(0).eventTime()).isEqualTo(Instant.ofEpochMilli(1650812741436L));
  }

  @Test
  void videosOfNoTagHaveNoCategory() throws IOException {
    write("video_features_basic_pure.csv", "video_id,tag\n8,39\n9,unknown\n10,\n");
    assertThat(DataSets.read(folder).items())
        .extracting(Item::categoryId)
        .containsExactly("39", null, null);
  }

  @Test
  void impressionsTellWhatWasNotClickedToo() throws IOException {
    ImpressionLog log = DataSets.readImpressions(folder);
    Map<String, String> tab = Map.of("tab", "4");
    assertThat(log.impressions())
        .containsExactly(
            new Impression("1", "8", Instant.ofEpochMilli(1650812741436L), true, tab),
            new Impression("1", "9", Instant.ofEpochMilli(1650812741437L), false, tab));
    assertThat(log.clicks().categories()).isEqualTo(Map.of("8", "39"));
  }

  @Test
  void contextOfImpressionHoldsWhatOfTheUserTakesFewValues() throws IOException {
    write(
        "user_features_pure.csv",
        """
        user_id,user_active_degree,fans_user_num,fans_user_num_range,onehot_feat0,onehot_feat4,onehot_feat17
        1,full_active,150,"[100,1k)",7,,1.0
        """);
    assertThat(DataSets.readImpressions(folder).impressions().get(0).context())
        .containsExactly( // in this order always
            Map.entry("tab", "4"),
            Map.entry("user_active_degree", "full_active"),
            Map.entry("fans_user_num_range", "[100,1k)"),
            Map.entry("onehot_feat0", "7"),
            Map.entry("onehot_feat17", "1.0"));
    assertThat(DataSets.read(folder).clicks().get(0).context()).isEqualTo(Map.of("tab", "4"));
  }

  @Test
  void impressionsOfOneUserAndTabShareTheirContext() throws IOException {
    write("user_features_pure.csv", "user_id,user_active_degree\n1,full_active\n");
    write("impressions_1.csv", COLUMNS + "1,8,1,1,4\n1,9,2,0,4\n1,9,3,0,5\n");
    List<Impression> impressions = DataSets.readImpressions(folder).impressions();
    assertThat(impressions.get(1).context()).isSameAs(impressions.get(0).context());
    assertThat(impressions.get(2).context()).containsEntry("tab", "5");
  }

  @Test
  void whatWasWatchedForLongBeforeTheLogIsEarlier() throws IOException {
    write("user_history_to_1.csv", "user_id,watch_seq,long_watch_seq\n1,9 8 9,8 9\n2,8,\n");
    ImpressionLog log = DataSets.readImpressions(folder);
    assertThat(log.earlierItems()).isEqualTo(Map.of("1", List.of("8", "9")));
  }

  @Test
  void filesOfImpressionsAreOneLog() throws IOException {
    write("impressions_2.csv", COLUMNS + "2,8,1650812741436,1,4\n");
    assertThat(DataSets.read(folder).clicks())
        .extracting(ClickEvent::userId)
        .containsExactly("1", "2");
  }

  @Test
  void labelThatIsNeitherYesNorNoIsRefused() throws IOException {
    Path file = write("impressions_1.csv", COLUMNS + "1,8,1,1,4\n1,8,1,2,4\n");
    assertThatThrownBy(() -> DataSets.readImpressions(folder))
        .hasMessage(file + ", row 2: is_click must be 0 or 1, was '2'");
  }

  @Test
  void timeToComeIsRefused() throws IOException {
    Path file = write("impressions_1.csv", COLUMNS + "1,8,1650812741436000,0,4\n");
    assertThatThrownBy(() -> DataSets.readImpressions(folder))
        .hasMessage(
            file
                + ", row 1: time_ms must be milliseconds since 1970, up to now, was '1650812741436000'");
  }

  @Test
  void historyOfOtherColumnsIsRefused() throws IOException {
    Path file = write("user_history_to_1.csv", "user_id,watch_seq\n1,9 8\n");
    assertThatThrownBy(() -> DataSets.readImpressions(folder))
        .hasMessageContaining(file + " must have a column long_watch_seq");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
