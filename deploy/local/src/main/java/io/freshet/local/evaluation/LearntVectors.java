package io.freshet.local.evaluation;

import static io.freshet.model.Check.check;

import io.freshet.model.EmbeddingSpace;
import io.freshet.model.embedding.EmbeddingConfig;
import io.freshet.model.embedding.EmbeddingTrainer;
import io.freshet.model.embedding.EmbeddingTrainer.Trained;
import io.freshet.model.embedding.Preparation;
import io.freshet.model.pcrec.EmbeddingIndex;
import io.freshet.model.pcrec.GraphEncoder;
import io.freshet.schemas.ClickEvent;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.flink.util.FileUtils;

/** Learns PCRec vectors as the embedding job does, from what models may learn from alone. */
final class LearntVectors {
  private static final int SOURCE_CORE = 5;
  private static final int STEPS_BETWEEN_NOTES = 100;

  private LearntVectors() {}

  /** Returns how wide they are. */
  static int width() {
    return EmbeddingConfig.standard(SOURCE_CORE, 0).encoder().vectorWidth();
  }

  /**
   * Learns vectors.
   *
   * @param source what is pre-trained on
   * @param train what is fine-tuned on
   * @param steps of pre-training
   */
  static EmbeddingSpace of(
      List<ClickEvent> source, List<ClickEvent> train, int steps, PrintStream progress)
      throws IOException {
    EmbeddingConfig config = EmbeddingConfig.standard(SOURCE_CORE, steps);
    Path work = Files.createTempDirectory("freshet-vectors-");
    try {
      Preparation prepared =
          Preparation.of(
              source,
              train,
              config,
              null,
              (done, all, loss) -> note(done, all, loss, progress),
              work);
      Trained trained =
          new EmbeddingTrainer(prepared.material(), encoded(prepared, config), config)
              .train(null, epoch -> {});
      progress.printf("vectors: %s%n", trained.metrics());
      check(
          trained.embeddings().width() == width(),
          "width",
          "" + width(),
          trained.embeddings().width());
      return new EmbeddingIndex(trained.embeddings());
    } finally {
      FileUtils.deleteDirectoryQuietly(work.toFile());
    }
  }

  private static void note(int done, int steps, double loss, PrintStream progress) {
    if (done % STEPS_BETWEEN_NOTES == 0) {
      progress.printf(
          Locale.ROOT, "vectors, pre-training step %d of %d: loss %.4f%n", done, steps, loss);
    }
  }

  private static float[] encoded(Preparation prepared, EmbeddingConfig config) throws IOException {
    float[] vectors = new float[0];
    try (GraphEncoder encoder = GraphEncoder.ofBytes(config.encoder(), prepared.encoder())) {
      for (int chunk = 0; chunk < prepared.chunks(); chunk++) {
        float[] some = encoder.encode(prepared.networks(chunk));
        int before = vectors.length;
        vectors = Arrays.copyOf(vectors, before + some.length);
        System.arraycopy(some, 0, vectors, before, some.length);
      }
    }
    return vectors;
  }
}
