package io.freshet.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.freshet.model.ComputeDevice;
import io.freshet.model.ComputeDevice.Choice;
import io.freshet.model.network.Devices;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CommandLineTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {"demo", "train", "replay", "announce", "evaluate", "evaluate-embeddings", "bench"})
  void everyCommandHasHelp(String command) {
    assertThat(Freshet.run(command, "--help")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "train --out=target/never",
        "replay --release=src",
        "bench embeddings --report=target/never.json"
      })
  void folderThatIsNoDataSetIsRefusedWithThoseThatAreUnderstood(String command) {
    assertThat(failed((command + " --data=src").split(" ", -1)))
        .startsWith("freshet: data folder must hold one of these data sets")
        .contains("was src:", "MovieLens", "KuaiRand", "Taobao", "ReChorus", "RecBole");
    assertThat(failed((command + " --data=nowhere").split(" ", -1)))
        .isEqualTo("freshet: data folder must be a directory, was nowhere\n");
  }

  @Test
  void folderThatIsNoSourceDomainIsRefusedBeforeAnythingStarts() {
    assertThat(failed("demo", "--source=src"))
        .startsWith("freshet: data folder must hold one of these data sets")
        .contains("was src:", "RecBole");
    assertThat(failed("demo", "--source=nowhere"))
        .isEqualTo("freshet: data folder must be a directory, was nowhere\n");
    assertThat(printed.toString(UTF_8)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "replay --release=src"})
  void unknownSettingIsRefusedBeforeAnythingStarts(String command) {
    assertThat(failed((command + " --set freshet.batch.sise=3").split(" ", -1)))
        .isEqualTo(
            "freshet: Unknown setting 'freshet.batch.sise'; did you mean 'freshet.batch.size'?\n");
    assertThat(printed.toString(UTF_8)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pom.xml", "pom.xml/x"})
  void placeWhereNoReleaseCanBeWrittenIsRefusedBeforeAnythingIsTrained(String out) {
    assertThat(failed("train", "--out=" + out))
        .startsWith("freshet: --out must be a folder that is there or can be made, was " + out);
    assertThat(printed.toString(UTF_8)).isEmpty();
  }

  @Test
  void sourceAndTargetOfOneFolderAreToldItsDomains() throws IOException {
    Files.writeString(folder.resolve("afk_map_item_50.txt"), "{\"B1\": [7, 0], \"B2\": [8, 1]}");
    Files.writeString(folder.resolve("afk_50_preprocessed.txt"), "0 7|1381536000 8|1381536000\n");
    String command = "evaluate-embeddings --models=mf --source=%1$s --target=%1$s --report=%1$s/r";
    String rule =
        "freshet: --source-domain and --target-domain must be two of those in %s: food, kitchen, or"
            + " what is held out would be learnt from; was %s\n";
    String[] arguments = command.formatted(folder).split(" ", -1);
    assertThat(failed(arguments)).isEqualTo(rule.formatted(folder, "none and none"));
    String[] both =
        (command.formatted(folder) + " --source-domain=food --target-domain=food").split(" ", -1);
    assertThat(failed(both)).isEqualTo(rule.formatted(folder, "'food' and 'food'"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--validation-from", "--test-from"})
  void timeOfAnotherFormIsToldTheFormThatIsAllowed(String option) {
    String[] time = {option + "=2020", "--report=r.json"};
    assertThat(failed("evaluate", "--data=src", "--protocol=ctr", "--models=bst", time[0], time[1]))
        .contains(option, "must be a time such as 2026-01-31T00:00:00Z, was '2020'")
        .doesNotContain("java.time");
  }

  @ParameterizedTest
  @CsvSource({
    "demo, freshet.kafka.bootstrap-servers=x:1",
    "demo, freshet.kafka.group-id=mine",
    "demo, freshet.trigger.from=2026-01-31T00:00:00Z",
    "replay --release=src, freshet.kafka.bootstrap-servers=x:1",
    "bench pipeline --report=target/never, freshet.kafka.bootstrap-servers=x:1",
    "bench pipeline --report=target/never, freshet.kafka.group-id=mine",
    "bench pipeline --report=target/never, freshet.trigger.from=2026-01-31T00:00:00Z",
    "bench pipeline --report=target/never, freshet.delivery=exactly-once"
  })
  void settingThatTheCommandSetsItselfIsRefusedBeforeAnythingStarts(
      String command, String setting) {
    String[] nameAndValue = setting.split("=", 2);
    assertThat(failed((command + " --set " + setting).split(" ", -1)))
        .isEqualTo(
            "freshet: --set %s must be left out, since this command sets it, was %s\n"
                .formatted((Object[]) nameAndValue));
    assertThat(printed.toString(UTF_8)).isEmpty();
  }

  @Test
  void portThatIsNoneIsRefusedBeforeAnythingStarts() {
    assertThat(failed("demo", "--kafka-port=65536"))
        .isEqualTo("freshet: --kafka-port must be 0 to 65535, was 65536\n");
    assertThat(printed.toString(UTF_8)).isEmpty();
  }

  @Test
  void portThatIsTakenIsRefusedBeforeAnythingStarts() throws IOException {
    try (ServerSocket taken = new ServerSocket(0)) {
      assertThat(failed("demo", "--kafka-port=" + taken.getLocalPort()))
          .startsWith(
              "freshet: --kafka-port must be free, %d is not".formatted(taken.getLocalPort()));
    }
    assertThat(printed.toString(UTF_8)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evaluate --data=src --protocol=ctr --models=bst",
        "evaluate-embeddings --target=src"
      })
  void reportThatCannotBeWrittenOrIsNoneIsRefusedBeforeAnythingIsTrained(String command)
      throws IOException {
    Path missing = folder.resolve("missing");
    Path none = Files.writeString(folder.resolve("none.json"), "{}");
    assertThat(failed((command + " --report=" + missing.resolve("r.json")).split(" ", -1)))
        .isEqualTo(
            "freshet: Cannot write report %s/r.json: there is no folder %s\n"
                .formatted(missing, missing));
    assertThat(failed((command + " --report=" + none).split(" ", -1)))
        .isEqualTo(
            "freshet: Cannot go on with report %s: it has no cells and trials\n".formatted(none));
    for (String wrong : List.of("", "no JSON", "{\"cells\": 3}")) {
      Files.writeString(none, wrong);
      assertThat(failed((command + " --report=" + none).split(" ", -1)))
          .startsWith(
              "freshet: Cannot go on with report %s: it must be JSON as this command writes it, is not in line 1, column "
                  .formatted(none))
          .hasLineCount(1)
          .doesNotContain("Source");
    }
    Files.writeString(none, "null");
    assertThat(failed((command + " --report=" + none).split(" ", -1)))
        .contains("it has no cells and trials");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--seeds=0", "--users=0", "--negatives=0", "--negatives=-1"})
  void evaluationOfNothingIsRefused(String option) {
    String report = "--report=" + folder.resolve("r.json");
    assertThat(
            failed("evaluate", "--data=src", "--protocol=ranking", "--models=bst", report, option))
        .isEqualTo(
            "freshet: %s must be at least 1, was %s\n".formatted((Object[]) option.split("=", -1)));
  }

  @ParameterizedTest
  @CsvSource({
    "ctr, --test=f.csv, left out with --protocol ctr",
    "ctr, --users=9, left out with --protocol ctr",
    "ctr, --negatives=9, left out with --protocol ctr",
    "ranking, --validation-from=2026-01-31T00:00:00Z, left out with --protocol ranking",
    "ranking-full, --test-from=2026-01-31T00:00:00Z, left out with --protocol ranking-full",
    "ctr, --source=src, 'with a model that has vectors, such as bst:vectors=pcrec'"
  })
  void optionThatWouldDoNothingInAnEvaluationIsRefused(
      String protocol, String option, String mustBe) {
    String report = "--report=" + folder.resolve("r.json");
    String[] parts = option.split("=", -1);
    assertThat(
            failed(
                "evaluate", "--data=src", "--protocol=" + protocol, "--models=bst", report, option))
        .isEqualTo("freshet: %s must be %s, was %s\n".formatted(parts[0], mustBe, parts[1]));
  }

  @Test
  void uriThatNoJobCanReadIsNotAnnounced() {
    assertThat(failed("announce", "--release=src", "--uri=a/b", "--bootstrap-servers=k:1"))
        .startsWith("freshet: ");
    assertThat(failed("announce", "--withdraw=din", "--bootstrap-servers=k:1"))
        .isEqualTo("freshet: --withdraw must be one of [bst, pcrec], was 'din'\n");
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:1, Cannot write to releases at 127.0.0.1:1: Topic releases not present",
    "nowhere.invalid:9092, Cannot connect to Kafka at nowhere.invalid:9092: "
  })
  void brokerThatCannotBeReachedIsNamed(String broker, String said) {
    String[] announce = {
      "announce", "--bootstrap-servers=" + broker, "--kafka-property=max.block.ms=100"
    };
    assertThat(failed(announce[0], announce[1], announce[2], "--withdraw=bst"))
        .startsWith("freshet: " + said);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "demo --version", "bench pipeline --version"})
  void everyCommandTellsTheVersion(String command) {
    PrintStream screen = System.out;
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    System.setOut(new PrintStream(told, true, UTF_8));
    try {
      assertThat(Freshet.run(command.split(" ", -1))).isZero();
    } finally {
      System.setOut(screen);
    }
    assertThat(told.toString(UTF_8)).isEqualTo("Freshet of unknown version\n");
  }

  @Test
  void causesOfAFailureAreTold() {
    Exception hidden = new IOException("Cannot do it", new IllegalStateException("for a reason"));
    assertThat(Freshet.reason(hidden)).isEqualTo("Cannot do it: for a reason");
    assertThat(
            Freshet.reason(
                new IOException("Cannot: for a reason", new IOException("for a reason"))))
        .isEqualTo("Cannot: for a reason");
    assertThat(Freshet.reason(new NoSuchFileException("/a/b")))
        .isEqualTo("NoSuchFileException /a/b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train --out=target/never --device=gpu",
        "bench scoring --report=target/never --device=gpu",
        "demo --set freshet.device=gpu"
      })
  void gpuThatIsNotThereIsRefusedBeforeAnythingStarts(String command) {
    assumeThat(Devices.of(Choice.AUTO, 0)).isEqualTo(ComputeDevice.CPU);

    assertThat(failed(command.split(" ", -1)))
        .startsWith("freshet: device must be 'cpu' or 'auto' where PyTorch finds no CUDA device");
    assertThat(printed.toString(UTF_8)).isEmpty();
  }

  @Test
  void folderThatIsNoReleaseIsRefusedBeforeAnythingStarts() {
    assertThat(failed("replay", "--release=src"))
        .isEqualTo(
            "freshet: Cannot read release src: it has no manifest.json: it is no release, or not"
                + " written whole\n");
    assertThat(printed.toString(UTF_8)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--for=ten",
        "--for=0s",
        "--for=20",
        "--train-for=0s",
        "--clicks-per-second=0",
        "--clicks-per-second=NaN",
        "--past=0",
        "--past=1",
        "--past=2",
        "--past=NaN"
      })
  void valuesThatMakeNoSenseAreRefused(String option) {
    String[] nameAndValue = option.split("=", 2);

    assertThat(failed("demo", option))
        .contains(nameAndValue[0], "must be", "was")
        .contains(nameAndValue[1]);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "training --items=0",
        "training --batch-sizes=256,0",
        "training --rounds=0",
        "training --steps=0",
        "training --dense-steps=0",
        "scoring --rounds=0",
        "scoring --candidates=0",
        "scoring --positions=0",
        "scoring --requests=0",
        "state --users=0",
        "state --seen=5,-1",
        "growth --items=0",
        "embeddings --clicks=5,0"
      })
  void measuringOfNothingIsRefusedBeforeAnythingStarts(String command) {
    String option = command.split("[ =]", 3)[1];
    assertThat(failed(("bench " + command + " --report=target/never.json").split(" ", -1)))
        .startsWith("freshet: " + option + " must be positive, was ");
    assertThat(printed.toString(UTF_8)).isEmpty();
  }

  @Test
  void embeddingsAreMadeOfADataSetOrOfRandomClicksAndNeverOfBoth() {
    assertThat(
            failed("bench", "embeddings", "--report=target/never", "--data=src", "--clicks=1000"))
        .isEqualTo("freshet: --clicks must come without --data, was with src\n");
    assertThat(printed.toString(UTF_8)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--runs=0",
        "--loads=0",
        "--loads=0.5,1.1",
        "--backlog=999",
        "--floor-backlog=0",
        "--users=0",
        "--items=199",
        "--warm-up=0s"
      })
  void measurementThatMakesNoSenseIsRefused(String option) {
    String[] nameAndValue = option.split("=", 2);

    assertThat(failed("bench", "pipeline", "--report=target/never", option))
        .contains(nameAndValue[0], "must be", "was");
    assertThat(printed.toString(UTF_8)).isEmpty();
  }

  @Test
  void measurementOfAJobThatCannotRunIsRefused() {
    assertThat(failed("bench", "pipeline", "--report=target/never", "--guarantees=at-most-once"))
        .isEqualTo(
            "freshet: freshet.delivery must be 'at-least-once', 'exactly-once', was"
                + " 'at-most-once'\n");
    assertThat(failed("bench", "pipeline", "--report=target/never", "--set=freshet.batch.sise=3"))
        .isEqualTo(
            "freshet: Unknown setting 'freshet.batch.sise'; did you mean 'freshet.batch.size'?\n");
    assertThat(printed.toString(UTF_8)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--retrain-every=9ms", "--refresh-every=9ms"})
  void roundsTooOftenAreRefusedBeforeAnythingStarts(String option) {
    assertThat(failed("demo", option)).contains("must be", "was");
    assertThat(printed.toString(UTF_8)).isEmpty();
  }

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  /** Returns what was said of the failure; what was printed before is in {@link #printed}. */
  private String failed(String... arguments) {
    PrintStream screen = System.out;
    PrintStream errorScreen = System.err;
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, UTF_8));
    System.setErr(new PrintStream(errors, true, UTF_8));
    try {
      assertThat(Freshet.run(arguments)).isNotZero();
    } finally {
      System.setOut(screen);
      System.setErr(errorScreen);
    }
    return errors.toString(UTF_8);
  }
}
