package io.freshet.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.freshet.model.bst.BstRelease;
import io.freshet.schemas.Release;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What users type, each in a process of its own, as the launcher starts it. */
@Timeout(180)
class CommandLineIT {
  private static final Path LAUNCHER = Path.of("target", "launcher");
  private static final Duration LONGEST_RUN = Duration.ofSeconds(150);
  private static final Duration LONGEST_END = Duration.ofSeconds(30);
  private static final List<Integer> ENDED_BY_CTRL_C = List.of(128 + 2, 128 + 15); // see interrupt
  private static final int USERS = 100;
  private static final int MOVIES = 150;
  private static final int CLICKS = 3_000;
  private static final int READERS_ALONE = 40;

  @TempDir private static Path work;
  private static Path data;
  private static Path temporary;
  private static Ended training;

  private record Ended(int exitCode, List<String> lines, String errors) {
    String lastLine() {
      return lines.get(lines.size() - 1);
    }
  }

  @BeforeAll
  static void train() throws Exception {
    data = writeMovieLens(Files.createDirectory(work.resolve("ml-latest-small")));
    useAnotherTemporaryFolder();
    training = run("train", "--data=" + data, "--out=" + work.resolve("out"), "--for", "5s");
    assertThat(temporary).isEmptyDirectory();
  }

  private static void useAnotherTemporaryFolder() throws IOException {
    temporary = Files.createTempDirectory(work, "tmp");
  }

  @BeforeEach
  void keepApartFromWhatCameBefore() throws IOException {
    useAnotherTemporaryFolder();
  }

