package io.freshet.model.embedding;

import static io.freshet.model.Check.check;

import io.freshet.model.embedding.EmbeddingTrainer.Trained;
import io.freshet.model.pcrec.EmbeddingRelease;
import io.freshet.model.pcrec.GraphEncoder;
import io.freshet.model.pcrec.GraphEncoder.Place;
import io.freshet.model.pcrec.IndexBenchmark;
import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.schemas.ClickEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How long a round takes that makes embeddings, from clicks to a release on disk, with clicks that
 * are source and target both; and how the index of their items does.
 *
 * <p>It is what the embedding job does, but for two things: nodes are encoded here one chunk after
 * the other, where the job spreads them over its subtasks, and nothing goes from one operator to
 * the next.
 */
public final class EmbeddingBenchmark {
  private static final int CLICKS_OF_USER = 10;
  private static final int CLICKS_OF_ITEM = 50;
  private static final int WARM_UP_STEPS = 10; // the listener hears of as many at a time
  private static final int VIEWS_OF_EGO = 2;
  private static final int NEAR = 100;

  private final EmbeddingConfig config;

  /**
   * What one round took.
   *
   * @param edges of the target's graph, without what is held out
   * @param nodes its users and items
   * @param roundSeconds of all four parts
   * @param preparationSeconds graphs, where their nodes are, and pre-training
   * @param encodingSeconds of the target's nodes and the source's users, with their ego networks
   * @param fineTuningSeconds with validation, and what follows until there are embeddings
   * @param writingSeconds of the release
   * @param viewsPerSecond ego networks pre-trained on, two for each ego of a step
   * @param nodesPerSecond encoded
   * @param epochs of fine-tuning, until validation no longer rose
   * @param epochSeconds of one, with validation
   * @param index of the items, asked for the {@value #NEAR} nearest; in no part of the round
   */
  public record Result(
      int edges,
      int nodes,
      double roundSeconds,
      double preparationSeconds,
      double encodingSeconds,
      double fineTuningSeconds,
      double writingSeconds,
      double viewsPerSecond,
      double nodesPerSecond,
      int epochs,
      double epochSeconds,
      IndexBenchmark.Comparison index) {}

  /**
   * @param config with more than {@value #WARM_UP_STEPS} steps of pre-training; only the others
   *     count for views a second
   */
  public EmbeddingBenchmark(EmbeddingConfig config) {
    int steps = config.encoder().steps();
    check(steps > WARM_UP_STEPS, "steps", "more than " + WARM_UP_STEPS, steps);
    this.config = config;
  }

  /**
   * Makes one round.
   *
   * @param work an empty folder for what it writes, the caller's to delete
   */
  public Result run(List<ClickEvent> clicks, Path work) throws IOException {
    Pace steps = new Pace();
    Pace epochs = new Pace();
    Stopwatch watch = new Stopwatch();
    Preparation prepared =
        Preparation.of(
            clicks,
            clicks,
            config,
            null,
            (done, all, loss) -> steps.at(done),
            Place.onCpu(work.resolve("pre-training")));
    double preparationSeconds = watch.lap();
    float[] vectors = prepared.vectors();
    double encodingSeconds = watch.lap();
    Trained trained =
        new EmbeddingTrainer(prepared.material(), vectors, config)
            .train(null, progress -> epochs.at(progress.epoch()));
    double fineTuningSeconds = watch.lap();
    write(prepared, trained, work);
    double writingSeconds = watch.lap();
    InteractionGraph graph = prepared.material().target().train();
    return new Result(
        graph.edges(),
        graph.nodes(),
        preparationSeconds + encodingSeconds + fineTuningSeconds + writingSeconds,
        preparationSeconds,
        encodingSeconds,
        fineTuningSeconds,
        writingSeconds,
        VIEWS_OF_EGO * config.encoder().batchSize() / steps.secondsOfOne(),
        (double) vectors.length / config.encoder().vectorWidth() / encodingSeconds,
        epochs.last,
        epochs.secondsOfOne(),
        IndexBenchmark.compare(trained.embeddings(), NEAR));
  }

  private void write(Preparation prepared, Trained trained, Path work) throws IOException {
    try (GraphEncoder encoder = GraphEncoder.ofBytes(config.encoder(), prepared.encoder())) {
      EmbeddingRelease.write(encoder, trained.embeddings(), trained.metrics(), Instant.EPOCH, work);
    }
  }

  /**
   * Returns random clicks, a second apart, ten a user, in which few items have most; some are of
   * the same user and item.
   */
  public static List<ClickEvent> randomClicks(int count) {
    SplittableRandom random = new SplittableRandom(1);
    String[] users = ids("u", Math.max(1, count / CLICKS_OF_USER));
    String[] items = ids("i", Math.max(1, count / CLICKS_OF_ITEM));
    List<ClickEvent> clicks = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String user = users[random.nextInt(users.length)];
      String item = items[(int) (items.length * Math.pow(random.nextDouble(), 2))];
      Instant time = Instant.ofEpochSecond(i);
      clicks.add(new ClickEvent("", user, item, time, ClickEvent.DEFAULT_ACTION, null, Map.of()));
    }
    return clicks;
  }

  private static String[] ids(String prefix, int count) {
    String[] ids = new String[count];
    for (int i = 0; i < count; i++) {
      ids[i] = prefix + i;
    }
    return ids;
  }

  /** How fast something goes that is heard of now and then, from the first time to the last. */
  private static final class Pace {
    private int first = -1;
    private int last;
    private double seconds;
    private final Stopwatch watch = new Stopwatch();

    void at(int done) {
      double lap = watch.lap();
      if (first < 0) {
        first = done;
      } else {
        seconds += lap;
      }
      last = done;
    }

    double secondsOfOne() {
      return seconds / (last - first);
    }
  }

  private static final class Stopwatch {
    private long last = System.nanoTime();

    /** Returns the seconds since it was made, or asked last. */
    double lap() {
      long now = System.nanoTime();
      double seconds = (now - last) / 1e9;
      last = now;
      return seconds;
    }
  }
}
