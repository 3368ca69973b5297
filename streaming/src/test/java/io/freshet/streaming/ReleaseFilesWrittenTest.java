package io.freshet.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.schemas.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaseFilesWrittenTest {
  private static final Map<String, String> FILES =
      Map.of("a.weights", "one", "manifest.json", "{}", "z.table", "two");
  private static final String SUM_OF_MANIFEST =
      "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

  @TempDir private Path work;
  private Path local;
  private Path scratch;
  private String parent;

  @BeforeEach
  void makeRelease() throws IOException {
    local = Files.createDirectory(work.resolve("v1"));
    for (Map.Entry<String, String> file : FILES.entrySet()) {
      Files.writeString(local.resolve(file.getKey()), file.getValue());
    }
    scratch = Files.createDirectory(work.resolve("scratch"));
    parent = work.resolve("shared").toUri().toString();
  }

  @Test
  void whatIsWrittenIsReadAgain() throws Exception {
    String uri = ReleaseFiles.write(local, parent);

    assertThat(uri).startsWith("file:").endsWith("/shared/v1");
    assertThat(
            ReleaseFiles.read(
                release(uri, SUM_OF_MANIFEST), scratch, ReleaseFilesWrittenTest::texts))
        .isEqualTo(FILES);
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void releaseThatIsNotWrittenWholeHasNoManifest() throws Exception {
    Path there = Files.createDirectories(work.resolve("shared").resolve("v1"));
    Files.writeString(there.resolve("z.table"), "someone else's");

    assertThatThrownBy(() -> ReleaseFiles.write(local, parent)).isInstanceOf(IOException.class);

    assertThat(there.resolve("a.weights")).exists();
    assertThat(there.resolve("manifest.json")).doesNotExist();
    assertThat(there.resolve("z.table")).hasContent("someone else's");
  }

  @Test
  void manifestThatIsNotTheOneAnnouncedIsRefused() throws Exception {
    String uri = ReleaseFiles.write(local, parent);

    assertThatThrownBy(
            () -> ReleaseFiles.read(release(uri, "0a"), scratch, ReleaseFilesWrittenTest::texts))
        .hasMessage(
            "sha256 of manifest.json in release %s must be 0a, was %s", uri, SUM_OF_MANIFEST);
    assertThat(scratch).isEmptyDirectory();
  }

  private static Release release(String uri, String sum) {
    return new Release("bst", "bst", "v1", uri, sum, Instant.EPOCH, Map.of(), Map.of());
  }

  private static Map<String, String> texts(Path directory) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        texts.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return texts;
  }
}
