package io.freshet.model.network;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All that a training needs to go on as if it had never stopped: what is learnt, what the optimizer
 * keeps beside it, and how far it has come.
 *
 * <p>It is kept after each epoch in a folder of its own; those of older epochs go, but the best
 * one's. So the best weights are never held in memory beside the newest.
 */
record TrainingState(Weights weights, Optimizer optimizer, Progress progress) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();
  private static final String FOLDER = "checkpoint";
  private static final String PROGRESS = "progress.json";
  private static final String WEIGHTS = "weights";
  private static final String DRAFT = ".draft";

  /**
   * How far a training has come.
   *
   * @param training which one: from what, in what form, with what settings
   * @param epochs how many are done
   * @param bestEpoch the one that did best, from 1; 0 before the first
   */
  record Progress(
      String training, int epochs, long steps, long examples, int bestEpoch, double best) {

    /** Returns whether the last epoch did best. */
    boolean isAtBest() {
      return bestEpoch == epochs;
    }
  }

  /**
   * Returns how far the training of that name has come in the directory. What another version kept
   * in a way that this one cannot read is another training's.
   */
  static Optional<Progress> kept(Path directory, String training) throws IOException {
    List<Progress> all = new ArrayList<>();
    for (Path epoch : epochs(directory)) {
      progress(epoch).filter(of -> of.training().equals(training)).ifPresent(all::add);
    }
    return all.stream().max(Comparator.comparingInt(Progress::epochs));
  }

  private static Optional<Progress> progress(Path epoch) throws IOException {
    Path file = epoch.resolve(PROGRESS);
    if (!Files.exists(file)) {
      return Optional.empty(); // a kill left it half deleted
    }
    try {
      return Optional.of(JSON.readValue(file.toFile(), Progress.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  static TrainingState read(
      Path directory, Progress progress, TrainingConfig config, NDManager manager)
      throws IOException {
    Path folder = folder(directory, progress.epochs());
    Weights weights = Weights.read(manager, folder.resolve(WEIGHTS));
    Map<String, Weights> accumulators = new HashMap<>();
    for (String name : config.rule().accumulators()) {
      accumulators.put(name, Weights.read(manager, folder.resolve(name)));
    }
    return new TrainingState(
        weights,
        Optimizer.of(config.rule(), config.learningRate(), weights, accumulators, progress.steps()),
        progress);
  }

  /** Returns the weights that did best, as kept. */
  static Weights best(Path directory, Progress progress, NDManager manager) throws IOException {
    return Weights.read(manager, folder(directory, progress.bestEpoch()).resolve(WEIGHTS));
  }

  /** Keeps this in the directory, complete or not at all. */
  void write(Path directory) throws IOException {
    Path folder = folder(directory, progress.epochs());
    Path draft = folder.resolveSibling(folder.getFileName() + DRAFT);
    delete(draft);
    Files.createDirectories(draft);
    weights.write(draft.resolve(WEIGHTS));
    for (Map.Entry<String, Weights> kept : optimizer.accumulators().entrySet()) {
      kept.getValue().write(draft.resolve(kept.getKey()));
    }
    JSON.writeValue(draft.resolve(PROGRESS).toFile(), progress);
    delete(folder);
    Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
    for (Path other : epochs(directory)) {
      if (!other.equals(folder) && !other.equals(folder(directory, progress.bestEpoch()))) {
        delete(other);
      }
    }
  }

  private static Path folder(Path directory, int epoch) {
    return directory.resolve(FOLDER).resolve("epoch-" + epoch);
  }

  private static List<Path> epochs(Path directory) throws IOException {
    Path all = directory.resolve(FOLDER);
    if (!Files.isDirectory(all)) {
      return List.of();
    }
    try (Stream<Path> epochs = Files.list(all)) {
      return epochs.filter(epoch -> !epoch.toString().endsWith(DRAFT)).toList();
    }
  }

  /** A kill meanwhile leaves files of it, and no progress that would say that all are there. */
  private static void delete(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      Files.deleteIfExists(folder.resolve(PROGRESS));
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }
}
