package io.freshet.model.bst;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * All that a training needs to go on as if it had never stopped: what is learnt, Adam's running
 * means, the best weights so far, and how far it has come. It is kept after each epoch.
 */
final class TrainingState {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String FOLDER = "checkpoint";
  private static final String PROGRESS = "progress.json";

  /**
   * How far a training has come.
   *
   * @param training which one: of what log, in what form, with what settings
   * @param epochs how many are done
   */
  record Progress(String training, int epochs, long steps, long examples, double bestAuc) {}

  final Weights weights;
  final Adam adam;
  final Weights best;
  final Progress progress;

  TrainingState(Weights weights, Adam adam, Weights best, Progress progress) {
    this.weights = weights;
    this.adam = adam;
    this.best = best;
    this.progress = progress;
  }

  /** Returns whether the training with that name has been kept in the directory. */
  static boolean isIn(Path directory, String training) throws IOException {
    Path progress = directory.resolve(FOLDER).resolve(PROGRESS);
    return Files.exists(progress)
        && JSON.readValue(progress.toFile(), Progress.class).training().equals(training);
  }

  static TrainingState read(Path directory, float learningRate, NDManager manager)
      throws IOException {
    Path folder = directory.resolve(FOLDER);
    Progress progress = JSON.readValue(folder.resolve(PROGRESS).toFile(), Progress.class);
    Weights weights = Weights.read(manager, folder.resolve("weights"));
    Weights means = Weights.read(manager, folder.resolve("means"));
    Weights variances = Weights.read(manager, folder.resolve("variances"));
    Adam adam = new Adam(weights, means, variances, learningRate, progress.steps());
    return new TrainingState(
        weights, adam, Weights.read(manager, folder.resolve("best")), progress);
  }

  /** Keeps this in the directory in place of what was kept before. */
  void write(Path directory) throws IOException {
    Path folder = Files.createDirectories(directory.resolve(FOLDER));
    // Progress goes first and comes last: while it is not there, nothing else is looked at.
    Files.deleteIfExists(folder.resolve(PROGRESS));
    weights.write(folder.resolve("weights"));
    adam.means().write(folder.resolve("means"));
    adam.variances().write(folder.resolve("variances"));
    best.write(folder.resolve("best"));
    Path draft = folder.resolve(PROGRESS + ".draft");
    JSON.writeValue(draft.toFile(), progress);
    Files.move(draft, folder.resolve(PROGRESS), StandardCopyOption.ATOMIC_MOVE);
  }
}
