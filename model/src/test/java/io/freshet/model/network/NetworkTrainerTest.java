package io.freshet.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.freshet.model.ClickLog;
import io.freshet.model.ComputeDevice;
import io.freshet.model.EmbeddingHistory;
import io.freshet.model.ItemTable;
import io.freshet.model.bst.BstConfig;
import io.freshet.model.network.ClickExamples.LaterMoment;
import io.freshet.model.network.NetworkTrainer.Material;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTrainerTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final BstConfig FORM = TinyBst.CONFIG.withSequenceLength(6);
  private static final ClickLog LOG = Logs.chains(1_200, 20, 1);
  private static final Examples LEARNT =
      new ClickExamples(
              LOG,
              ItemTable.of(new ClickLog(List.of(), List.of())),
              sampler(),
              FORM.sequenceLength(),
              EmbeddingHistory.NONE)
          .from(LOG.timeAt(.5), 3, LaterMoment.BETWEEN);

  @TempDir private Path directory;

  @Test
  void weightsThatDidBestAreKept() throws IOException {
    Material reversed = material(measured(true)); // the more is learnt, the worse it looks
    List<Double> aucs = new ArrayList<>();
    float[] kept;
    try (TrainedNetwork trained = train(reversed, config(4, 4), aucs, "all")) {
      kept = trained.weights().get("item").toFloatArray();
      assertThat(aucs).hasSize(4).allMatch(auc -> auc <= aucs.get(0));
      assertThat(trained.metrics()).containsEntry("validation_auc", aucs.get(0));
    }
    try (TrainedNetwork first = train(reversed, config(1, 1), new ArrayList<>(), "first")) {
      assertThat(first.weights().get("item").toFloatArray()).isEqualTo(kept);
    }
  }

  @Test
  void trainingStopsOnceNoEpochHasBeenBetterForAWhile() throws IOException {
    List<Double> aucs = new ArrayList<>();
    train(material(measured(true)), config(50, 2), aucs, "impatient").close();
    assertThat(aucs).as("the first did best").hasSize(3);
  }

  @Test
  void trainingWithoutTimeLearnsFromOneStepAndMeasuresIt() throws IOException {
    List<Double> aucs = new ArrayList<>();
    TrainingConfig none = config(3, 3).withTimeLimit(Duration.ofNanos(1));
    try (TrainedNetwork trained = train(material(measured(false)), none, aucs, "hurried")) {
      assertThat(aucs).hasSize(1);
      assertThat(trained.metrics())
          .containsEntry("validation_auc", aucs.get(0))
          .containsEntry("examples", (double) none.batchSize())
          .containsEntry("epochs", 1.0);
    }
  }

  @Test
  void onlyTheNewestEpochAndTheBestOneAreKeptOnDisk() throws IOException {
    train(material(measured(true)), config(4, 4), new ArrayList<>(), "kept").close();
    try (Stream<Path> epochs = Files.list(directory.resolve("kept").resolve("checkpoint"))) {
      assertThat(epochs.map(epoch -> epoch.getFileName().toString()))
          .containsExactlyInAnyOrder("epoch-1", "epoch-4");
    }
  }

  @Test
  void epochThatWasNotWrittenWholeIsNotGoneOnFrom() throws IOException {
    Material material = material(measured(false));
    float[] expected;
    try (TrainedNetwork trained = train(material, config(2, 2), new ArrayList<>(), "whole")) {
      expected = trained.weights().get("item").toFloatArray();
    }
    Path draft = directory.resolve("cut").resolve("checkpoint").resolve("epoch-1.draft");
    Files.createDirectories(draft);
    Files.writeString(draft.resolve("weights"), "half of it");
    try (TrainedNetwork trained = train(material, config(2, 2), new ArrayList<>(), "cut")) {
      assertThat(trained.weights().get("item").toFloatArray()).isEqualTo(expected);
    }
  }

  @Test
  void epochThatWasNotDeletedWholeStopsNothing() throws IOException {
    Material material = material(measured(false));
    train(material, config(2, 2), new ArrayList<>(), "deleted").close();
    Path deleted = directory.resolve("deleted").resolve("checkpoint").resolve("epoch-0");
    Files.createDirectories(deleted);
    Files.writeString(deleted.resolve("weights"), "not yet deleted");

    List<Double> aucs = new ArrayList<>();
    train(material, config(2, 2), aucs, "deleted").close();

    assertThat(aucs).as("all is done").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'training':'TRAINING','epochs':2,'steps':9,'examples':9,'bestEpoch':2,'best':0.9,'new':1}",
        "{'training':'TRAINING','epochs':2}",
        "{'epochs':2,'steps':9,'examples':9,'bestEpoch':2,'best':0.9}",
        "not JSON"
      })
  void progressThatAnotherVersionKeptIsNotGoneOnFrom(String kept) throws IOException {
    Material material = material(measured(false));
    train(material, config(2, 2), new ArrayList<>(), "later").close();
    try (Stream<Path> epochs = Files.list(directory.resolve("later").resolve("checkpoint"))) {
      for (Path epoch : epochs.toList()) {
        Path progress = epoch.resolve("progress.json");
        String name = JSON.readTree(progress.toFile()).get("training").textValue();
        Files.writeString(progress, kept.replace('\'', '"').replace("TRAINING", name));
      }
    }

    List<Double> aucs = new ArrayList<>();
    train(material, config(2, 2), aucs, "later").close();

    assertThat(aucs).as("all is learnt anew").hasSize(2);
  }

  @Test
  void networkOfAnotherFormIsNoStart() throws IOException {
    Material material = material(measured(false));
    try (TrainedNetwork other = train(material, config(1, 1), new ArrayList<>(), "other")) {
      Material from =
          new Material(
              "m", material.vocabularies(), LEARNT, material.measured(), Measure.AUC, other);
      assertThatThrownBy(
              () ->
                  NetworkTrainer.train(
                      FORM.with(2, BstConfig.Readout.TARGET),
                      from,
                      config(1, 1),
                      progress -> {},
                      directory))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("start must be of a form that");
    }
  }

  private TrainedNetwork train(
      Material material, TrainingConfig config, List<Double> aucs, String name) throws IOException {
    return NetworkTrainer.train(
        FORM,
        material,
        config,
        progress -> {
          if (progress.isEndOfEpoch()) {
            aucs.add(progress.validation());
          }
        },
        directory.resolve(name));
  }

  private static Material material(List<LabelledRequest> measured) {
    return new Material("m", Vocabularies.of(LOG, 1), LEARNT, measured, Measure.AUC, null);
  }

  private static List<LabelledRequest> measured(boolean reversed) {
    return IntStream.range(0, LEARNT.size())
        .mapToObj(i -> LEARNT.get(i, new SplittableRandom(i)))
        .map(example -> reversed ? reversed(example) : example)
        .toList();
  }

  private static LabelledRequest reversed(LabelledRequest example) {
    float[] labels = example.labels().clone();
    for (int c = 0; c < labels.length; c++) {
      labels[c] = 1 - labels[c];
    }
    return new LabelledRequest(example.request(), labels);
  }

  private static NegativeSampler sampler() {
    return new NegativeSampler(LOG, 0, 0);
  }

  private static TrainingConfig config(int epochs, int patience) {
    return new TrainingConfig(
        1,
        epochs,
        patience,
        10_000,
        128,
        OptimizerRule.ADAM,
        .003f,
        Duration.ofDays(1),
        ComputeDevice.CPU);
  }
}
