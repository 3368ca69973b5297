package io.freshet.model.pcrec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.schemas.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingReleaseTest {
  private static final Instant CREATED = Instant.parse("2026-03-01T12:34:56.789Z");

  private final InteractionGraph graph = TinyPcRec.graph(2);
  @TempDir private Path parent;
  private GraphEncoder encoder;
  private Embeddings embeddings;
  private Path release;

  @BeforeEach
  void writeRelease() throws IOException {
    encoder = GraphEncoder.pretrain(TinyPcRec.graph(1), TinyPcRec.CONFIG, 1, (d, s, l) -> {});
    embeddings = Embeddings.of(graph, encoder.embed(graph));
    release =
        EmbeddingRelease.write(
            encoder, embeddings, Map.of("validation_recall", .25), CREATED, parent);
  }

  @AfterEach
  void freeEncoder() {
    encoder.close();
  }

  @Test
  void vectorsComeBackById() throws IOException {
    Embeddings loaded = EmbeddingRelease.load(release);
    assertThat(loaded.width()).isEqualTo(TinyPcRec.CONFIG.vectorWidth());
    assertThat(loaded.version()).isEqualTo(release.getFileName().toString());
    assertThat(loaded.users()).isEqualTo(graph.userIds());
    assertThat(loaded.items()).isEqualTo(graph.itemIds());
    for (String user : graph.userIds()) {
      assertThat(loaded.ofUser(user)).isEqualTo(embeddings.ofUser(user));
    }
    assertThat(loaded.itemValues()).isEqualTo(embeddings.itemValues());
    assertThat(loaded.ofItem(graph.itemIds().get(3)))
        .isEqualTo(encoder.embed(graph).row(graph.users() + 3));
  }

  @Test
  void whoIsNotThereHasNoVector() throws IOException {
    Embeddings loaded = EmbeddingRelease.load(release);
    assertThat(loaded.ofUser("nobody")).isNull();
    assertThat(loaded.ofItem("nothing")).isNull();
    assertThat(loaded.ofItem(graph.userIds().get(0))).as("a user is no item").isNull();
  }

  @Test
  void encoderComesBackAsItWas() throws IOException {
    try (GraphEncoder read = EmbeddingRelease.readEncoder(release)) {
      assertThat(read.config()).isEqualTo(TinyPcRec.CONFIG);
      assertThat(read.embed(graph).values()).isEqualTo(encoder.embed(graph).values());
    }
  }

  @Test
  void announcementIsOfItsKind() throws IOException {
    Release announced = EmbeddingRelease.describe(release, "s3://models/pcrec/1");
    assertThat(announced.artifact()).isEqualTo("pcrec");
    assertThat(announced.kind()).isEqualTo("pcrec");
    assertThat(announced.createdAt()).isEqualTo(CREATED);
    assertThat(announced.metrics()).containsExactly(Map.entry("validation_recall", .25));
  }

  @Test
  void anyFileThatIsCutIsNoticed() throws IOException {
    try (Stream<Path> files = Files.list(release)) {
      for (Path file : files.filter(f -> !f.endsWith("manifest.json")).toList()) {
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        assertThatThrownBy(() -> EmbeddingRelease.load(release))
            .isInstanceOf(IOException.class)
            .hasMessageContaining(file.getFileName() + " must be");
        Files.write(file, whole);
      }
    }
  }

  @Test
  void releaseWithoutUsersOrItemsIsRefused() {
    assertRefused(Embeddings.of(8, List.of(), new float[0], List.of("i"), new float[8]), "users");
    assertRefused(Embeddings.of(8, List.of("u"), new float[8], List.of(), new float[0]), "items");
  }

  @Test
  void vectorsThatAreNotOneForEachIdAreRefused() {
    assertThatThrownBy(
            () -> Embeddings.of(2, List.of("u", "u"), new float[4], List.of("i"), new float[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("users must be different");
    assertThatThrownBy(
            () -> Embeddings.of(2, List.of("u"), new float[2], List.of("i"), new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("items must be different, with 2 values each");
  }

  private void assertRefused(Embeddings none, String what) {
    assertThatThrownBy(() -> EmbeddingRelease.write(encoder, none, Map.of(), CREATED, parent))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(what + " must be at least one");
  }
}
