package io.freshet.local.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

@Timeout(60)
class EvaluateEmbeddingsCommandTest {
  @TempDir private Path folder;
  private Path target;
  private Path report;

  /** Clicks in which users of one half like the items of one half. */
  @BeforeEach
  void writeClicks() throws IOException {
    Random random = new Random(1);
    List<String> clicks = new ArrayList<>(List.of("user_id:token\titem_id:token\ttimestamp:float"));
    for (int i = 0; i < 2_000; i++) {
      int user = random.nextInt(100);
      int item = 2 * random.nextInt(50) + user % 2;
      clicks.add("%d\t%d\t%d".formatted(user, item, 1_400_000_000 + i));
    }
    Files.write(folder.resolve("halves.inter"), clicks);
    target = folder;
    report = folder.resolve("report.json");
  }

  @Test
  void vectorsTellWhatUsersLikeAndARerunTrainsNothingAnew() throws Exception {
    assertThat(evaluate("popular,mf,lightgcn")).isZero();

    JsonNode rows = new JsonMapper().readTree(report.toFile()).path("rows");
    assertThat(rows.findValuesAsText("model")).containsExactly("popular", "mf", "lightgcn");
    assertThat(recall(rows.get(0))).as("popular").isBetween(.1, .4);
    assertThat(recall(rows.get(1))).as("mf").isGreaterThan(.45);
    assertThat(recall(rows.get(2))).as("lightgcn").isGreaterThan(.45);
    assertThat(rows.get(1).path("protocol").asText()).isEqualTo("full");
    assertThat(rows.get(1).path("seeds").asInt()).isEqualTo(2);
    assertThat(folder.resolve("report-learning.svg")).content().contains("<svg");

    FileTime written = Files.getLastModifiedTime(report);
    assertThat(evaluate("popular,mf,lightgcn")).isZero();
    assertThat(Files.getLastModifiedTime(report)).isEqualTo(written);
  }

  @Test
  void reportOfOtherClicksOfTheSameNameIsRefused() throws Exception {
    assertThat(evaluate("popular")).isZero();
    byte[] before = Files.readAllBytes(report);
    List<String> clicks = Files.readAllLines(folder.resolve("halves.inter"));
    Files.write(folder.resolve("halves.inter"), clicks.subList(0, 1_000));
    assertThat(evaluate("mf")).isNotZero();
    assertThat(report).hasBinaryContent(before);
  }

  @Test
  void everyModelIsTriedWithEveryChoice() throws Exception {
    assertThat(evaluate("mf,lightgcn")).isZero();

    JsonNode trials = new JsonMapper().readTree(report.toFile()).path("trials");
    assertThat(trials.findValuesAsText("model"))
        .containsExactly("mf", "mf", "lightgcn", "lightgcn");
    List<String> settings = trials.findValuesAsText("settings");
    assertThat(settings.subList(2, 4)).isEqualTo(settings.subList(0, 2));
    assertThat(settings.get(0)).isNotEqualTo(settings.get(1));
  }

  @Test
  void vectorsOfAnEncoderAreFineTunedOrTakenAsTheyAre(@TempDir Path source) throws Exception {
    Files.copy(folder.resolve("halves.inter"), source.resolve("halves.inter"));
    String models =
        "pcrec:steps=2,core=2,pcrec:encoder=untrained,pcrec:encoder=target,steps=1,positions=0,tuning=none";
    assertThat(evaluate(models, "--source=" + source)).isZero();

    JsonNode rows = new JsonMapper().readTree(report.toFile()).path("rows");
    assertThat(rows).hasSize(3);
    assertThat(recall(rows.get(0))).isGreaterThan(.45);
    assertThat(recall(rows.get(1))).isGreaterThan(.45);
    assertThat(recall(rows.get(2))).as("pre-trained only").isBetween(.0, .4);
    assertThat(rows.get(0).path("dataset").asText())
        .isEqualTo("%s to %s".formatted(source.getFileName(), folder.getFileName()));
  }

  @Test
  void encoderWithoutASourceToLearnFromIsRefusedBeforeAnyTraining() {
    assertThat(evaluate("mf,pcrec")).isNotZero();
    assertThat(report).doesNotExist();
  }

  @Test
  void allModelsAreTriedWithFourRegularizationsUnlessSaidOtherwise() {
    CommandSpec spec = new CommandLine(new EvaluateEmbeddingsCommand()).getCommandSpec();
    assertThat(spec.findOption("--models").defaultValue()).isEqualTo("popular,mf,lightgcn,pcrec");
    assertThat(spec.findOption("--regularizations").defaultValue())
        .isEqualTo("0.003,0.01,0.03,0.05");
  }

