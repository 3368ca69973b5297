package io.freshet.streaming.recommendation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.model.EmbeddingSpace;
import io.freshet.model.pcrec.EmbeddingRelease;
import io.freshet.model.pcrec.Embeddings;
import io.freshet.model.pcrec.GraphEncoder;
import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.model.pcrec.PcRecConfig;
import io.freshet.schemas.Release;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadersTest {
  @TempDir private Path work;

  @Test
  void embeddingsAreReadFromTheirFilesOnceForAProcess() throws Exception {
    Release release = released();
    ReleaseLoader<EmbeddingSpace> loader = Loaders.ofFiles().embeddings();

    EmbeddingSpace space = loader.load(release, work);

    assertThat(space.version()).isEqualTo(release.version());
    assertThat(space.width()).isEqualTo(2);
    assertThat(space.nearest(space.ofUser("ann"), 2, item -> true)).containsExactly("tea", "ink");
    assertThat(loader.load(release, work)).isSameAs(space);
    assertThat(Loaders.ofFiles().embeddings().load(release, work)).isSameAs(space);
  }

  @Test
  void embeddingsThatAreNotThoseAnnouncedAreRefused() throws Exception {
    Release release = released();
    Path vectors = Path.of(URI.create(release.uri())).resolve("vectors.safetensors");
    byte[] bytes = Files.readAllBytes(vectors);
    bytes[bytes.length - 1] ^= 1;
    Files.write(vectors, bytes);

    assertThatThrownBy(() -> Loaders.ofFiles().embeddings().load(release, work))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("vectors.safetensors must be");
  }

  private Release released() throws IOException {
    Embeddings embeddings =
        Embeddings.of(
            2, List.of("ann"), new float[] {1, 2}, List.of("ink", "tea"), new float[] {1, 0, 0, 1});
    PcRecConfig untrained = PcRecConfig.standard().withSteps(0).withWidths(2, 0);
    InteractionGraph graph = InteractionGraph.of(List.of());
    try (GraphEncoder encoder =
        GraphEncoder.pretrain(graph, untrained, 1, (done, of, loss) -> {})) {
      Path directory = EmbeddingRelease.write(encoder, embeddings, Map.of(), Instant.EPOCH, work);
      return EmbeddingRelease.describe(directory, directory.toUri().toString());
    }
  }
}