  @AfterEach
  void nothingIsLeftInTheTemporaryFolder() {
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void trainPrintsWhereTheWholeReleaseIsAsItsLastLine() throws Exception {
    assertThat(training.exitCode()).as(training.errors()).isZero();
    Path release = Path.of(training.lastLine());

    assertThat(release).hasParent(work.resolve("out"));
    Release whole = BstRelease.describe(release, "uri");
    assertThat(whole.version()).isEqualTo(release.getFileName().toString());
    assertThat(training.lines()).contains("Training on 2,700 clicks of " + data);
  }

  @Test
  void replayAnswersEveryClickThatCameAfterThePastWithTheGivenRelease() throws Exception {
    Ended replay = run("replay", "--data=" + data, "--release=" + training.lastLine());

    JsonNode summary = summary(replay);
    assertThat(summary.get("clicks").asLong()).isEqualTo(CLICKS / 10);
    assertThat(summary.get("model_version").asText())
        .isEqualTo(Path.of(training.lastLine()).getFileName().toString());
    assertAddsUp(summary);
  }

  @Test
  void demoSaysWhereToLookAndWhatIsInUseAndEndsWithItsNumbers() throws Exception {
    Ended demo =
        run(
            "demo",
            "--for=30s",
            "--train-for=2s",
            "--retrain-every=6s",
            "--set",
            "freshet.delivery=exactly-once");

    JsonNode summary = summary(demo);
    assertThat(summary.get("clicks").asLong()).isBetween(600L, 3_600L);
    assertAddsUp(summary);
    List<String> models = summary.get("versions").findValuesAsText("version");
    assertThat(models).hasSizeGreaterThan(1).contains(summary.get("model_version").asText());
    assertThat(demo.lines())
        .containsAll(models.stream().map("Model %s is in use"::formatted).toList());
    assertThat(demo.lines().stream().limit(demo.lines().size() - 1))
        .anyMatch(line -> line.matches("Kafka broker at localhost:\\d+"))
        .anyMatch(line -> line.matches("Flink web page at http://\\S+:\\d+"));
  }

  @Test
  void demoTakesUpEmbeddingsWhileClicksFlowAndNothingIsLostOrRepeated() throws Exception {
    Ended demo =
        run("demo", "--for=60s", "--train-for=5s", "--set", "freshet.delivery=exactly-once");

    JsonNode summary = summary(demo);
    assertAddsUp(summary);
    JsonNode embeddings = summary.get("embeddings").get(0);
    assertThat(embeddings.get("version").asText()).matches("\\d{8}-\\d{6}-[0-9a-f]{8}");
    assertThat(embeddings.get("recommendations").asLong())
        .isBetween(1L, summary.get("clicks").asLong() - 1);
    assertThat(embeddings.get("taken_up_millis").asLong()).isBetween(0L, 20_000L);
    assertThat(summary.get("sources").get("pcrec").asDouble()).isBetween(.01, .5);
    JsonNode strangers = summary.get("source_only_users");
    assertThat(strangers.get("asked").asLong()).isEqualTo(100);
    assertThat(strangers.get("with_pcrec").asLong()).isGreaterThan(50);
  }

  @Test
  void demoLearnsEmbeddingsFromTheDataSetOfAnotherDomain() throws Exception {
    Path source = writeRecBole(Files.createDirectory(work.resolve("books")));

    Ended demo =
        run(
            "demo",
            "--data=" + data,
            "--source=" + source,
            "--train-for=2s",
            "--clicks-per-second=12");

    JsonNode summary = summary(demo);
    assertAddsUp(summary);
    assertThat(summary.get("clicks").asLong()).isEqualTo(CLICKS / 10);
    assertThat(summary.get("embeddings")).hasSize(1);
    JsonNode strangers = summary.get("source_only_users");
    assertThat(strangers.get("asked").asLong()).isEqualTo(READERS_ALONE);
    assertThat(strangers.get("with_pcrec").asLong()).isPositive();
  }

  @Test
  void ctrlCEndsTheDemoWithItsNumbers() throws Exception {
    Process demo = start("demo", "--data=" + data, "--train-for=2s", "--clicks-per-second=5");

    Ended ended = pressCtrlCAt("    next: ", demo);

    assertThat(ended.exitCode()).as(ended.errors()).isIn(ENDED_BY_CTRL_C);
    JsonNode summary = new JsonMapper().readTree(ended.lastLine());
    assertThat(summary.get("recommendations").asLong()).isPositive();
    assertThat(summary.get("dead_letters").asLong()).isZero();
  }

  @Test
  void ctrlCEndsTheDemosTraining() throws Exception {
    Process demo = start("demo", "--data=" + data, "--train-for=90s");

    Ended ended = pressCtrlCAt("Training on ", demo);

    assertThat(ended.exitCode()).as(ended.errors()).isIn(ENDED_BY_CTRL_C);
  }

  /** Returns the JSON in the last line. */
  private static JsonNode summary(Ended ended) throws IOException {
    assertThat(ended.exitCode()).as(ended.errors()).isZero();
    JsonNode summary = new JsonMapper().readTree(ended.lastLine());
    assertThat(summary.fieldNames())
        .toIterable()
        .containsExactly(
            "clicks",
            "recommendations",
            "repeats",
            "latency_millis_p50",
            "latency_millis_p99",
            "evaluated_clicks",
            "hit_rate_at_10",
            "popular_hit_rate_at_10",
            "dead_letters",
            "fallbacks",
            "model_version",
            "versions",
            "sources",
            "embeddings",
            "source_only_users");
    return summary;
  }

  private static void assertAddsUp(JsonNode summary) {
    long clicks = summary.get("clicks").asLong();
    assertThat(summary.get("recommendations").asLong()).isEqualTo(clicks);
    assertThat(summary.get("repeats").asLong()).isZero();
    assertThat(summary.get("evaluated_clicks").asLong()).isBetween(1L, clicks - 1);
    assertThat(summary.get("hit_rate_at_10").asDouble()).isBetween(0., 1.);
    assertThat(summary.get("popular_hit_rate_at_10").asDouble()).isBetween(0., 1.);
    assertThat(summary.get("latency_millis_p50").asDouble())
        .isBetween(0., summary.get("latency_millis_p99").asDouble());
    assertThat(summary.get("dead_letters").asLong()).isZero();
    assertThat(summary.get("fallbacks").asLong()).isZero();
    assertThat(summary.get("model_version").asText()).matches("\\d{8}-\\d{6}-[0-9a-f]{8}");
  }

  /** Writes 3,000 clicks, a second apart, and as many ratings that are none. */
  private static Path writeMovieLens(Path folder) throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    StringBuilder movies = new StringBuilder("movieId,title,genres\n");
    for (int movie = 0; movie < MOVIES; movie++) {
      movies.append("%d,\"Movie, %d (1999)\",Drama|War%d\n".formatted(movie, movie, movie % 10));
    }
    StringBuilder ratings = new StringBuilder("userId,movieId,rating,timestamp\n");
    for (int i = 0; i < CLICKS; i++) {
      int user = random.nextInt(USERS);
      int movie = (user * 7 + random.nextInt(20)) % MOVIES;
      ratings.append("%d,%d,4.5,%d\n".formatted(user, movie, 1_000_000_000 + i));
      ratings.append("%d,%d,3.5,%d\n".formatted(user, random.nextInt(MOVIES), 1_000_000_000 + i));
    }
    Files.writeString(folder.resolve("movies.csv"), movies);
    Files.writeString(folder.resolve("ratings.csv"), ratings);
    return folder;
  }