  @Test
  void usersNewToADomainAreFoundByWhatTheyDidInAnother(@TempDir Path shop) throws Exception {
    writeDomains(shop);
    target = shop;
    String models = "popular,mf,pcrec:steps=2,core=2";
    assertThat(
            evaluate(models, "--source=" + shop, "--source-domain=food", "--target-domain=kitchen"))
        .isZero();

    String name = shop.getFileName().toString();
    Map<String, Double> recalls = new HashMap<>();
    for (JsonNode row : new JsonMapper().readTree(report.toFile()).path("rows")) {
      assertThat(row.path("dataset").asText()).isEqualTo(name + " food to " + name + " kitchen");
      if (row.path("protocol").asText().equals("full-new-users")) {
        recalls.put(row.path("model").asText(), recall(row));
      }
    }
    assertThat(recalls).containsOnlyKeys("popular", "mf", "pcrec:steps=2,core=2");
    assertThat(recalls.get("pcrec:steps=2,core=2"))
        .isGreaterThan(1.3 * recalls.get("popular"))
        .isGreaterThan(1.3 * recalls.get("mf"));
  }

  @Test
  void usersOfTwoFoldersAreNotTakenForTheSame(@TempDir Path shop, @TempDir Path other)
      throws Exception {
    writeDomains(shop);
    writeDomains(other);
    target = shop;
    assertThat(evaluate("popular,mf", "--target-domain=kitchen")).isZero();
    JsonNode alone = new JsonMapper().readTree(report.toFile()).path("rows");
    report = other.resolve("report.json");
    assertThat(
            evaluate(
                "popular,mf",
                "--target-domain=kitchen",
                "--source=" + other,
                "--source-domain=food"))
        .isZero();

    JsonNode rows = new JsonMapper().readTree(report.toFile()).path("rows");
    assertThat(rows.findValuesAsText("protocol")).doesNotContain("full-new-users");
    assertThat(rows.findValues("metrics")).isEqualTo(alone.findValues("metrics")).isNotEmpty();
  }

  @Test
  void domainThatIsNotThereIsRefused(@TempDir Path shop) throws Exception {
    writeDomains(shop);
    target = shop;
    assertThat(evaluate("popular", "--target-domain=pantry")).isNotZero();
    assertThat(evaluate("popular", "--source-domain=food")).isNotZero();
    assertThat(report).doesNotExist();
  }

  @Test
  void whatIsHeldOutIsNotPreTrainedOn(@TempDir Path shop) throws Exception {
    writeDomains(shop);
    target = shop;
    String source = "--source=" + shop;
    assertThat(evaluate("pcrec", source)).isNotZero();
    assertThat(evaluate("pcrec", source, "--target-domain=food")).isNotZero();
    assertThat(evaluate("pcrec", source, "--source-domain=food", "--target-domain=food"))
        .isNotZero();
    assertThat(report).doesNotExist();
  }

  /** Clicks in two domains, in each of which users of one half like the items of one half. */
  private static void writeDomains(Path shop) throws IOException {
    Random random = new Random(1);
    List<String> items = new ArrayList<>();
    for (int item = 0; item < 200; item++) {
      items.add("\"B%03d\": [%d, %d]".formatted(item, item, item / 100));
    }
    Files.writeString(shop.resolve("afk_map_item_50.txt"), "{" + String.join(", ", items) + "}");
    List<String> users = new ArrayList<>();
    for (int user = 0; user < 320; user++) {
      StringBuilder line = new StringBuilder().append(user);
      for (int i = 0; i < 24; i++) {
        int item = i % 2 * 100 + 2 * random.nextInt(50) + user % 2;
        line.append(" %d|%d".formatted(item, 1_400_000_000 + i));
      }
      users.add(line.toString());
    }
    Files.write(shop.resolve("afk_50_preprocessed.txt"), users);
  }

  @Test
  void modelThatIsUnknownIsRefused() {
    assertThat(evaluate("bst")).isNotZero();
    assertThat(report).doesNotExist();
  }

  private static double recall(JsonNode row) {
    return row.path("metrics").path("recall_at_20").path("mean").asDouble();
  }

  private int evaluate(String models, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--target=" + target,
                "--models=" + models,
                "--seeds=2",
                "--width=8",
                "--epochs=20",
                "--learning-rates=0.01,0.03",
                "--regularizations=0.01",
                "--batch-size=64",
                "--report=" + report));
    arguments.addAll(List.of(more));
    return new CommandLine(new EvaluateEmbeddingsCommand())
        .execute(arguments.toArray(String[]::new));
  }
}
