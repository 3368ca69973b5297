package io.freshet.model.pcrec;

import static io.freshet.model.Check.check;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.freshet.model.ComputeDevice;
import io.freshet.model.network.Devices;
import io.freshet.model.network.NetworkTrainer;
import io.freshet.model.network.NoGradients;
import io.freshet.model.network.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An encoder of nodes by what is around them, pre-trained on one graph and of use on any (Wang et
 * al. 2021): it learns to tell that two views are of the same node.
 */
public final class GraphEncoder implements AutoCloseable {
  private static final int ENCODED_AT_ONCE = 256;

  private final PcRecConfig config;
  private final Weights weights;
  private final NDManager manager;

  /** Hears how far a pre-training is. */
  public interface Listener {
    /**
     * Hears of some more steps. What it throws ends the pre-training.
     *
     * @param loss mean over the steps since it was heard last
     */
    void step(int done, int steps, double loss);
  }

  /**
   * Where a pre-training is at home.
   *
   * @param device where it computes; one that is taken up elsewhere goes on
   * @param directory where it is kept now and then: the same one, started again there, goes on from
   *     it to the same result; null to keep it nowhere
   */
  public record Place(ComputeDevice device, Path directory) {
    public static Place onCpu(Path directory) {
      return new Place(ComputeDevice.CPU, directory);
    }
  }

  private GraphEncoder(PcRecConfig config, Weights weights, NDManager manager) {
    this.config = config;
    this.weights = weights;
    this.manager = manager;
  }

  /**
   * Pre-trains an encoder from nothing, and keeps nothing meanwhile; the same seed gives the same
   * one.
   *
   * @return to be closed by the caller
   */
  public static GraphEncoder pretrain(
      InteractionGraph source, PcRecConfig config, long seed, Listener listener) {
    try {
      return pretrain(
          new EgoNetworkSampler(source, config), seed, null, listener, Place.onCpu(null));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot happen: nothing is kept", e);
    }
  }

  /**
   * Pre-trains an encoder. PyTorch collects gradients for one caller in a process at a time, so it
   * waits until any training before it is over.
   *
   * @param source draws what it learns from, and says of what form it is
   * @param before what to go on from, of the same network; null to start from nothing
   * @return to be closed by the caller; it encodes on the device of {@code place}
   * @throws IllegalArgumentException when it is to go on from another network
   */
  public static GraphEncoder pretrain(
      EgoNetworkSampler source, long seed, GraphEncoder before, Listener listener, Place place)
      throws IOException {
    synchronized (NetworkTrainer.ONE_AT_A_TIME) {
      NDManager manager = Devices.newManager(place.device());
      try (NoGradients unused = new NoGradients();
          NDManager meanwhile = manager.newSubManager()) {
        PreTraining training = training(source, seed, before, place.directory(), meanwhile);
        training.run(source, seed, listener, place.directory());
        training.query().attach(manager);
        return new GraphEncoder(source.config(), training.query(), manager);
      } catch (Throwable e) { // be it want of memory
        manager.close();
        throw e;
      }
    }
  }

  private static PreTraining training(
      EgoNetworkSampler source, long seed, GraphEncoder before, Path directory, NDManager manager)
      throws IOException {
    PcRecConfig config = source.config();
    String name =
        "%s, %s, seed %d, from %s"
            .formatted(
                source.graph().signature(),
                config,
                seed,
                before == null ? "nothing" : before.weights.signature());
    PreTraining kept =
        directory == null ? null : PreTraining.kept(name, config, directory, manager);
    if (kept != null) {
      return kept;
    }
    if (before != null) {
      checkForm(config, before.weights);
    }
    Weights start =
        before == null ? GinEncoder.initial(config, manager, seed) : before.weights.copy(manager);
    return PreTraining.fresh(name, config, start, seed, manager);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @return to be closed by the caller
   * @throws IOException also when the file holds no encoder of that form
   */
  static GraphEncoder read(PcRecConfig config, Path file) throws IOException {
    return ofBytes(config, Files.readAllBytes(file));
  }

  /** Returns the encoder that {@link #toBytes} was asked of, as the other does, on the CPU. */
  public static GraphEncoder ofBytes(PcRecConfig config, byte[] bytes) throws IOException {
    return ofBytes(config, bytes, ComputeDevice.CPU);
  }

  /**
   * Returns the encoder that {@link #toBytes} was asked of.
   *
   * @param config its form
   * @param device where it encodes
   * @return to be closed by the caller
   * @throws IOException also when the bytes are no encoder of that form
   */
  public static GraphEncoder ofBytes(PcRecConfig config, byte[] bytes, ComputeDevice device)
      throws IOException {
    NDManager manager = Devices.newManager(device);
    try {
      Weights weights = Weights.ofBytes(manager, bytes);
      checkForm(config, weights);
      return new GraphEncoder(config, weights, manager);
    } catch (IllegalArgumentException e) {
      manager.close();
      throw new IOException("Cannot read encoder: " + e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private static void checkForm(PcRecConfig config, Weights weights) {
    try (NDManager other = Devices.newManager(ComputeDevice.CPU)) {
      Map<String, Shape> shapes = GinEncoder.initial(config, other, 0).shapes();
      check(weights.shapes().equals(shapes), "weights", shapes.toString(), weights.shapes());
    }
  }

  /** Writes the weights (safetensors). */
  void write(Path file) throws IOException {
    weights.write(file);
  }

  /** Returns the weights, for {@link #ofBytes}. */
  public byte[] toBytes() {
    return weights.toBytes();
  }

  /** Returns its form, and how it was pre-trained. */
  public PcRecConfig config() {
    return config;
  }

  /** Returns a vector for each node of a graph, from its ego network there; the same each time. */
  public NodeEmbeddings embed(InteractionGraph graph) {
    return embed(graph, graph.nodes());
  }

  /** Returns the vectors of a graph's users alone. */
  public Embeddings embedUsers(InteractionGraph graph) {
    NodeEmbeddings vectors = embed(graph, graph.users());
    return Embeddings.ofUsers(vectors.width(), graph.userIds(), vectors.values());
  }

  private NodeEmbeddings embed(InteractionGraph graph, int nodes) {
    EgoNetworkSampler sampler = new EgoNetworkSampler(graph, config);
    int width = config.vectorWidth();
    float[] values = new float[Math.multiplyExact(nodes, width)];
    for (int from = 0; from < nodes; from += ENCODED_AT_ONCE) {
      int end = Math.min(nodes, from + ENCODED_AT_ONCE);
      float[] rows = encode(sampler.networksOf(from, end));
      System.arraycopy(rows, 0, values, from * width, rows.length);
    }
    return new NodeEmbeddings(width, values);
  }

  /**
   * Returns the vectors of some nodes, row by row.
   *
   * @param networks as {@link EgoNetworkSampler#networks} gives them, for an encoder of this form
   * @throws IOException when they are cut
   */
  public float[] encode(byte[] networks) throws IOException {
    return encode(EgoNetwork.read(networks));
  }

  private float[] encode(List<EgoNetwork> networks) {
    EgoBatch batch = EgoBatch.of(networks, config);
    try (NoGradients unused = new NoGradients();
        NDManager some = manager.newSubManager()) {
      return new GinEncoder(config, weights).encode(batch, some).toFloatArray();
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
