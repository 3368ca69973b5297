package io.freshet.model.bst;

import static io.freshet.model.Check.check;

import ai.djl.ndarray.NDManager;
import io.freshet.model.ComputeDevice.Engine;
import io.freshet.model.network.Features;
import io.freshet.model.network.Network;
import io.freshet.model.network.NetworkForm;
import io.freshet.model.network.Position;
import io.freshet.model.network.Vocabularies;
import io.freshet.model.network.Weights;
import java.util.List;

/**
 * The form of a Behavior Sequence Transformer.
 *
 * @param sequenceLength how many of the newest behaviors the network looks at, N
 * @param position what it is told of where they stand; the paper's is {@link Position#AGE}
 * @param itemWidth of an item's embedding; item, category and position together are D
 * @param categoryWidth of a category's embedding
 * @param positionWidth of the embedding of a behavior's age
 * @param contextWidth of the embedding of one piece of context
 * @param heads H, a divisor of D
 * @param feedForwardWidth of the hidden layer inside a transformer layer
 * @param depth how many transformer layers
 * @param readout what of the last transformer layer goes on
 * @param mlpWidths of the fully connected layers after it
 * @param dropout the share of values dropped in training, in [0, 1)
 * @param vectorWidth of the vectors of users and items that come from elsewhere and are not learnt,
 *     V; 0 for none
 */
public record BstConfig(
    int sequenceLength,
    Position position,
    int itemWidth,
    int categoryWidth,
    int positionWidth,
    int contextWidth,
    int heads,
    int feedForwardWidth,
    int depth,
    Readout readout,
    List<Integer> mlpWidths,
    float dropout,
    int vectorWidth)
    implements NetworkForm {
  private static final int MOST_SHARING = 8_192;
  private static final int MOST_PLAIN = 500;

  /** What of the last transformer layer goes into the fully connected layers. */
  public enum Readout {
    /** The target item's row, as in the paper's text. */
    TARGET,
    /** All rows side by side, padding as zeros, as in the paper's figure 1. */
    CONCAT,
    /** A soft attention of the target item's row over all rows (SR-GNN, arXiv 1811.00855). */
    ATTENTION
  }

  public BstConfig {
    mlpWidths = List.copyOf(mlpWidths);
    NetworkForm.checkSequenceLength(sequenceLength);
    check(itemWidth >= 1, "itemWidth", "positive", itemWidth);
    check(categoryWidth >= 1, "categoryWidth", "positive", categoryWidth);
    check(positionWidth >= 1, "positionWidth", "positive", positionWidth);
    check(contextWidth >= 1, "contextWidth", "positive", contextWidth);
    int width = itemWidth + categoryWidth + positionWidth;
    check(heads >= 1 && width % heads == 0, "heads", "a divisor of the width " + width, heads);
    check(feedForwardWidth >= 1, "feedForwardWidth", "positive", feedForwardWidth);
    check(depth >= 1, "depth", "positive", depth);
    check(mlpWidths.stream().allMatch(w -> w >= 1), "mlpWidths", "positive", mlpWidths);
    check(!mlpWidths.isEmpty(), "mlpWidths", "at least one", mlpWidths);
    check(dropout >= 0 && dropout < 1, "dropout", "in [0, 1)", dropout);
    check(vectorWidth >= 0, "vectorWidth", "not negative", vectorWidth);
  }

  /** The paper's settings: 20 behaviors, one layer of 8 heads, 1024-512-256. */
  public static BstConfig standard() {
    return new BstConfig(
        20,
        Position.AGE,
        32,
        16,
        16,
        16,
        8,
        256,
        1,
        Readout.TARGET,
        List.of(1024, 512, 256),
        .2f,
        0);
  }

  /** For up to some hundred thousand clicks, or seconds of training: 4 heads, 128-64. */
  public static BstConfig small() {
    return new BstConfig(
        20, Position.AGE, 32, 16, 16, 16, 4, 128, 1, Readout.TARGET, List.of(128, 64), .2f, 0);
  }

  /** The same network for sequences of another length. */
  public BstConfig withSequenceLength(int length) {
    return with(length, position, depth, readout, dropout, vectorWidth);
  }

  /** The same network with another position. */
  public BstConfig with(Position other) {
    return with(sequenceLength, other, depth, readout, dropout, vectorWidth);
  }

  /** The same network with another depth and read-out. */
  public BstConfig with(int layers, Readout form) {
    return with(sequenceLength, position, layers, form, dropout, vectorWidth);
  }

  /** The same network with another dropout. */
  public BstConfig withDropout(float share) {
    return with(sequenceLength, position, depth, readout, share, vectorWidth);
  }

  /** The same network with vectors of another width, or 0 for none. */
  public BstConfig withVectors(int width) {
    return with(sequenceLength, position, depth, readout, dropout, width);
  }

  private BstConfig with(
      int length, Position where, int layers, Readout form, float share, int vectors) {
    return new BstConfig(
        length,
        where,
        itemWidth,
        categoryWidth,
        positionWidth,
        contextWidth,
        heads,
        feedForwardWidth,
        layers,
        form,
        mlpWidths,
        share,
        vectors);
  }

  /** Vectors make no difference: what is made of them is learnt anew where they are others. */
  @Override
  public boolean canGoOnFrom(NetworkForm other) {
    return other instanceof BstConfig bst && bst.withVectors(vectorWidth).equals(this);
  }

  @Override
  public int candidatesInAPass() {
    return sharesHistory() ? MOST_SHARING : MOST_PLAIN;
  }

  @Override
  public Weights initial(Vocabularies vocabularies, NDManager manager, long seed) {
    return BehaviorSequenceTransformer.initial(this, vocabularies, manager, seed);
  }

  @Override
  public Network over(Weights weights, boolean learning) {
    return new BehaviorSequenceTransformer(this, weights, learning ? dropout : 0);
  }

  @Override
  public Network toScore(Weights weights, NDManager manager, Engine engine) {
    if (!sharesHistory()) {
      return over(weights, false);
    }
    return engine == Engine.ONNXRUNTIME
        ? new OnnxBst(this, weights, manager)
        : new BstScorer(this, weights, manager);
  }

  /** Returns the same network as the paper writes it, a sequence for every candidate. */
  public NetworkForm unshared() {
    return new Unshared(this);
  }

  private record Unshared(BstConfig config) implements NetworkForm {
    @Override
    public int sequenceLength() {
      return config.sequenceLength;
    }

    @Override
    public Position position() {
      return config.position;
    }

    @Override
    public int vectorWidth() {
      return config.vectorWidth;
    }

    @Override
    public int candidatesInAPass() {
      return MOST_PLAIN;
    }

    @Override
    public Weights initial(Vocabularies vocabularies, NDManager manager, long seed) {
      return config.initial(vocabularies, manager, seed);
    }

    @Override
    public Network over(Weights weights, boolean learning) {
      return new BehaviorSequenceTransformer(config, weights, learning ? config.dropout : 0)::plain;
    }
  }

  /** How wide it is what the network is told of a candidate beside its row. */
  int targetFeatures() {
    return itemWidth + categoryWidth + Features.RANK_WIDTH;
  }

  /** How wide it is what the network is told of the user and the moment. */
  int userFeatures() {
    return Features.userWidth(contextWidth);
  }

  /** D: the width of a row. */
  int width() {
    return itemWidth + categoryWidth + positionWidth;
  }

  /**
   * Whether all candidates of a request can share the work on its sequence and still get exactly
   * the scores they would get alone: one layer, of which only the target item's row is read.
   */
  boolean sharesHistory() {
    return depth == 1 && readout == Readout.TARGET;
  }
}
