package io.freshet.local.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.model.ClickLog;
import io.freshet.schemas.ClickEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReChorusTest {
  @TempDir private Path folder;

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

  private static List<String> items(ClickLog log) {
    return log.clicks().stream().map(ClickEvent::itemId).toList();
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }
}
