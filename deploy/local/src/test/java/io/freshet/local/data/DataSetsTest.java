package io.freshet.local.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.model.ClickLog;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Item;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

class DataSetsTest {
  @TempDir private Path folder;

  @Test
  void highRatingsOfMovieLens1mAreClicks() throws IOException {
    Files.writeString(
        folder.resolve("movies.dat"), "7::Amélie (2001)::Comedy|Romance\n", ISO_8859_1);
    write("ratings.dat", "1::7::4::978300760\n1::7::3::978300761\n2::7::5::978300759\n");
    ClickLog log = DataSets.read(folder);
    assertThat(log.items())
        .containsExactly(new Item("7", "Comedy|Romance", "Amélie (2001)", null, true));
    assertThat(log.clicks()).extracting(ClickEvent::userId).containsExactly("2", "1");
    assertThat(log.clicks().get(0).eventTime()).isEqualTo(Instant.ofEpochSecond(978300759));
  }

  @Test
  void titlesOfMovieLensCsvMayHoldCommas() throws IOException {
    write("movies.csv", "movieId,title,genres\n11,\"American President, The (1995)\",Comedy\n");
    write("ratings.csv", "userId,movieId,rating,timestamp\n5,11,4.5,1000000000\n");
    ClickLog log = DataSets.read(folder);
    assertThat(log.items())
        .extracting(Item::title)
        .containsExactly("American President, The (1995)");
    assertThat(log.clicks()).extracting(ClickEvent::itemId).containsExactly("11");
  }

  @Test
  void clickedImpressionsOfKuaiRandAreClicksOfTheirTab() throws IOException {
    write("video_features_basic_pure.csv", "video_id,tag\n8,\"39,43\"\n9,unknown\n");
    write(
        "impressions_1.csv",
        "user_id,video_id,time_ms,is_click,tab\n1,8,1650812741436,1,4\n1,9,1650812741437,0,4\n");
    ClickLog log = DataSets.read(folder);
    assertThat(log.categories()).isEqualTo(Map.of("8", "39"));
    assertThat(log.clicks()).hasSize(1);
    assertThat(log.clicks().get(0).context()).isEqualTo(Map.of("tab", "4"));
    assertThat(log.clicks().get(0).eventTime()).isEqualTo(Instant.ofEpochMilli(1650812741436L));
  }

  @Test
  void behaviorsOfTaobaoKeepTheirActions() throws IOException {
    write("UserBehavior-1.csv", "1,10,100,pv,1511658000\n1,10,100,buy,1511658000\n");
    ClickLog log = DataSets.read(folder);
    assertThat(log.clicks()).extracting(ClickEvent::action).containsExactly("click", "purchase");
    assertThat(log.clicks()).extracting(ClickEvent::eventId).doesNotHaveDuplicates();
    assertThat(log.categories()).isEqualTo(Map.of("10", "100"));
  }

  @Test
  void bothPartsOfReChorusAreRead() throws IOException {
    write("train.csv", "user_id,item_id,time\n1,2,1000000000\n");
    write("dev.csv", "user_id,item_id,time\n1,3,1000000001\n");
    write("item_meta.csv", "item_id,i_category,r_complement\n2,5,\"[4496, 194]\"\n");
    ClickLog log = DataSets.read(folder);
    assertThat(log.clicks()).extracting(ClickEvent::itemId).containsExactly("2", "3");
    assertThat(log.categories()).isEqualTo(Map.of("2", "5"));
  }

  @Test
  void timesOfRecBoleAreSecondsOrDates() throws IOException {
    write(
        "shop.inter",
        "user_id:token\titem_id:token\ttimestamp:float\n0\ta\t2015-06-23\n0\tb\t1500000000.5\n");
    assertThat(DataSets.read(folder).clicks())
        .extracting(ClickEvent::eventTime)
        .containsExactly(
            Instant.parse("2015-06-23T00:00:00Z"), Instant.ofEpochMilli(1_500_000_000_500L));
  }

  @Test
  void zippedFilesAreRead() throws IOException {
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("UserBehavior.csv.gz")))) {
      out.write("1,10,100,pv,1511658000\n".getBytes(UTF_8));
    }
    assertThat(DataSets.read(folder).clicks()).hasSize(1);
  }

  @Test
  void folderOfNothingKnownIsToldWhatIs() throws IOException {
    write("clicks.parquet", "");
    assertThatThrownBy(() -> DataSets.read(folder))
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("MovieLens 1M: ratings.dat, movies.dat")
        .hasMessageContaining("RecBole: *.inter");
    assertThatThrownBy(() -> DataSets.read(folder.resolve("missing")))
        .hasMessage("data folder must be a directory, was " + folder.resolve("missing"));
  }

  @Test
  void wrongRowIsNamedWithItsFile() throws IOException {
    Path file = write("UserBehavior.csv", "1,10,100,pv,1511658000\n1,10,100,pv,yesterday\n");
    assertThatThrownBy(() -> DataSets.read(folder))
        .hasMessage(file + ", row 2: seconds must be a whole number, was 'yesterday'");
    write("UserBehavior.csv", "1,10,100,stare,1511658000\n");
    assertThatThrownBy(() -> DataSets.read(folder)).hasMessageContaining("behavior must be one of");
    write("UserBehavior.csv", "1,10\n");
    assertThatThrownBy(() -> DataSets.read(folder))
        .hasMessage(file + ", row 1: must have 5 columns, was 2: 1 10");
  }

  @Test
  @EnabledIfEnvironmentVariable(named = "FRESHET_DATA", matches = ".+")
  void publishedFilesAreReadWhole() throws IOException {
    Path data = Path.of(System.getenv("FRESHET_DATA"));
    assertThat(DataSets.read(data.resolve("movielens-1m")).clicks()).hasSizeGreaterThan(500_000);
    assertThat(DataSets.read(data.resolve("movielens-small")).clicks()).hasSizeGreaterThan(40_000);
    assertThat(DataSets.read(data.resolve("taobao-slice")).clicks()).hasSize(110_300);
    assertThat(DataSets.read(data.resolve("kuairand")).clicks()).hasSizeGreaterThan(50_000);
    assertThat(DataSets.read(data.resolve("amazon-grocery")).categories())
        .hasSizeGreaterThan(8_000);
    assertThat(DataSets.read(data.resolve("amazon-prime-pantry")).clicks()).hasSize(109_007);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
