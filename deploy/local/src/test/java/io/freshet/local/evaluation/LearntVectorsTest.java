package io.freshet.local.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.model.ClickLog;
import io.freshet.model.ComputeDevice;
import io.freshet.model.EmbeddingSpace;
import io.freshet.schemas.ClickEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class LearntVectorsTest {
  private static final Instant END = Instant.ofEpochSecond(1_000);

  private final SplittableRandom random = new SplittableRandom(1);
  private int number;

  @Test
  void whatHappensLaterInTheSourceIsNotKnownEither() throws Exception {
    List<ClickEvent> source = new ArrayList<>();
    List<ClickEvent> target = new ArrayList<>();
    for (int user = 0; user < 80; user++) {
      source.addAll(clicks("u" + user, "s", user % 2, 0));
      target.addAll(clicks("u" + user, "t", user % 2, 0));
    }
    source.addAll(clicks("source alone", "s", 0, 0));
    source.addAll(clicks("later", "s", 0, END.getEpochSecond()));

    EmbeddingSpace vectors =
        LearntVectors.of(
                new ClickLog(source, List.of()),
                new ClickLog(target, List.of()),
                new TreeSet<>(List.of(END)),
                0,
                ComputeDevice.CPU,
                System.err)
            .at(END);

    assertThat(vectors.ofUser("source alone")).isNotNull();
    assertThat(vectors.ofUser("later")).isNull();
  }

  private List<ClickEvent> clicks(String user, String domain, int group, long second) {
    List<ClickEvent> clicks = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      clicks.add(
          new ClickEvent(
              "e" + number++,
              user,
              domain + group + "-" + random.nextInt(10),
              Instant.ofEpochSecond(second + random.nextInt(1_000)),
              "click",
              null,
              Map.of()));
    }
    return clicks;
  }
}
