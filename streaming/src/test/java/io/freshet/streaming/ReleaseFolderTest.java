package io.freshet.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.freshet.schemas.Release;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaseFolderTest {
  private static final String MANIFEST = "{\"kind\":\"bst\"}";
  private static final String FIRST = "20261101-120000-00000001";
  private static final String SECOND = "20261102-120000-00000002";
  private static final String THIRD = "20261103-120000-00000003";
  private static final String FOURTH = "20261104-120000-00000004";

  @TempDir private Path work;
  private Path shared;
  private ReleaseFolder folder;

  @BeforeEach
  void makeFolder() throws IOException {
    shared = Files.createDirectory(work.resolve("shared"));
    folder = new ReleaseFolder(shared.toUri().toString(), 2);
  }

  @Test
  void releaseStandsWhereItsUriSays() throws Exception {
    String uri = add(FIRST, null);

    assertThat(uri).startsWith("file:").endsWith("/shared/" + FIRST);
    assertThat(shared.resolve(FIRST).resolve("weights")).hasContent("1");
  }

  @Test
  void oldestMakeRoomInWhateverOrderTheyCame() throws Exception {
    add(THIRD, null);
    add(FIRST, null);
    assertThat(names()).containsExactly(FIRST, THIRD);

    add(FOURTH, null);

    assertThat(names()).containsExactly(THIRD, FOURTH);
  }

  @Test
  void ofOneSecondTheFirstWrittenIsTheOldest() throws Exception {
    List<String> sameSecond =
        Stream.of("cccccccc", "bbbbbbbb", "aaaaaaaa").map(id -> "20261123-120000-" + id).toList();
    for (int i = 0; i < 2; i++) {
      add(sameSecond.get(i), null);
      FileTime written = FileTime.from(Instant.EPOCH.plusSeconds(i));
      Files.setLastModifiedTime(
          shared.resolve(sameSecond.get(i)).resolve("manifest.json"), written);
    }

    add(sameSecond.get(2), null);

    assertThat(names()).containsExactly(sameSecond.get(2), sameSecond.get(1));
  }

  @Test
  void addingDeletesNoneSinceAnyMayHaveBeenAnnouncedMeanwhile() throws Exception {
    for (String version : List.of(FIRST, SECOND, THIRD, FOURTH)) {
      addAlone(version);
    }
    assertThat(names()).containsExactly(FIRST, SECOND, THIRD, FOURTH);

    folder.deleteOldest(release(FIRST));

    assertThat(names()).containsExactly(FIRST, THIRD, FOURTH);
  }

  @Test
  void nothingIsDeletedWhereNothingIsAnnounced() throws Exception {
    for (String version : List.of(FIRST, SECOND, THIRD)) {
      addAlone(version);
    }

    folder.deleteOldest(null);

    assertThat(names()).containsExactly(FIRST, SECOND, THIRD);
  }

  @Test
  void folderThatDoesNotExistYetHasNothingToDelete() throws Exception {
    Files.delete(shared);

    folder.deleteOldest(release(FIRST));

    assertThat(shared).doesNotExist();
  }

  @Test
  void whatIsAnnouncedStaysHoweverOld() throws Exception {
    add(FIRST, null);
    add(SECOND, FIRST);
    add(THIRD, FIRST);
    assertThat(names()).containsExactly(FIRST, SECOND, THIRD);

    add(FOURTH, THIRD);

    assertThat(names()).containsExactly(THIRD, FOURTH);
  }

  @Test
  void whatIsNotKnownToBeAReleaseOfTheKindIsLeftAlone() throws Exception {
    make(shared, "my-own", MANIFEST);
    make(shared, "20261001-120000-00000001", "{\"kind\":\"pcrec\"}");
    make(shared, "20261001-120000-00000002", "{}");
    make(shared, "20261001-120000-00000003", "no JSON");
    make(shared, "99999999-999999-00000004", MANIFEST);
    Files.writeString(shared.resolve("20261001-120000-00000005"), "a file");
    List<String> expected = new ArrayList<>(names());

    add(FIRST, null);
    add(SECOND, null);
    add(THIRD, null);

    expected.addAll(List.of(SECOND, THIRD));
    assertThat(names()).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void whatGotNoManifestWithinADayWasLeftHalfWritten() throws Exception {
    addAlone(FOURTH);
    halfWritten(FIRST, 25, 25);
    halfWritten(SECOND, 25, 23);
    halfWritten(THIRD, 23, 25);

    folder.deleteOldest(release(FOURTH));

    assertThat(names()).containsExactly(SECOND, THIRD, FOURTH);
  }

  private void halfWritten(String version, int hoursSinceFile, int hoursSinceFolder)
      throws IOException {
    Path directory = make(shared, version, "");
    Files.delete(directory.resolve("manifest.json"));
    Files.setLastModifiedTime(directory.resolve("weights"), before(hoursSinceFile));
    Files.setLastModifiedTime(directory, before(hoursSinceFolder));
  }

  private static FileTime before(int hours) {
    return FileTime.from(Instant.now().minus(Duration.ofHours(hours)));
  }

  @Test
  void thatTheOldestCannotBeDeletedIsNoFailure() throws Exception {
    folder = new ReleaseFolder("undeletable:" + shared, 2);
    add(FIRST, null);
    add(SECOND, null);

    assertThat(add(THIRD, null)).endsWith(THIRD);

    assertThat(names()).containsExactly(FIRST, SECOND, THIRD);
  }

  /** This machine's files, none of which can be deleted; registered as Flink's plugins are. */
  public static final class Undeletable implements FileSystemFactory {
    @Override
    public String getScheme() {
      return "undeletable";
    }

    @Override
    public FileSystem create(URI uri) {
      return new LocalFileSystem() {
        @Override
        public boolean delete(org.apache.flink.core.fs.Path path, boolean recursive)
            throws IOException {
          throw new IOException("Cannot delete " + path);
        }
      };
    }
  }

  @Test
  void releaseThatCannotBeWrittenCostsNone() throws Exception {
    add(FIRST, null);
    add(SECOND, null);

    assertThatIOException()
        .isThrownBy(() -> add(SECOND, null))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(names()).containsExactly(FIRST, SECOND);
  }

  /** Adds a release, and begins a round while another is announced, or this one. */
  private String add(String version, String announced) throws IOException {
    String uri = addAlone(version);
    folder.deleteOldest(release(announced == null ? version : announced));
    return uri;
  }

  private String addAlone(String version) throws IOException {
    return folder.add(make(Files.createTempDirectory(work, "local"), version, MANIFEST));
  }

  private static Path make(Path parent, String version, String manifest) throws IOException {
    Path directory = Files.createDirectory(parent.resolve(version));
    Files.writeString(directory.resolve("weights"), "1");
    Files.writeString(directory.resolve("manifest.json"), manifest);
    return directory;
  }

  private static Release release(String version) {
    return new Release("bst", "bst", version, "nowhere:/", null, Instant.EPOCH, Map.of(), Map.of());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(shared)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }
}
