package io.freshet.model.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.freshet.model.embedding.EmbeddingTrainer.Trained;
import io.freshet.model.pcrec.Embeddings;
import io.freshet.model.pcrec.GraphEncoder;
import io.freshet.model.pcrec.GraphEncoder.Place;
import io.freshet.model.pcrec.NodeEmbeddings;
import io.freshet.schemas.ClickEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingTrainerTest {
  private static final EmbeddingConfig CONFIG = Domains.CONFIG;

  @TempDir private Path work;
  private Preparation preparation;
  private float[] vectors;

  @BeforeEach
  void prepare() throws IOException {
    preparation = prepare(Domains.SOURCE, Domains.TARGET, null);
    vectors = preparation.vectors();
  }

  @Test
  void targetsNodesAndSourcesUsersAreEncoded() throws IOException {
    Material material = preparation.material();
    int width = CONFIG.encoder().vectorWidth();
    assertThat(material.sourceUsers()).contains("u1", "u70");
    assertThat(vectors)
        .hasSize((material.target().train().nodes() + material.sourceUsers().size()) * width);
    try (GraphEncoder encoder = GraphEncoder.ofBytes(CONFIG.encoder(), preparation.encoder())) {
      NodeEmbeddings ofTarget = encoder.embed(material.target().train());
      assertThat(Arrays.copyOf(vectors, ofTarget.values().length))
          .containsExactly(ofTarget.values(), within(1e-5f));
    }
  }

  @Test
  void whatIsHandedOverComesBack() throws IOException {
    Material material = preparation.material();
    Material read = Material.ofBytes(material.toBytes());
    assertThat(read.encoder()).isEqualTo(material.encoder());
    assertThat(read.sourceUsers()).isEqualTo(material.sourceUsers());
    assertThat(read.sourceEdges()).isEqualTo(material.sourceEdges());
    assertThat(train(read, null).metrics()).isEqualTo(train(material, null).metrics());
  }

  @Test
  void everyNodeOfTheTargetGetsAVectorThatFindsWhatWasHeldOut() {
    Trained trained = train(preparation.material(), null);
    assertThat(trained.embeddings().items())
        .isEqualTo(preparation.material().target().train().itemIds());
    assertThat(trained.embeddings().ofUser("u59")).hasSize(CONFIG.encoder().vectorWidth());
    double half = 20. / 40; // of the items are 20
    assertThat(trained.validationRecall()).isGreaterThan(half + .3);
    assertThat(trained.metrics()).containsKeys("users", "items", "edges", "source_edges");
  }

  @Test
  void releaseInUseIsMeasuredWithTheSame() {
    EmbeddingTrainer trainer = new EmbeddingTrainer(preparation.material(), vectors, CONFIG);
    Trained trained = trainer.train(null, progress -> {});
    assertThat(trainer.validationRecall(trained.embeddings()))
        .isCloseTo(trained.validationRecall(), within(1e-6));

    Embeddings strange =
        Embeddings.of(8, List.of("nobody"), new float[8], List.of("nothing"), new float[8]);
    assertThat(trainer.validationRecall(strange)).isLessThan(trained.validationRecall());
  }

  @Test
  void newVectorsAreTurnedOntoThoseInUse() {
    Embeddings before = train(preparation.material(), null).embeddings();
    Embeddings flipped =
        Embeddings.of(
            before.width(),
            before.users(),
            flipped(before.userValues()),
            before.items(),
            flipped(before.itemValues()));

    Trained trained = train(preparation.material(), flipped);

    assertThat(trained.metrics().get("alignment_residual")).isLessThan(1e-4);
    assertThat(trained.embeddings().ofItem("t1"))
        .containsExactly(flipped.ofItem("t1"), within(1e-4f));
    assertThat(trained.embeddings().ofUser("u1"))
        .containsExactly(flipped.ofUser("u1"), within(1e-4f));
  }

  @Test
  void userKnownFromTheSourceAloneGetsAVectorWhereUsersOfBothTellIt() {
    Material material = preparation.material();
    Embeddings tuned = train(material, null).embeddings();
    int width = tuned.width();
    int ofTarget = material.target().train().nodes() * width;
    float[] alike = tuned.ofUser("u1");
    for (int i = 0; i < material.sourceUsers().size(); i++) {
      String user = material.sourceUsers().get(i);
      boolean isShared = material.target().train().userNode(user) >= 0;
      float[] vector = isShared ? tuned.ofUser(user) : alike;
      for (int d = 0; d < width; d++) {
        vectors[ofTarget + i * width + d] = 2 * vector[d];
      }
    }

    Trained trained = train(material, null);

    assertThat(trained.metrics()).containsEntry("source_only_users", 20.);
    assertThat(trained.embeddings().ofUser("u70")).containsExactly(alike, within(.05f));
    assertThat(trained.embeddings().ofUser("u1")).isEqualTo(tuned.ofUser("u1"));
  }

  @Test
  void userKnownFromTheSourceAloneGetsNoneWhereTheyTellNothing() {
    Material material = preparation.material();
    int width = CONFIG.encoder().vectorWidth();
    for (int i = material.target().train().nodes() * width; i < vectors.length; i++) {
      vectors[i] = Math.floorMod(i * 0x9E3779B9, 1_000);
    }
    Trained trained = train(material, null);
    assertThat(trained.metrics().get("source_map_error")).isGreaterThanOrEqualTo(1);
    assertThat(trained.embeddings().ofUser("u70")).isNull();
  }

  @Test
  void goesOnFromAnEncoderOfTheSameNetworkOnly() throws IOException {
    try (GraphEncoder before = GraphEncoder.ofBytes(CONFIG.encoder(), preparation.encoder());
        GraphEncoder other =
            GraphEncoder.pretrain(
                preparation.material().target().train(),
                CONFIG.encoder().withWidths(4, 4).withSteps(0),
                1,
                (done, steps, loss) -> {})) {
      byte[] fromNothing = preparation.encoder();
      assertThat(prepare(Domains.SOURCE, Domains.TARGET, before).encoder())
          .isNotEqualTo(fromNothing);
      assertThat(prepare(Domains.SOURCE, Domains.TARGET, other).encoder()).isEqualTo(fromNothing);
    }
  }

  @Test
  void nothingToLearnFromIsRefused() {
    assertThatThrownBy(() -> prepare(List.of(), Domains.TARGET, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("was 0 edges of 0 clicks, and 50 users of 1200 clicks");
    assertThatThrownBy(() -> prepare(Domains.SOURCE, Domains.TARGET.subList(0, 100), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 users of 100 clicks");
  }

  @Test
  void whoeverListensCanStopIt() {
    EmbeddingTrainer trainer = new EmbeddingTrainer(preparation.material(), vectors, CONFIG);
    assertThatThrownBy(
            () ->
                trainer.train(
                    null,
                    progress -> {
                      throw new CancellationException("Nobody waits");
                    }))
        .isInstanceOf(CancellationException.class);
  }

  private Preparation prepare(List<ClickEvent> source, List<ClickEvent> target, GraphEncoder before)
      throws IOException {
    return Preparation.of(
        source, target, CONFIG, before, (done, steps, loss) -> {}, Place.onCpu(work));
  }

  private Trained train(Material material, Embeddings before) {
    return new EmbeddingTrainer(material, vectors, CONFIG).train(before, progress -> {});
  }

  /** Turns around every other axis. */
  private static float[] flipped(float[] values) {
    float[] flipped = values.clone();
    for (int i = 0; i < flipped.length; i += 2) {
      flipped[i] = -flipped[i];
    }
    return flipped;
  }
}
