package io.freshet.local.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.model.ClickLog;
import io.freshet.model.ImpressionLog;
import io.freshet.model.ImpressionLog.Impression;
import io.freshet.model.LeaveOneOut;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Item;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
  void ratingsOfMovieLens1mAreImpressionsOfUsersWhoAreKnown() throws IOException {
    write("movies.dat", "7::Amelie (2001)::Comedy\n");
    write("users.dat", "1::F::18::10::48067\n");
    write("ratings.dat", "1::7::4::978300760\n1::7::3::978300761\n2::7::5::978300762\n");
    ImpressionLog log = DataSets.readImpressions(folder);
    assertThat(log.impressions())
        .extracting(Impression::clicked)
        .containsExactly(true, false, true);
    assertThat(log.impressions().get(1).context())
        .isEqualTo(Map.of("gender", "F", "age", "18", "occupation", "10"));
    assertThat(log.impressions().get(2).context()).isEmpty();
    assertThat(log.items()).extracting(Item::categoryId).containsExactly("Comedy");
  }

  @Test
  void ratingsOfMovieLensCsvAreImpressions() throws IOException {
    write("movies.csv", "movieId,title,genres\n11,Heat (1995),Crime\n");
    write(
        "ratings.csv",
        "userId,movieId,rating,timestamp\n5,11,3.5,1000000000\n6,11,4.0,1000000001\n");
    assertThat(DataSets.readImpressions(folder).impressions())
        .containsExactly(
            new Impression("5", "11", Instant.ofEpochSecond(1_000_000_000), false, Map.of()),
            new Impression("6", "11", Instant.ofEpochSecond(1_000_000_001), true, Map.of()));
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
  void clicksOfOneTimeStandAsInTheirFile() throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int item = 0; item < 12; item++) { // more than ten, so that ids must sort
      rows.append("1,%d,100,pv,1511658000\n".formatted(item));
    }
    write("UserBehavior.csv", rows.toString());
    assertThat(DataSets.read(folder).clicks())
        .extracting(ClickEvent::itemId)
        .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11");
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
  void lastClickIsHeldOutWhereThePublisherHoldsOutNone() throws IOException {
    write(
        "shop.inter",
        "user_id:token\titem_id:token\ttimestamp:float\n0\tc\t3\n0\ta\t1\n0\tb\t2\n1\ta\t9\n");
    LeaveOneOut split = DataSets.readLeaveOneOut(folder, null);
    assertThat(split.heldOut())
        .extracting(heldOut -> heldOut.click().itemId())
        .containsExactly("c");
    assertThat(split.train().clicks()).extracting(ClickEvent::itemId).containsExactly("a", "a");
    assertThat(split.history().clicks())
        .extracting(ClickEvent::itemId)
        .containsExactly("a", "b", "a");
  }

  @Test
  void severalFilesWhereOneIsReadAreRefused() throws IOException {
    write("shop.test.inter", "user_id:token\titem_id:token\ttimestamp:float\n");
    write("shop.train.inter", "user_id:token\titem_id:token\ttimestamp:float\n");
    assertThatThrownBy(() -> DataSets.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "data folder must hold one *.inter, was %s with [shop.test.inter, shop.train.inter]"
                .formatted(folder));
  }

  @Test
  void testFileWithoutSplitIsRefused() throws IOException {
    write("UserBehavior.csv", "1,10,100,pv,1511658000\n");
    Path test = write("test.csv", "user_id,item_id,time\n");
    assertThatThrownBy(() -> DataSets.readLeaveOneOut(folder, test))
        .hasMessageContaining("must come with a data set that is split already")
        .hasMessageContaining("was " + test + " with Taobao UserBehavior: UserBehavior*.csv")
        .hasMessageContaining("\n  ReChorus: train.csv")
        .hasMessageNotContaining("RecBole");
    assertThatThrownBy(() -> DataSets.readLeaveOneOut(folder, folder.resolve("missing")))
        .hasMessage("test file must exist, was " + folder.resolve("missing"));
  }

  @Test
  void clicksAloneAreNoImpressions() throws IOException {
    write("UserBehavior.csv", "1,10,100,pv,1511658000\n");
    assertThatThrownBy(() -> DataSets.readImpressions(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("was " + folder + " with Taobao UserBehavior: UserBehavior*.csv")
        .hasMessageContaining("\n  MovieLens 1M")
        .hasMessageContaining("\n  MovieLens small")
        .hasMessageContaining("\n  KuaiRand")
        .hasMessageNotContaining("ReChorus");
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
  void fileThatCannotBeUnzippedIsNamed() throws IOException {
    Path file = write("UserBehavior.csv.gz", "1,10,100,pv,1511658000\n");
    String cannot = "Cannot unzip %s, which must be gzipped, and whole: ".formatted(file);
    assertThatThrownBy(() -> DataSets.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(cannot);
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(zipped)) {
      for (int item = 0; item < 50_000; item++) {
        out.write("1,%d,100,pv,1511658000\n".formatted(item).getBytes(UTF_8));
      }
    }
    for (int length : new int[] {5, 20, zipped.size() / 2, zipped.size() - 1}) {
      Files.write(file, Arrays.copyOf(zipped.toByteArray(), length));
      assertThatThrownBy(() -> DataSets.read(folder))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(cannot);
    }
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
        .hasMessage(
            file + ", row 2: seconds must be seconds since 1970, up to now, was 'yesterday'");
    write("UserBehavior.csv", "1,10,100,stare,1511658000\n");
    assertThatThrownBy(() -> DataSets.read(folder)).hasMessageContaining("behavior must be one of");
    write("UserBehavior.csv", "1,10\n");
    assertThatThrownBy(() -> DataSets.read(folder))
        .hasMessage(file + ", row 1: must have 5 columns, was 2: 1 10");
  }

  @Test
  void dataSetWithoutClicksIsRefused() throws IOException {
    String noClicks = "Cannot use %s: there are no clicks in it, read as ".formatted(folder);
    write("movies.csv", "movieId,title,genres\n11,Heat (1995),Crime\n");
    write("ratings.csv", "userId,movieId,rating,timestamp\n5,11,3.5,1000000000\n");
    assertThatThrownBy(() -> DataSets.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessage(noClicks + "MovieLens small, 10M to 32M: ratings.csv, movies.csv");
    assertThatThrownBy(() -> DataSets.readImpressions(folder)).hasMessageStartingWith(noClicks);
    assertThatThrownBy(() -> DataSets.readLeaveOneOut(folder, null))
        .hasMessageStartingWith(noClicks);
    Files.delete(folder.resolve("ratings.csv"));
    write("shop.inter", "");
    assertThatThrownBy(() -> DataSets.read(folder, "food")).hasMessageStartingWith(noClicks);
  }

  @Test
  void byteOrderMarkOfSpreadsheetsIsNoPartOfTheText() throws IOException {
    write("shop.inter", "\ufeffuser_id,item_id,timestamp\n0,a,3\n");
    assertThat(DataSets.read(folder).clicks()).extracting(ClickEvent::userId).containsExactly("0");
    write("UserBehavior.csv", "\ufeff1,10,100,pv,1511658000\n");
    assertThat(DataSets.read(folder).clicks()).extracting(ClickEvent::userId).containsExactly("1");
    write("movies.dat", "\ufeff7::Amelie (2001)::Comedy\n");
    write("ratings.dat", "1::7::4::978300760\n");
    assertThat(DataSets.read(folder).items()).extracting(Item::itemId).containsExactly("7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1511658000000", // milliseconds
        "-1",
        "9999999999",
        "99999999999999999999",
        "1e300",
        "NaN",
        "Infinity",
        "2999-01-01",
        "1969-12-31",
        "+999999999-12-31"
      })
  void timeThatJobsWouldRefuseIsRefusedWithItsRow(String time) throws IOException {
    Path file = write("shop.inter", "user_id,item_id,timestamp\n0,a,3\n0,b," + time + "\n");
    assertThatThrownBy(() -> DataSets.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "%s, row 2: timestamp must be seconds since 1970 or a date like 2015-06-23, up to now, was '%s'",
            file, time);
  }

  @Test
  void millisecondsForSecondsAreRefusedOfWhateverPublisher() throws IOException {
    String wrong = "must be seconds since 1970, up to now, was '1511658000000'";
    write("train.csv", "user_id,item_id,time\n1,2,1511658000000\n");
    assertThatThrownBy(() -> DataSets.read(folder)).hasMessageContaining("row 1: time " + wrong);
    write("UserBehavior.csv", "1,10,100,pv,1511658000000\n");
    assertThatThrownBy(() -> DataSets.read(folder)).hasMessageContaining("row 1: seconds " + wrong);
    write("movies.csv", "movieId,title,genres\n");
    write("ratings.csv", "userId,movieId,rating,timestamp\n5,11,4.5,1511658000000\n");
    assertThatThrownBy(() -> DataSets.read(folder))
        .hasMessageContaining("row 1: timestamp " + wrong);
    write("movies.dat", "");
    write("ratings.dat", "1::7::4::1511658000000\n");
    assertThatThrownBy(() -> DataSets.readImpressions(folder))
        .hasMessageContaining("row 1: seconds " + wrong);
  }

  @Test
  @EnabledIfEnvironmentVariable(named = "FRESHET_DATA", matches = ".+")
  void publishedFilesAreReadWhole() throws IOException {
    Path data = Path.of(System.getenv("FRESHET_DATA"));
    assertThat(DataSets.read(data.resolve("movielens-1m")).clicks()).hasSizeGreaterThan(500_000);
    assertThat(DataSets.read(data.resolve("movielens-small")).clicks()).hasSizeGreaterThan(40_000);
    assertThat(DataSets.read(data.resolve("taobao-slice")).clicks()).hasSize(110_300);
    assertThat(DataSets.read(data.resolve("kuairand")).clicks()).hasSize(100_900);
    assertThat(DataSets.read(data.resolve("amazon-grocery")).categories())
        .hasSizeGreaterThan(8_000);
    assertThat(DataSets.read(data.resolve("amazon-prime-pantry")).clicks()).hasSize(109_007);
    Path foodKitchen = data.resolve("amazon-food-kitchen");
    assertThat(DataSets.read(foodKitchen, "food").clicks()).hasSize(83_663);
    assertThat(DataSets.read(foodKitchen, "kitchen").clicks()).hasSize(89_885);
    assertThat(DataSets.readImpressions(data.resolve("kuairand")).impressions()).hasSize(228_329);
    assertThat(DataSets.readImpressions(data.resolve("movielens-1m")).impressions())
        .hasSizeGreaterThan(1_000_000);
    assertThat(DataSets.readLeaveOneOut(data.resolve("amazon-grocery"), null).heldOut())
        .hasSize(14_681);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
