package io.freshet.local.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.model.ClickLog;
import io.freshet.schemas.ClickEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AmazonFoodKitchenTest {
  @TempDir private Path folder;
  private Path clicks;
  private Path items;

  @BeforeEach
  void twoUsersOfBothDomains() throws IOException {
    clicks = folder.resolve("afk-afk_50_preprocessed.txt");
    items = folder.resolve("afk-map_item_50.txt");
    Files.writeString(clicks, "0 7|1381536000 9|1381536000 8|1381968000\n1 9|1357948800\n");
    Files.writeString(items, "{\"B001\": [7, 0], \"B002\": [8, 0], \"B003\": [9, 1]}");
  }

  @Test
  void clicksHaveTheDomainOfTheirItem() throws IOException {
    ClickLog log = DataSets.read(folder);
    assertThat(log.clicks())
        .extracting(click -> click.userId() + " " + click.itemId() + " " + click.domain())
        .containsExactly("1 9 kitchen", "0 7 food", "0 9 kitchen", "0 8 food");
    assertThat(log.clicks().get(0).eventTime()).isEqualTo(Instant.ofEpochSecond(1_357_948_800));
    assertThat(log.items()).hasSize(3);
  }

  @Test
  void clicksOfOneDomainAreReadAlone() throws IOException {
    assertThat(DataSets.read(folder, "kitchen").clicks())
        .extracting(ClickEvent::itemId)
        .containsExactly("9", "9");
    assertThat(DataSets.read(folder, null)).isEqualTo(DataSets.read(folder));
  }

  @Test
  void domainThatIsNotThereIsToldWhichAre() throws IOException {
    assertThatThrownBy(() -> DataSets.read(folder, "Food"))
        .isInstanceOf(IOException.class)
        .hasMessage("domain must be one of those in %s: food, kitchen, was 'Food'", folder);
    Files.delete(clicks);
    Files.writeString(folder.resolve("UserBehavior.csv"), "1,10,100,pv,1511658000\n");
    assertThatThrownBy(() -> DataSets.read(folder, "food"))
        .hasMessage("domain must be one of those in %s: none, was 'food'", folder);
  }

  @Test
  void wrongClickIsNamedWithItsFileAndRow() throws IOException {
    for (String wrong : List.of("7", "7|", "7|soon", "7|1|2", "|1", "4|1381536000")) {
      Files.writeString(clicks, "0 7|1381536000\n1 9|1381536000 " + wrong + "\n");
      assertThatThrownBy(() -> DataSets.read(folder))
          .isInstanceOf(IOException.class)
          .hasMessage(
              clicks
                  + ", row 2: click must be ITEM|SECONDS with an item of the map, was '"
                  + wrong
                  + "'");
    }
    Files.writeString(clicks, "0 7|1381536000000\n");
    assertThatThrownBy(() -> DataSets.read(folder))
        .hasMessage(
            clicks
                + ", row 1: time of click must be seconds since 1970, up to now, was '1381536000000'");
    for (String wrong : List.of("", "0", " 7|1381536000")) {
      Files.writeString(clicks, wrong + "\n");
      assertThatThrownBy(() -> DataSets.read(folder))
          .hasMessage(clicks + ", row 1: line must be USER ITEM|SECONDS ..., was '" + wrong + "'");
    }
  }

  @Test
  void wrongItemIsNamedWithItsFile() throws IOException {
    for (String wrong : List.of("[7]", "[7, 2]", "null")) {
      Files.writeString(items, "{\"B001\": " + wrong + "}");
      assertThatThrownBy(() -> DataSets.read(folder))
          .isInstanceOf(IOException.class)
          .hasMessage(
              items + ": item B001 must have a number, and 0 (food) or 1 (kitchen), was " + wrong);
    }
    Files.writeString(items, "{\"B001\": ");
    assertThatThrownBy(() -> DataSets.read(folder))
        .hasMessage(
            "Cannot read %s: it must be JSON as {\"ITEM\": [NUMBER, DOMAIN], ...}, is not in line 1, column 10",
            items);
  }
}
