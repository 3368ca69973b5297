package io.freshet.model.embedding;

import io.freshet.model.ClickLog;
import io.freshet.model.pcrec.EgoNetworkSampler;
import io.freshet.model.pcrec.GraphEncoder;
import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.model.pcrec.InteractionSplit;
import io.freshet.model.pcrec.PcRecConfig;
import io.freshet.schemas.ClickEvent;
import java.io.IOException;
import java.util.List;

/**
 * The first step: both graphs, and an encoder pre-trained on the source domain's. What remains is
 * to encode the target's nodes, and the source's users for the sake of those who are in the source
 * alone; that is cut into chunks, which say all that is needed for it.
 */
public final class Preparation {
  private static final int NODES_IN_CHUNK = 64; // some MB, most of it positions
  private static final long SEED = 1; // egos and views differ by their graph

  private final PcRecConfig config;
  private final byte[] encoder;
  private final InteractionGraph source;
  private final InteractionSplit target;
  private final EgoNetworkSampler ofSource;
  private final EgoNetworkSampler ofTarget;

  private Preparation(
      byte[] encoder,
      InteractionGraph source,
      EgoNetworkSampler ofSource,
      InteractionSplit target,
      PcRecConfig config) {
    this.config = config;
    this.encoder = encoder;
    this.source = source;
    this.target = target;
    this.ofSource = ofSource;
    this.ofTarget = new EgoNetworkSampler(target.train(), config);
  }

  /**
   * Builds the graphs and pre-trains.
   *
   * @param sourceClicks of the source domain
   * @param targetClicks of the domain that the embeddings are for
   * @param before what pre-training goes on from where it is of the same network; null for none;
   *     still the caller's to close
   * @param listener hears of the pre-training
   * @param place where it pre-trains, and keeps that now and then
   * @throws IllegalArgumentException when there is nothing to learn from or to validate with, or
   *     more than a release can hold
   */
  public static Preparation of(
      List<ClickEvent> sourceClicks,
      List<ClickEvent> targetClicks,
      EmbeddingConfig config,
      GraphEncoder before,
      GraphEncoder.Listener listener,
      GraphEncoder.Place place)
      throws IOException {
    InteractionGraph source = InteractionGraph.of(sourceClicks).core(config.sourceCore());
    InteractionSplit target =
        InteractionSplit.ofNewest(
            new ClickLog(targetClicks, List.of()), config.validatedUsersMax());
    if (source.edges() == 0 || target.validation().isEmpty()) {
      throw new IllegalArgumentException(
          ("source and target must have edges to learn from and users to validate with, was %d edges"
                  + " of %d clicks, and %d users of %d clicks")
              .formatted(
                  source.edges(),
                  sourceClicks.size(),
                  target.validation().size(),
                  targetClicks.size()));
    }
    checkFit(
        target.train().users() + source.users(),
        target.train().items(),
        config.encoder().vectorWidth());
    boolean goesOn = before != null && before.config().hasNetworkOf(config.encoder());
    EgoNetworkSampler ofSource = new EgoNetworkSampler(source, config.encoder());
    try (GraphEncoder encoder =
        GraphEncoder.pretrain(ofSource, SEED, goesOn ? before : null, listener, place)) {
      return new Preparation(encoder.toBytes(), source, ofSource, target, config.encoder());
    }
  }

  /** A release has an array of the vectors of each side, of at most 2 GB. */
  static void checkFit(int users, int items, int width) {
    int most = Integer.MAX_VALUE / Float.BYTES / width;
    if (users > most || items > most) {
      throw new IllegalArgumentException(
          "users of both domains and items of the target must be at most %,d each, with vectors of"
                  .formatted(most)
              + " %d numbers, was %,d users and %,d items".formatted(width, users, items));
    }
  }

  /** Returns the encoder's weights, for {@link GraphEncoder#ofBytes}. */
  public byte[] encoder() {
    return encoder;
  }

  /** Returns how many chunks there are. */
  public int chunks() {
    return chunks(target.train().nodes()) + chunks(source.users());
  }

  private static int chunks(int nodes) {
    return (nodes + NODES_IN_CHUNK - 1) / NODES_IN_CHUNK;
  }

  /** Returns the ego networks of a chunk, for {@link GraphEncoder#encode(byte[])}. */
  public byte[] networks(int chunk) {
    int chunksOfTarget = chunks(target.train().nodes());
    return chunk < chunksOfTarget
        ? networks(ofTarget, chunk, target.train().nodes())
        : networks(ofSource, chunk - chunksOfTarget, source.users());
  }

  private static byte[] networks(EgoNetworkSampler sampler, int chunk, int nodes) {
    int from = chunk * NODES_IN_CHUNK;
    return sampler.networks(from, Math.min(nodes, from + NODES_IN_CHUNK));
  }

  /** Returns the vectors of all chunks, one after the other, encoded here and now on the CPU. */
  public float[] vectors() throws IOException {
    int nodes = target.train().nodes() + source.users();
    float[] vectors = new float[Math.multiplyExact(nodes, config.vectorWidth())];
    try (GraphEncoder here = GraphEncoder.ofBytes(config, encoder)) {
      int at = 0;
      for (int chunk = 0; chunk < chunks(); chunk++) {
        float[] some = here.encode(networks(chunk));
        System.arraycopy(some, 0, vectors, at, some.length);
        at += some.length;
      }
    }
    return vectors;
  }

  /** Returns what the second step needs besides the vectors of the chunks. */
  public Material material() {
    return new Material(encoder, target, source.userIds(), source.edges());
  }
}
