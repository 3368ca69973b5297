package io.freshet.local.pipeline;

import io.freshet.local.KafkaClient;
import io.freshet.model.ClickLog;
import io.freshet.model.bst.BstConfig;
import io.freshet.model.bst.BstRelease;
import io.freshet.model.bst.TrainedBst;
import io.freshet.model.pcrec.EmbeddingRelease;
import io.freshet.model.pcrec.Embeddings;
import io.freshet.model.pcrec.GraphEncoder;
import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.model.pcrec.PcRecConfig;
import io.freshet.schemas.Release;
import io.freshet.schemas.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Announces releases while a job answers, so that it swaps: models and embeddings in turn, two of
 * each, which differ in nothing but their version.
 */
final class Swaps implements AutoCloseable {
  private static final int OF_A_KIND = 2;

  private final ScheduledExecutorService announcing = Executors.newSingleThreadScheduledExecutor();
  private final ScheduledFuture<?> turns;

  /** Begins at once with the first of the releases. */
  Swaps(List<Release> releases, Duration every, KafkaClient kafka) {
    int[] announced = {0};
    turns =
        announcing.scheduleAtFixedRate(
            () -> {
              Release next = releases.get(announced[0]++ % releases.size());
              var unused = kafka.send(Topics.RELEASES, next);
            },
            0,
            every.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** Writes the releases: embeddings, a model, other embeddings, another model. */
  static List<Release> releases(BstConfig form, ClickLog history, Path work) throws IOException {
    List<Release> inTurn = new ArrayList<>();
    try (TrainedBst model = TrainedBst.untrained(form, history, 1);
        GraphEncoder encoder = encoder()) {
      Embeddings embeddings = embeddings(history, encoder.config().vectorWidth());
      for (int second = 0; second < OF_A_KIND; second++) {
        Instant time = Instant.EPOCH.plusSeconds(second); // a version of its own
        Path ofEmbeddings = EmbeddingRelease.write(encoder, embeddings, Map.of(), time, work);
        inTurn.add(EmbeddingRelease.describe(ofEmbeddings, ofEmbeddings.toUri().toString()));
        Path ofModel = BstRelease.write(model, time, work);
        inTurn.add(BstRelease.describe(ofModel, ofModel.toUri().toString()));
      }
    }
    return inTurn;
  }

  private static GraphEncoder encoder() {
    return GraphEncoder.pretrain(
        InteractionGraph.of(List.of()),
        PcRecConfig.standard().withSteps(0),
        1,
        (done, steps, loss) -> {});
  }

  private static Embeddings embeddings(ClickLog history, int width) {
    List<String> users = history.clicks().stream().map(click -> click.userId()).distinct().toList();
    List<String> items = history.items().stream().map(item -> item.itemId()).toList();
    SplittableRandom random = new SplittableRandom(1);
    return Embeddings.of(
        width,
        users,
        values(users.size() * width, random),
        items,
        values(items.size() * width, random));
  }

  private static float[] values(int count, SplittableRandom random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  /**
   * @throws IOException when a release could not be announced
   */
  @Override
  public void close() throws IOException, InterruptedException {
    boolean failed = turns.isDone();
    announcing.shutdownNow();
    if (failed) {
      try {
        turns.get();
      } catch (ExecutionException e) {
        throw new IOException("Cannot announce a release: " + e.getCause(), e.getCause());
      }
    }
  }
}
