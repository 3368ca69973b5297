package io.freshet.model.pcrec;

import static io.freshet.model.Check.check;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.freshet.model.ComputeDevice;
import io.freshet.model.ReleaseDirectory;
import io.freshet.model.Vocabulary;
import io.freshet.model.network.Devices;
import io.freshet.model.network.Weights;
import io.freshet.schemas.Release;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Embeddings on disk, with the encoder that they come from: a release's directory of ids, vectors
 * and weights (safetensors).
 */
public final class EmbeddingRelease {
  /** What a release says it is of. */
  public static final String KIND = "pcrec";

  private static final String ENCODER = "encoder.safetensors";
  private static final String VECTORS = "vectors.safetensors";
  private static final String USERS = "users";
  private static final String ITEMS = "items";
  private static final String VOCABULARY = ".vocabulary";

  private EmbeddingRelease() {}

  /**
   * Writes a release into a directory of its own below {@code parent}, named by its version.
   *
   * @param encoder still the caller's to close
   * @param embeddings of at least one user and one item
   * @param metrics what was measured of them, by name
   * @param createdAt the first part of the version; the rest is a hash of the files
   * @return the release's directory
   */
  public static Path write(
      GraphEncoder encoder,
      Embeddings embeddings,
      Map<String, Double> metrics,
      Instant createdAt,
      Path parent)
      throws IOException {
    check(!embeddings.users().isEmpty(), "users", "at least one", 0);
    check(!embeddings.items().isEmpty(), "items", "at least one", 0);
    return ReleaseDirectory.write(
        KIND,
        encoder.config(),
        createdAt,
        metrics,
        parent,
        directory -> {
          encoder.write(directory.resolve(ENCODER));
          new Vocabulary(embeddings.users(), 1).write(directory.resolve(USERS + VOCABULARY));
          new Vocabulary(embeddings.items(), 1).write(directory.resolve(ITEMS + VOCABULARY));
          writeVectors(embeddings, directory.resolve(VECTORS));
        });
  }

  private static void writeVectors(Embeddings embeddings, Path file) throws IOException {
    try (NDManager manager = Devices.newManager(ComputeDevice.CPU)) {
      Map<String, NDArray> vectors = new LinkedHashMap<>();
      vectors.put(USERS, rows(embeddings.userValues(), embeddings.width(), manager));
      vectors.put(ITEMS, rows(embeddings.itemValues(), embeddings.width(), manager));
      new Weights(vectors).write(file);
    }
  }

  private static NDArray rows(float[] values, int width, NDManager manager) {
    return manager.create(values, new Shape(values.length / width, width));
  }

  /**
   * Returns the record that announces the release, which must be whole.
   *
   * @param uri where jobs will find the directory, on any file system that Flink reads
   * @throws IOException also when a file is missing or not the one the manifest names; says which
   */
  public static Release describe(Path directory, String uri) throws IOException {
    return ReleaseDirectory.open(directory, KIND).describe(uri);
  }

  /**
   * Returns the release to go by after another announcement; null where there is none any more.
   *
   * @param before null for none
   */
  public static Release newest(Release before, Release announced) {
    return ReleaseDirectory.newest(KIND, before, announced);
  }

  /**
   * Reads the vectors onto the heap; the files are not needed any more afterwards.
   *
   * @throws IOException also when a file is missing or not the one the manifest names; says which
   */
  public static Embeddings load(Path directory) throws IOException {
    ReleaseDirectory release = ReleaseDirectory.open(directory, KIND);
    List<String> users = ids(release, USERS);
    List<String> items = ids(release, ITEMS);
    try (NDManager manager = Devices.newManager(ComputeDevice.CPU)) {
      Weights vectors = Weights.read(manager, release.file(VECTORS));
      int width = (int) vectors.get(ITEMS).getShape().get(1);
      return Embeddings.of(
              width,
              users,
              vectors.get(USERS).toFloatArray(),
              items,
              vectors.get(ITEMS).toFloatArray())
          .released(release.version());
    } catch (IllegalArgumentException e) {
      throw new IOException("Cannot read release %s: %s".formatted(directory, e.getMessage()), e);
    }
  }

  private static List<String> ids(ReleaseDirectory release, String side) throws IOException {
    return Vocabulary.read(release.file(side + VOCABULARY)).ids();
  }

  /**
   * Reads the encoder alone, to go on from it.
   *
   * @return to be closed by the caller
   * @throws IOException also when a file is missing or not the one the manifest names; says which
   */
  public static GraphEncoder readEncoder(Path directory) throws IOException {
    ReleaseDirectory release = ReleaseDirectory.open(directory, KIND);
    return GraphEncoder.read(release.form(PcRecConfig.class), release.file(ENCODER));
  }
}
