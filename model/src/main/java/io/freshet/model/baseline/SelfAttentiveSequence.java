package io.freshet.model.baseline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.freshet.model.network.Features;
import io.freshet.model.network.Initializer;
import io.freshet.model.network.Network;
import io.freshet.model.network.NetworkForm;
import io.freshet.model.network.Position;
import io.freshet.model.network.TransformerLayer;
import io.freshet.model.network.Vocabularies;
import io.freshet.model.network.Weights;

/**
 * SASRec (Kang and McAuley 2018, arXiv 1808.09781): transformer layers in which a behavior sees
 * those before it say what the next item should be like; a candidate scores by its likeness to
 * that. It reads the items' ids and their places, nothing else.
 *
 * <pre>
 * h = layers(item_1 + place_1 .. item_N + place_N)
 * y = h_N . item_candidate
 * </pre>
 *
 * <p>The layers are {@link TransformerLayer}s, with their order of norms.
 *
 * @param sequenceLength how many of the newest behaviors it looks at, N
 * @param width of an item's embedding, D
 * @param heads H, a divisor of the width
 * @param depth how many layers
 * @param dropout the share of values dropped in training
 */
public record SelfAttentiveSequence(
    int sequenceLength, int width, int heads, int depth, float dropout) implements NetworkForm {
  private static final int CANDIDATES_IN_A_PASS = 8_192;

  public SelfAttentiveSequence {
    NetworkForm.checkSequenceLength(sequenceLength);
  }

  @Override
  public Position position() {
    return Position.INDEX;
  }

  @Override
  public int candidatesInAPass() {
    return CANDIDATES_IN_A_PASS;
  }

  @Override
  public Weights initial(Vocabularies vocabularies, NDManager manager, long seed) {
    Initializer init = new Initializer(manager, seed);
    init.embedding("item", vocabularies.items().size(), width);
    init.embedding("position", position().rows(), width);
    for (int layer = 0; layer < depth; layer++) {
      TransformerLayer.declare(init, "layer" + layer, width, width);
    }
    return init.weights();
  }

  @Override
  public Network over(Weights weights, boolean learning) {
    float drop = learning ? dropout : 0;
    return (batch, manager) -> forward(new Features(weights, batch, manager), weights, drop);
  }

  private Network.Output forward(Features features, Weights weights, float drop) {
    NDArray mask = features.mask(); // (B, N)
    NDArray rows =
        TransformerLayer.dropped(features.pastItems().add(features.pastPositions()), drop);
    for (int layer = 0; layer < depth; layer++) {
      rows =
          new TransformerLayer(weights, "layer" + layer, heads, drop)
              .everyRowSoFar(rows, mask)
              .rows(); // (B, N, D)
    }
    NDArray last = rows.get(new NDIndex(":, -1:")); // (B, 1, D)
    NDArray items = features.items("item"); // (B, C, D)
    return new Network.Output(items.matMul(last.swapAxes(1, 2)).squeeze(2), null);
  }
}
