package io.freshet.streaming;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.freshet.model.LoadedRelease;
import io.freshet.schemas.Release;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReleaseFilesTest {
  private static final String MANIFEST = "{\"kind\":\"bst\"}";
  private static final String OTHER_SUM = "0123456789abcdef".repeat(4);

  @TempDir private Path remote;
  @TempDir private Path scratch;
  private final Map<String, String> read = new TreeMap<>();

  @BeforeEach
  void publish() throws IOException {
    Files.createDirectories(remote.resolve("vectors/items"));
    Files.writeString(remote.resolve("manifest.json"), MANIFEST);
    Files.writeString(remote.resolve("weights"), "w".repeat(100_000));
    Files.writeString(remote.resolve("vectors/all"), "");
    Files.writeString(remote.resolve("vectors/items/part-0"), "v");
  }

  @AfterEach
  void nothingIsLeftInTheScratchFolder() {
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void readerFindsEveryFileWhereItWas() throws Exception {
    load(remote.toUri().toString(), sum(MANIFEST)).close();

    assertThat(read)
        .isEqualTo(
            Map.of(
                "manifest.json",
                MANIFEST,
                "weights",
                "w".repeat(100_000),
                "vectors/all",
                "",
                "vectors/items/part-0",
                "v"));
  }

  @Test
  void readerGetsACopyOnThisMachine() throws Exception {
    Release release = release(remote.toUri().toString(), sum(MANIFEST));
    LoadedRelease loaded =
        ReleaseFiles.read(
            release,
            scratch,
            directory -> {
              assertThat(directory).hasParent(scratch);
              return loaded();
            });

    assertThat(loaded.version()).isEqualTo("v1");
  }

  @Test
  void anyFileSystemOfFlinkWillDo() throws Exception {
    load("shelf:/upper" + remote, sum(MANIFEST)).close();

    assertThat(read).containsKeys("manifest.json", "vectors/items/part-0");
  }

  /**
   * This machine's files, which stand elsewhere on the shelf; registered as Flink's plugins are.
   */
  public static final class Shelf implements FileSystemFactory {
    @Override
    public String getScheme() {
      return "shelf";
    }

    @Override
    public FileSystem create(URI uri) {
      return new LocalFileSystem() {
        @Override
        public URI getUri() {
          return URI.create("shelf:///");
        }

        @Override
        public File pathToFile(org.apache.flink.core.fs.Path path) {
          return new File(path.getPath().replaceFirst("^/upper", ""));
        }
      };
    }
  }

  @Test
  void uriWithoutASchemeIsAPath() throws Exception {
    load(remote.toString(), sum(MANIFEST)).close();

    assertThat(read).containsKey("manifest.json");
  }

  @Test
  void manifestOfAnotherSumIsRefusedWithBoth() throws Exception {
    assertThatIOException()
        .isThrownBy(() -> load(remote.toUri().toString(), OTHER_SUM))
        .withMessage(
            "sha256 of manifest.json in release %s must be %s, was %s",
            remote.toUri(), OTHER_SUM, sum(MANIFEST));
    assertThat(read).isEmpty();
  }

  @Test
  void sumMayBeInCapitals() throws Exception {
    load(remote.toUri().toString(), sum(MANIFEST).toUpperCase(Locale.ROOT)).close();
  }

  @Test
  void releaseNamedByItsUriAloneNeedsNoSum() throws Exception {
    load(remote.toUri().toString(), null).close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:/not/there", "shelf:/not/there", "/not/there"})
  void directoryThatIsMissingIsNamed(String uri) {
    assertThatIOException()
        .isThrownBy(() -> load(uri, OTHER_SUM))
        .withMessage("Cannot read release %s: there is no such directory", uri);
  }

  @Test
  void releaseWithoutManifestIsNamed() throws IOException {
    Files.delete(remote.resolve("manifest.json"));

    for (String sum : new String[] {OTHER_SUM, null}) {
      assertThatIOException()
          .isThrownBy(() -> load(remote.toUri().toString(), sum))
          .withMessage(
              "Cannot read release %s: it has no manifest.json: it is no release, or not written"
                  + " whole",
              remote.toUri());
    }
    assertThat(read).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nowhere://models/v1", "file:/with a blank", "s3:", "%"})
  void uriThatLeadsNowhereIsNamed(String uri) {
    assertThatIOException()
        .isThrownBy(() -> load(uri, OTHER_SUM))
        .withMessageStartingWith("Cannot read release " + uri + ": ");
  }

  @Test
  void readersOwnRefusalPasses() throws Exception {
    Release release = release(remote.toUri().toString(), sum(MANIFEST));

    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                ReleaseFiles.read(
                    release,
                    scratch,
                    directory -> {
                      throw new IllegalStateException("weights must be 7, was 8");
                    }))
        .withMessage("weights must be 7, was 8");
  }

  /** Returns the release at {@code uri}, its files in {@link #read}. */
  private LoadedRelease load(String uri, String sha256) throws Exception {
    return ReleaseFiles.read(release(uri, sha256), scratch, this::read);
  }

  private LoadedRelease read(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        read.put(directory.relativize(file).toString(), Files.readString(file));
      }
    }
    return loaded();
  }

  private static LoadedRelease loaded() {
    return new LoadedRelease("v1", null, null, () -> {});
  }

  private static Release release(String uri, String sha256) {
    return new Release("bst", "bst", "v1", uri, sha256, Instant.EPOCH, Map.of(), Map.of());
  }

  private static String sum(String text) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
  }
}