  /** Writes what the same users read meanwhile, and some more who have clicked nothing else. */
  private static Path writeRecBole(Path folder) throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    StringBuilder books = new StringBuilder("user_id:token\titem_id:token\ttimestamp:float\n");
    for (int i = 0; i < CLICKS; i++) {
      int user = random.nextInt(USERS + READERS_ALONE);
      int book = (user * 7 + random.nextInt(20)) % MOVIES;
      books.append("%d\tbook%d\t%d\n".formatted(user, book, 1_000_000_000 + i));
    }
    Files.writeString(folder.resolve("books.inter"), books);
    return folder;
  }

  private static Ended run(String... arguments) throws Exception {
    Process process = start(arguments);
    try (BufferedReader output = process.inputReader()) {
      return ended(process, output.lines().toList());
    }
  }

  /** Starts a command, which is ended by force should it not end. */
  private static Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + LAUNCHER.resolve("java-options"));
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("-cp");
    command.add(
        "target/classes" + File.pathSeparator + Files.readString(LAUNCHER.resolve("classpath")));
    command.add(Freshet.class.getName());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectError(errors().toFile()).start();
    killAfter(LONGEST_RUN, process);
    return process;
  }

  private static void killAfter(Duration limit, Process process) {
    CompletableFuture<Void> unused =
        process
            .onExit()
            .completeOnTimeout(process, limit.toSeconds(), TimeUnit.SECONDS)
            .thenAccept(Process::destroyForcibly);
  }

  private static Path errors() {
    return work.resolve("errors");
  }

  private static Ended pressCtrlCAt(String line, Process process) throws Exception {
    try (BufferedReader output = process.inputReader()) {
      List<String> lines = new ArrayList<>();
      for (String next = ""; !next.startsWith(line); lines.add(next)) {
        next = output.readLine();
        assertThat(next).as(Files.readString(errors())).isNotNull();
      }
      new ProcessBuilder("kill", "-" + interrupt(), "" + process.pid()).start();
      killAfter(LONGEST_END, process);
      output.lines().forEach(lines::add);
      return ended(process, lines);
    }
  }

  /** Returns TERM where a script runs this in its background, deaf to INT as are all below it. */
  private static String interrupt() throws IOException {
    Path status = Path.of("/proc/self/status");
    boolean isDeaf =
        Files.exists(status)
            && Files.readAllLines(status).stream().anyMatch(l -> l.matches("SigIgn:.*[2367abef]"));
    return isDeaf ? "TERM" : "INT";
  }

  private static Ended ended(Process process, List<String> lines) throws Exception {
    return new Ended(process.waitFor(), lines, Files.readString(errors()));
  }
}
