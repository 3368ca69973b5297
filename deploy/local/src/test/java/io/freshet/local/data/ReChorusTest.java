package io.freshet.local.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.model.ClickLog;
import io.freshet.model.LeaveOneOut;
import io.freshet.model.LeaveOneOut.HeldOut;
import io.freshet.schemas.ClickEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReChorusTest {
  private static final String WITH_NEGATIVES = "user_id\titem_id\ttime\tneg_items\n";

  @TempDir private Path folder;
  @TempDir private Path elsewhere;

  @BeforeEach
  void trainAndDevOfOneDay() throws IOException {
    write("train.csv", "user_id,item_id,time\n1,2,1000000000\n1,3,1000000000\n");
    write("dev.csv", "user_id,item_id,time\n1,4,1000000000\n");
    write("item_meta.csv", "item_id,i_category,r_complement\n2,5,\"[4496, 194]\"\n");
  }

  @Test
  void bothPartsAreReadTheHeldOutOneLast() throws IOException {
    ClickLog log = DataSets.read(folder);
    assertThat(items(log)).containsExactly("2", "3", "4");
    assertThat(log.categories()).isEqualTo(Map.of("2", "5"));
  }

  @Test
  void devIsHeldOutWithoutTestFile() throws IOException {
    LeaveOneOut split = DataSets.readLeaveOneOut(folder, null);
    assertThat(items(split.train())).containsExactly("2", "3");
    assertThat(split.history()).isEqualTo(split.train());
    assertThat(split.heldOut()).extracting(h -> h.click().itemId()).containsExactly("4");
    assertThat(split.heldOut()).extracting(HeldOut::negatives).containsExactly(List.of());
    assertThat(split.validation()).isEqualTo(split.heldOut());
    assertThat(split.train().categories()).isEqualTo(Map.of("2", "5"));
  }

  @Test
  void devIsHistoryButNotLearntFromWithTestFile() throws IOException {
    Path test = test("test.csv", "user_id,item_id,time\n1,5,1000000000\n");
    LeaveOneOut split = DataSets.readLeaveOneOut(folder, test);
    assertThat(items(split.train())).containsExactly("2", "3");
    assertThat(items(split.history())).containsExactly("2", "3", "4");
    assertThat(split.validation()).extracting(h -> h.click().itemId()).containsExactly("4");
    assertThat(split.heldOut()).extracting(h -> h.click().itemId()).containsExactly("5");
    assertThat(split.heldOut().get(0).click().eventId())
        .isGreaterThan(split.history().clicks().get(2).eventId());
  }

  @Test
  void devNamedAsTestFileIsNotHistory() throws IOException {
    assertThat(DataSets.readLeaveOneOut(folder, folder.resolve("dev.csv")))
        .isEqualTo(DataSets.readLeaveOneOut(folder, null));
  }

  @Test
  void negativesAreReadAsReChorusWritesThem() throws IOException {
    write("train.csv", "user_id\titem_id\ttime\n1\t2\t1000000000\n");
    Path test = test("test.csv", WITH_NEGATIVES + "1\t5\t1000000000\t[12, 15, 12]\n");
    LeaveOneOut split = DataSets.readLeaveOneOut(folder, test);
    assertThat(items(split.train())).containsExactly("2");
    assertThat(split.heldOut().get(0).negatives()).containsExactly("12", "15", "12");
  }

  @Test
  void negativesOfZippedCommaSeparatedFileAreRead() throws IOException {
    Path test = elsewhere.resolve("test.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(test))) {
      out.write(
          "user_id,item_id,time,neg_items\n1,5,1000000000,\"[12,15]\"\n2,5,1,[]\n".getBytes(UTF_8));
    }
    assertThat(DataSets.readLeaveOneOut(folder, test).heldOut())
        .extracting(HeldOut::negatives)
        .containsExactly(List.of("12", "15"), List.of());
  }

  @Test
  void negativesThatAreNoListAreRefused() throws IOException {
    for (String wrong : List.of("12", "[12", "12]", "[12,,15]", "[12, ]", "[,]")) {
      Path test = test("test.csv", WITH_NEGATIVES + "1\t5\t1\t" + wrong + "\n");
      assertThatThrownBy(() -> DataSets.readLeaveOneOut(folder, test))
          .hasMessage(
              test + ", row 1: neg_items must be a list like [12, 15], was '" + wrong + "'");
    }
  }

  @Test
  void clickedItemAmongItsNegativesIsRefused() throws IOException {
    Path test = test("test.csv", WITH_NEGATIVES + "1\t5\t1\t[6]\n1\t5\t1\t[6, 5]\n");
    assertThatThrownBy(() -> DataSets.readLeaveOneOut(folder, test))
        .hasMessage(test + ", row 2: neg_items must be other items than item_id, was '5'");
  }

  @Test
  void withoutDevAndTestFileNothingIsHeldOut() throws IOException {
    Files.delete(folder.resolve("dev.csv"));
    assertThatThrownBy(() -> DataSets.readLeaveOneOut(folder, null))
        .hasMessage("data folder must hold one dev.csv, was " + folder + " with none");
  }

  @Test
  void withoutClicksToLearnFromItIsRefused() throws IOException {
    write("train.csv", "user_id,item_id,time\n");
    assertThatThrownBy(() -> DataSets.readLeaveOneOut(folder, null))
        .hasMessageStartingWith("Cannot use " + folder + ": there are no clicks in it");
  }

  private static List<String> items(ClickLog log) {
    return log.clicks().stream().map(ClickEvent::itemId).toList();
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private Path test(String name, String text) throws IOException {
    return Files.writeString(elsewhere.resolve(name), text);
  }
}
