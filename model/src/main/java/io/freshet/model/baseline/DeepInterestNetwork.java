package io.freshet.model.baseline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.freshet.model.network.Features;
import io.freshet.model.network.FullyConnected;
import io.freshet.model.network.Initializer;
import io.freshet.model.network.Network;
import io.freshet.model.network.NetworkForm;
import io.freshet.model.network.Position;
import io.freshet.model.network.TransformerLayer;
import io.freshet.model.network.Vocabularies;
import io.freshet.model.network.Weights;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Deep Interest Network (Zhou et al. 2018, arXiv 1706.06978): the candidate decides how much each
 * behavior counts, and the weighted sum of the behaviors goes into fully connected layers.
 *
 * <pre>
 * a_ci = v . LeakyReLU(W_b b_i + W_c c + W_x (b_i * c) + w)     not normalized, as in the paper
 * y    = MLP([sum_i a_ci b_i ; c ; rank] ; [sum of context ; length])
 * </pre>
 *
 * <p>The paper's unit also reads the difference of behavior and candidate, which is linear in both
 * and so needs no weights of its own.
 *
 * @param sequenceLength how many of the newest behaviors it looks at, N
 * @param position what it is told of where they stand; the paper's is {@link Position#NONE}
 * @param unitWidth of the hidden layer that weighs a behavior, A
 * @param dropout the share of the embeddings' values dropped in training
 */
public record DeepInterestNetwork(
    int sequenceLength, Position position, int unitWidth, Widths widths, float dropout)
    implements NetworkForm {
  private static final int CANDIDATES_IN_A_PASS = 2_048;
  private static final String INTEREST = "interest";
  private static final String TARGET = "target";
  private static final String USER = "user";

  public DeepInterestNetwork {
    NetworkForm.checkSequenceLength(sequenceLength);
  }

  @Override
  public int candidatesInAPass() {
    return CANDIDATES_IN_A_PASS;
  }

  private int known() {
    return widths.item() + widths.category();
  }

  private int behaviorWidth() {
    return position == Position.NONE ? known() : known() + widths.position();
  }

  @Override
  public Weights initial(Vocabularies vocabularies, NDManager manager, long seed) {
    Initializer init = new Initializer(manager, seed);
    Features.declare(init, vocabularies, widths.item(), widths.category(), widths.context());
    if (position != Position.NONE) {
      init.embedding("position", position.rows(), widths.position());
    }
    init.matrix("unit.behavior", behaviorWidth(), unitWidth);
    init.matrix("unit.candidate", known(), unitWidth);
    init.matrix("unit.product", known(), unitWidth);
    init.zeros("unit.bias", unitWidth);
    init.matrix("unit.weight", unitWidth, 1);
    Map<String, Integer> inputs = new LinkedHashMap<>();
    inputs.put(INTEREST, behaviorWidth());
    inputs.put(TARGET, known() + Features.RANK_WIDTH);
    inputs.put(USER, Features.userWidth(widths.context()));
    FullyConnected.declare(init, inputs, widths.mlp());
    return init.weights();
  }

  @Override
  public Network over(Weights weights, boolean learning) {
    float drop = learning ? dropout : 0;
    return (batch, manager) -> forward(new Features(weights, batch, manager), weights, drop);
  }

  private Network.Output forward(Features features, Weights weights, float drop) {
    NDArray items = TransformerLayer.dropped(features.past(), drop); // (B, N, E)
    NDArray behaviors =
        position == Position.NONE
            ? items
            : items.concat(
                TransformerLayer.dropped(features.pastPositions(), drop), 2); // (B, N, D)
    NDArray candidates = TransformerLayer.dropped(features.candidates(), drop); // (B, C, E)

    NDArray product = candidates.expandDims(2).mul(items.expandDims(1)); // (B, C, N, E)
    NDArray hidden =
        product
            .matMul(weights.get("unit.product"))
            .add(behaviors.matMul(weights.get("unit.behavior")).expandDims(1))
            .add(candidates.matMul(weights.get("unit.candidate")).expandDims(2))
            .add(weights.get("unit.bias")); // (B, C, N, A)
    NDArray share =
        TransformerLayer.leakyRelu(hidden)
            .matMul(weights.get("unit.weight"))
            .squeeze(3)
            .mul(features.mask().expandDims(1)); // (B, C, N)

    Map<String, NDArray> ofCandidates = new LinkedHashMap<>();
    ofCandidates.put(INTEREST, share.matMul(behaviors)); // (B, C, D)
    ofCandidates.put(TARGET, candidates.concat(features.ranks(), 2)); // (B, C, target)
    NDArray logits =
        new FullyConnected(weights, widths.mlp().size())
            .logits(ofCandidates, Map.of(USER, features.user()));
    return new Network.Output(logits, null);
  }
}
