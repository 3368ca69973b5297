package io.freshet.model.embedding;

import io.freshet.model.baseline.BprConfig;
import io.freshet.model.pcrec.EgoFeatures;
import io.freshet.model.pcrec.Pairs;
import io.freshet.model.pcrec.PcRecConfig;
import io.freshet.schemas.ClickEvent;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Two domains of users with a taste each, for embeddings that are made in a moment. */
final class Domains {
  static final EmbeddingConfig CONFIG =
      new EmbeddingConfig(
          new PcRecConfig(
              12, 30, .5f, 2, 6, EgoFeatures.RETURNS, 3, 4, 8, 4, 2, 32, .9f, .1f, .01f, 8, 20),
          2,
          new BprConfig(8, .05f, .01f, 64, 30, 10, 1),
          50);

  static final int USERS = 60;

  /** Users 0 to 79; those from {@link #USERS} on are here alone. */
  static final List<ClickEvent> SOURCE = clicks("s", 80, 30, 1_600, 1);

  static final List<ClickEvent> TARGET = clicks("t", USERS, 40, 1_200, 2);

  private static final int TASTES = 4;

  private Domains() {}

  private static List<ClickEvent> clicks(String item, int users, int items, int count, long seed) {
    Random random = new Random(seed);
    return Pairs.clicks(
        IntStream.range(0, count)
            .mapToObj(
                i -> {
                  int user = i % users;
                  int clicked = random.nextInt(items / TASTES) * TASTES + user % TASTES;
                  return "u%d %s%d".formatted(user, item, clicked);
                })
            .toList());
  }
}
