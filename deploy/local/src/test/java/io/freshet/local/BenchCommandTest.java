package io.freshet.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
  @Test
  void trainingIsMeasuredBesideDjlsOwn(@TempDir Path folder) throws Exception {
    Path report = folder.resolve("training.json");

    int code =
        Freshet.run(
            "bench",
            "training",
            "--items=100,2000",
            "--batch-sizes=4,8",
            "--rounds=2",
            "--steps=2",
            "--dense-steps=1",
            "--report=" + report);

    assertThat(code).isZero();
    JsonNode rows = new JsonMapper().readTree(report.toFile()).path("rows");
    assertThat(rows).hasSize(4);
    for (JsonNode row : rows) {
      assertThat(row.path("samples_per_second").asDouble()).isPositive();
      for (String other : new String[] {"plain", "dense"}) {
        assertThat(row.path(other + "_samples_per_second").asDouble()).isPositive();
        JsonNode ratio = row.path(other + "_ratio");
        assertThat(ratio.path("median").asDouble())
            .isBetween(ratio.path("lowest").asDouble(), ratio.path("highest").asDouble());
      }
    }
    assertThat(rows.get(2).path("items").asInt()).isEqualTo(2_000);
    assertThat(rows.get(3).path("batch_size").asInt()).isEqualTo(8);
  }

  @Test
  void scoringIsMeasuredBesideItsPlainFormAnotherEngineAndItsLimit(@TempDir Path folder)
      throws Exception {
    Path report = folder.resolve("scoring.json");

    int code =
        Freshet.run(
            "bench",
            "scoring",
            "--device=cpu",
            "--positions=3,5",
            "--candidates=1,30",
            "--requests=2",
            "--rounds=1",
            "--report=" + report);

    assertThat(code).isZero();
    JsonNode written = new JsonMapper().readTree(report.toFile());
    assertThat(written.path("device").asText()).isEqualTo("cpu");
    assertThat(written.path("engine").asText()).isEqualTo("onnxruntime");
    JsonNode rows = written.path("rows");
    assertThat(rows).hasSize(4);
    for (JsonNode row : rows) {
      for (String form : new String[] {"plain", "shared", "onnx", "limit", "onnx_limit"}) {
        assertThat(row.path(form + "_millis").asDouble()).as(form).isPositive();
      }
      assertThat(row.path("largest_difference").asDouble()).isBetween(Double.MIN_VALUE, 1e-5);
      assertThat(row.path("plain_to_shared").path("median").asDouble()).isPositive();
    }
    assertThat(rows.get(3).path("n").asInt()).isEqualTo(5);
    assertThat(rows.get(3).path("candidates").asInt()).isEqualTo(30);
    assertThat(rows.get(3).path("requests").asInt()).isEqualTo(2);
  }

  @Test
  void narrowerNumbersAreMeasuredWithWhatTheyRoundAway(@TempDir Path folder) throws Exception {
    Path report = folder.resolve("scoring.json");

    int code =
        Freshet.run(
            "bench",
            "scoring",
            "--device=cpu",
            "--precision=float16",
            "--positions=3",
            "--candidates=30",
            "--requests=2",
            "--rounds=1",
            "--report=" + report);

    assertThat(code).isZero();
    JsonNode written = new JsonMapper().readTree(report.toFile());
    assertThat(written.path("device").asText()).isEqualTo("cpu, float16");
    assertThat(written.path("rows").get(0).path("largest_difference").asDouble())
        .isBetween(1e-5, .01);
  }

  @Test
  void roundThatMakesEmbeddingsIsMeasuredFromClicksToARelease(@TempDir Path folder)
      throws Exception {
    Path report = folder.resolve("embeddings.json");

    int code =
        Freshet.run("bench", "embeddings", "--clicks=500,2000", "--steps=20", "--report=" + report);

    assertThat(code).isZero();
    JsonNode rows = new JsonMapper().readTree(report.toFile()).path("rows");
    assertThat(rows).hasSize(2);
    for (JsonNode row : rows) {
      double parts = 0;
      for (String part : new String[] {"preparation", "encoding", "fine_tuning", "writing"}) {
        double seconds = row.path(part + "_seconds").asDouble();
        assertThat(seconds).as(part).isPositive();
        parts += seconds;
      }
      assertThat(row.path("round_seconds").asDouble()).isCloseTo(parts, within(1e-6));
      for (String speed : new String[] {"views_per_second", "nodes_per_second", "epoch_seconds"}) {
        assertThat(row.path(speed).asDouble()).as(speed).isPositive();
      }
      assertThat(row.path("epochs").asInt()).as("more than patience").isBetween(20, 200);
    }
    // each of 200 users has a tenth held out; 40 items
    assertThat(rows.get(1).path("edges").asInt()).isBetween(1_300, 1_800);
    assertThat(rows.get(1).path("nodes").asInt()).isBetween(200, 240);
  }

  @Test
  void indexOfItemsIsMeasuredOnVectorsLearntFromADataSet(@TempDir Path folder) throws Exception {
    Path data = Files.createDirectory(folder.resolve("taobao"));
    Random random = new Random(1);
    StringBuilder clicks = new StringBuilder();
    for (int click = 0; click < 1_500; click++) { // no part of them has five edges a node
      clicks.append(
          "%d,%d,1,pv,%d%n"
              .formatted(random.nextInt(500), random.nextInt(300), 1_511_600_000 + click));
    }
    Files.writeString(data.resolve("UserBehavior.csv"), clicks);
    Path report = folder.resolve("embeddings.json");

    int code =
        Freshet.run(
            "bench",
            "embeddings",
            "--data=" + data,
            "--source-core=2",
            "--steps=20",
            "--report=" + report);

    assertThat(code).isZero();
    JsonNode written = new JsonMapper().readTree(report.toFile());
    assertThat(written.path("data").asText()).isEqualTo(data.toString());
    assertThat(written.path("rows")).hasSize(1);
    JsonNode index = written.path("rows").get(0).path("index");
    assertThat(index.path("items").asInt()).isBetween(250, 300);
    assertThat(index.path("users").asInt()).isBetween(400, 500);
    assertThat(index.path("recall").asDouble()).isBetween(.9, 1.);
    for (String time : new String[] {"build_seconds", "graph_micros", "exact_micros"}) {
      assertThat(index.path(time).asDouble()).as(time).isPositive();
    }
  }

  @Test
  void stateIsMeasuredInItsFormsAndCheckpointedAndRestored(@TempDir Path folder) throws Exception {
    Path report = folder.resolve("state.json");

    int code =
        Freshet.run(
            "bench",
            "state",
            "--lengths=3,60",
            "--seen=40",
            "--compared-users=100",
            "--clicks=150",
            "--rounds=2",
            "--users=2000",
            "--behaviors=20",
            "--report=" + report);

    assertThat(code).isZero();
    JsonNode forms = new JsonMapper().readTree(report.toFile()).path("forms");
    assertThat(forms.findValuesAsText("form"))
        .containsExactly(
            "log", "cached", "packed", "records", "map", "log", "cached", "packed", "records",
            "map");
    for (JsonNode row : forms) {
      assertThat(row.path("micros_per_click").asDouble()).isPositive();
      assertThat(row.path("to_log").path("median").asDouble()).isPositive();
      // 32 hex digits of an event are 16 bytes, which nothing makes shorter
      assertThat(row.path("bytes_per_user").asDouble())
          .isBetween(
              16 * row.path("behaviors").asDouble(),
              1_200 + 100 * (row.path("behaviors").asDouble() + row.path("seen").asDouble()));
    }
    JsonNode checkpoints = new JsonMapper().readTree(report.toFile()).path("checkpoints");
    JsonNode full = checkpoints.get(0);
    JsonNode incremental = checkpoints.get(1);
    assertThat(full.path("written_bytes").asLong()).isGreaterThan(2_000 * 20 * 16);
    assertThat(incremental.path("written_bytes").asLong())
        .isLessThan(full.path("written_bytes").asLong() / 10);
    assertThat(incremental.path("bytes").asLong()).isGreaterThan(full.path("bytes").asLong());
    for (JsonNode row : checkpoints) {
      assertThat(row.path("restore_seconds").asDouble()).isPositive();
    }
  }

  @Test
  void growthIsMeasuredAlongEachAxisAndDrawn(@TempDir Path folder) throws Exception {
    Path report = folder.resolve("growth.json");

    int code =
        Freshet.run(
            "bench",
            "growth",
            "--positions=3,5",
            "--candidates=2,9",
            "--widths=32,64",
            "--requests=2",
            "--users=10,200",
            "--items=800,30000",
            "--vectors=200,400",
            "--rounds=1",
            "--report=" + report);

    assertThat(code).isZero();
    JsonNode tables = new JsonMapper().readTree(report.toFile());
    assertThat(tables.path("scoring").findValuesAsText("along"))
        .containsExactly("behaviors", "behaviors", "candidates", "candidates", "width", "width");
    assertThat(tables.path("scoring").findValuesAsText("millis"))
        .allSatisfy(millis -> assertThat(Double.parseDouble(millis)).isPositive());
    assertThat(tables.path("scoring").get(1).path("behaviors").asInt()).isEqualTo(5);
    assertThat(tables.path("scoring").get(3).path("candidates").asInt()).isEqualTo(9);
    assertThat(tables.path("scoring").get(4).path("width").asInt()).isEqualTo(32);
    // an event is 32 hex digits and an item of 7 characters
    assertThat(tables.path("state").get(1).path("bytes").asInt()).isBetween(400_000, 900_000);
    JsonNode few = tables.path("releases").get(0);
    JsonNode many = tables.path("releases").get(1);
    // an item has a row of 32 numbers, and its id twice, 50 neighbors, 2 numbers and 1 byte more
    assertThat(many.path("disk_bytes").asLong() - few.path("disk_bytes").asLong())
        .isBetween(29_200L * (128 + 200), 29_200L * (128 + 250));
    assertThat(many.path("heap_bytes").asLong()).isBetween(30_000L * 216, 30_000L * 1_000);
    assertThat(many.path("native_bytes").asLong() - few.path("native_bytes").asLong())
        .isEqualTo(29_200 * 32 * 4);
    for (String source : new String[] {"similar", "category", "popular", "all"}) {
      assertThat(many.path("retrieval_micros").path(source).asDouble()).as(source).isPositive();
    }
    assertThat(tables.path("indexes").get(1).path("micros_per_query").asDouble()).isPositive();
    assertThat(tables.path("wire").get(0).path("click_bytes").asInt()).isBetween(100, 200);
    assertThat(tables.path("wire").get(0).path("answer_bytes").asInt()).isBetween(1_500, 4_000);
    assertThat(tables.path("wire").get(1).path("format").asText()).isEqualTo("Avro");
    assertThat(tables.path("wire").get(1).path("answer_bytes").asInt()).isBetween(500, 1_500);
    assertThat(folder.toFile().list())
        .contains(
            "growth-behaviors.svg",
            "growth-candidates.svg",
            "growth-width.svg",
            "growth-state.svg",
            "growth-release.svg",
            "growth-loading.svg",
            "growth-retrieval.svg",
            "growth-index.svg");
  }
}
