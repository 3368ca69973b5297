package io.freshet.streaming;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.DeadLetter;
import io.freshet.schemas.Topics;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FileEdgeTest {
  private static final Duration MAX_AHEAD = Duration.ofMinutes(5);

  private final StreamExecutionEnvironment env =
      StreamExecutionEnvironment.createLocalEnvironment(2);
  @TempDir private Path work;
  private Path folder;
  private String uri;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectory(work.resolve("clicks"));
    uri = folder.toUri().toString();
  }

  @Test
  void everyLineOfEveryFileIsARecord() throws Exception {
    Files.writeString(folder.resolve("a.json"), line(1) + "\n\n" + line(2));
    Files.createDirectory(folder.resolve("below"));
    try (OutputStream file =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("below/b.json.gz")))) {
      file.write((line(3) + "\r\n" + line(4) + "\n").getBytes(UTF_8));
    }
    Files.writeString(folder.resolve(".not-written-whole"), line(5));
    Files.writeString(folder.resolve("_not-written-whole"), line(6));

    FileEdge files = new FileEdge(env, MAX_AHEAD, true);
    List<ClickEvent> read = new ArrayList<>();
    try (CloseableIterator<Received<ClickEvent>> all =
        files.read(Topics.CLICK_EVENTS, uri).executeAndCollect()) {
      all.forEachRemaining(received -> read.add(received.value()));
    }

    assertThat(read)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.rangeClosed(1, 4).mapToObj(FileEdgeTest::click).toList());
  }

  @Test
  void oneFileAloneCanBeRead() throws Exception {
    Path file = Files.writeString(folder.resolve("a.json"), line(1));
    FileEdge files = new FileEdge(env, MAX_AHEAD, true);
    assertThat(files.read(Topics.CLICK_EVENTS, file.toUri().toString()).executeAndCollect(2))
        .containsExactly(new Received<>(click(1), file.toUri().toString(), -1, -1));
  }

  @Test
  void lineThatIsNoRecordIsADeadLetter() throws Exception {
    Instant ahead = Instant.now().plus(Duration.ofDays(1));
    ClickEvent early = new ClickEvent("e", "u", "i", ahead, "click", null, Map.of());
    String ofEarly = new String(Topics.CLICK_EVENTS.codec().encode(early), UTF_8);
    Files.writeString(folder.resolve("a.json"), line(1) + "\nno JSON\n" + ofEarly);

    FileEdge files = new FileEdge(env, MAX_AHEAD, true);
    files.read(Topics.CLICK_EVENTS, uri);
    List<DeadLetter> letters = files.deadLetters().get(0).executeAndCollect(3);

    assertThat(letters)
        .extracting(letter -> new String(letter.value(), UTF_8))
        .containsExactlyInAnyOrder("no JSON", ofEarly);
    assertThat(letters).allMatch(letter -> letter.topic().equals(uri) && letter.offset() == -1);
    assertThat(letters).extracting(DeadLetter::reason).allMatch(reason -> reason.contains("must"));
  }

  @Test
  void lineThatIsNotUtf8IsADeadLetterWithItsBytes() throws Exception {
    byte[] latin1 = line(1).replace("\"u\"", "\"Ren\u00e9\"").getBytes(ISO_8859_1);
    byte[] utf8 = line(2).replace("\"u\"", "\"Ren\u00e9\"").getBytes(UTF_8);
    Files.write(folder.resolve("a.json"), latin1);
    Files.write(folder.resolve("b.json"), utf8);
    FileEdge files = new FileEdge(env, MAX_AHEAD, true);

    assertThat(files.read(Topics.CLICK_EVENTS, uri).executeAndCollect(2))
        .extracting(received -> received.value().userId())
        .containsExactly("Ren\u00e9");
    assertThat(files.deadLetters().get(0).executeAndCollect(2))
        .singleElement()
        .satisfies(letter -> assertThat(letter.value()).isEqualTo(latin1))
        .satisfies(letter -> assertThat(letter.reason()).startsWith("record must be UTF-8"));
  }

  @Test
  void filesThatAreAddedAreReadTooWhereTheFolderIsWatched() throws Exception {
    Files.writeString(folder.resolve("a.json"), line(1));
    FileEdge files = new FileEdge(env, MAX_AHEAD, Duration.ofMillis(50));
    try (CloseableIterator<Received<ClickEvent>> all =
        files.read(Topics.CLICK_EVENTS, uri).executeAndCollect()) {
      assertThat(all.next().value()).isEqualTo(click(1));
      Path hidden = Files.writeString(folder.resolve(".b.json"), line(2));
      Files.move(hidden, folder.resolve("b.json"));
      assertThat(all.next().value()).isEqualTo(click(2));
    }
  }

  @Test
  void whatDoesNotExistIsNamed() {
    FileEdge files = new FileEdge(env, MAX_AHEAD, true);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> files.read(Topics.CLICK_EVENTS, uri + "none"))
        .withMessage("Cannot read %snone: there is no such file", uri.replace("///", "/"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> files.read(Topics.CLICK_EVENTS, "nowhere:/clicks"))
        .withMessageContaining("nowhere");
  }

  @Test
  void whatFlinkWouldLeaveOutIsRefused() throws IOException {
    FileEdge files = new FileEdge(env, MAX_AHEAD, true);
    for (String name : List.of("_clicks", ".clicks")) {
      Path leftOut = Files.createDirectory(work.resolve(name));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> files.read(Topics.CLICK_EVENTS, leftOut.toUri().toString()))
          .withMessageContaining(name)
          .withMessageEndingWith(": what begins with a dot or an underscore is left out");
    }
  }

  private static ClickEvent click(int number) {
    return new ClickEvent(
        "e" + number, "u", "i", Instant.EPOCH.plusSeconds(number), "click", null, Map.of());
  }

  private static String line(int number) {
    return new String(Topics.CLICK_EVENTS.codec().encode(click(number)), UTF_8);
  }
}
