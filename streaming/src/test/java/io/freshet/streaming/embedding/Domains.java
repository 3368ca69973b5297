package io.freshet.streaming.embedding;

import io.freshet.model.baseline.BprConfig;
import io.freshet.model.embedding.EmbeddingConfig;
import io.freshet.model.pcrec.EgoFeatures;
import io.freshet.model.pcrec.PcRecConfig;
import io.freshet.schemas.ClickEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Two domains of users with a taste each, for embeddings that are made in a moment. */
final class Domains {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final int TASTES = 4;

  static final EmbeddingConfig CONFIG =
      new EmbeddingConfig(
          new PcRecConfig(
              12, 30, .5f, 2, 6, EgoFeatures.RETURNS, 3, 4, 8, 4, 2, 32, .9f, .1f, .01f, 8, 20),
          2,
          new BprConfig(8, .05f, .01f, 64, 30, 10, 1),
          50);

  static final List<ClickEvent> SOURCE = clicks("s", 80, 30, 1_600, 1);
  static final List<ClickEvent> TARGET = clicks("t", 60, 40, 1_200, 2);

  private Domains() {}

  static ClickEvent click(String user, String item, int number) {
    return new ClickEvent(
        "%s-%06d".formatted(item.substring(0, 1), number),
        user,
        item,
        NOON.plusSeconds(number),
        "click",
        null,
        Map.of());
  }

  private static List<ClickEvent> clicks(String item, int users, int items, int count, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              int user = i % users;
              int clicked = random.nextInt(items / TASTES) * TASTES + user % TASTES;
              return click("u" + user, item + clicked, i);
            })
        .toList();
  }
}
