package io.freshet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.schemas.Release;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaseDirectoryTest {
  private static final Instant CREATED = Instant.parse("2026-03-01T12:34:56.789Z");

  @TempDir private Path parent;

  record Form(int layers, float dropoutShare) {}

  record OtherForm(int heads) {}

  @Test
  void whatWasWrittenComesBack() throws IOException {
    Path written = write("pcrec", "content");
    ReleaseDirectory release = ReleaseDirectory.open(written, "pcrec");
    assertThat(release.form(Form.class)).isEqualTo(new Form(3, .1f));
    assertThat(release.metrics()).containsExactly(Map.entry("recall", .5));
    assertThat(release.version()).isEqualTo(written.getFileName().toString());
    assertThat(release.file("a.txt")).hasContent("content");
    assertThat(release.describe("s3://m").kind()).isEqualTo("pcrec");
    assertThat(ReleaseDirectory.open(written).describe("s3://m"))
        .isEqualTo(release.describe("s3://m"));
  }

  @Test
  void anotherKindOrFormIsRefused() throws IOException {
    Path written = write("pcrec", "content");
    assertThatThrownBy(() -> ReleaseDirectory.open(written, "bst"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("kind must be bst, was pcrec");
    assertThatThrownBy(() -> ReleaseDirectory.open(written).form(OtherForm.class))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("manifest.json is damaged");
  }

  @Test
  void nothingStaysOfWhatIsNotFilled() throws IOException {
    assertThatThrownBy(
            () ->
                ReleaseDirectory.write(
                    "bst",
                    new Form(1, 0),
                    CREATED,
                    Map.of(),
                    parent,
                    directory -> {
                      Files.writeString(directory.resolve("a.txt"), "half");
                      throw new UncheckedIOException(new IOException("No space left"));
                    }))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void changedFileIsNoticed() throws IOException {
    Path written = write("bst", "content");
    Files.writeString(written.resolve("a.txt"), "contents");
    assertThatThrownBy(() -> ReleaseDirectory.open(written, "bst"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a.txt must be");
  }

  @Test
  void announcementsOfOneKindSayNothingOfAnother() throws IOException {
    Release bst = ReleaseDirectory.open(write("bst", "1")).describe("memory:/1");
    Release pcrec = ReleaseDirectory.open(write("pcrec", "2")).describe("memory:/2");
    assertThat(ReleaseDirectory.newest("pcrec", null, pcrec)).isEqualTo(pcrec);
    assertThat(ReleaseDirectory.newest("pcrec", pcrec, bst)).isEqualTo(pcrec);
    assertThat(ReleaseDirectory.newest("pcrec", pcrec, Release.withdrawn("bst"))).isEqualTo(pcrec);
    assertThat(ReleaseDirectory.newest("pcrec", pcrec, Release.withdrawn("pcrec"))).isNull();
  }

  private Path write(String kind, String content) throws IOException {
    return ReleaseDirectory.write(
        kind,
        new Form(3, .1f),
        CREATED,
        Map.of("recall", .5),
        parent,
        directory -> Files.writeString(directory.resolve("a.txt"), content));
  }
}
