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
 * Wide &amp; Deep (Cheng et al. 2016): a linear model of ids and fully connected layers over their
 * embeddings, added. With the sequence, the mean of its embeddings goes into the deep part: the BST
 * paper's WDL and WDL(+Seq).
 *
 * <pre>
 * wide = w[item] + w[category] + sum of w[context]
 * deep = MLP([item ; category ; rank] ; [sum of context ; length] ; mean of [item ; category])
 * y    = wide + deep
 * </pre>
 *
 * @param sequenceLength how many of the newest behaviors the mean is of
 * @param withSequence whether the deep part reads the sequence
 * @param dropout the share of the embeddings' values dropped in training
 */
public record WideAndDeep(int sequenceLength, boolean withSequence, Widths widths, float dropout)
    implements NetworkForm {
  private static final int CANDIDATES_IN_A_PASS = 8_192;
  private static final String TARGET = "target";
  private static final String USER = "user";
  private static final String MEAN = "mean";
  private static final String WIDE_ITEM = "item.wide";
  private static final String WIDE_CATEGORY = "category.wide";
  private static final String WIDE_CONTEXT = "context.wide";

  public WideAndDeep {
    NetworkForm.checkSequenceLength(sequenceLength);
  }

  @Override
  public Position position() {
    return Position.NONE;
  }

  @Override
  public int candidatesInAPass() {
    return CANDIDATES_IN_A_PASS;
  }

  @Override
  public Weights initial(Vocabularies vocabularies, NDManager manager, long seed) {
    Initializer init = new Initializer(manager, seed);
    Features.declare(init, vocabularies, widths.item(), widths.category(), widths.context());
    init.embedding(WIDE_ITEM, vocabularies.items().size(), 1);
    init.embedding(WIDE_CATEGORY, vocabularies.categories().size(), 1);
    init.embedding(WIDE_CONTEXT, vocabularies.contexts().size(), 1);
    Map<String, Integer> inputs = new LinkedHashMap<>();
    inputs.put(TARGET, widths.item() + widths.category() + Features.RANK_WIDTH);
    inputs.put(USER, Features.userWidth(widths.context()));
    if (withSequence) {
      inputs.put(MEAN, widths.item() + widths.category());
    }
    FullyConnected.declare(init, inputs, widths.mlp());
    return init.weights();
  }

  @Override
  public Network over(Weights weights, boolean learning) {
    float drop = learning ? dropout : 0;
    return (batch, manager) -> forward(new Features(weights, batch, manager), weights, drop);
  }

  private Network.Output forward(Features features, Weights weights, float drop) {
    NDArray wide =
        features
            .items(WIDE_ITEM)
            .add(features.categories(WIDE_CATEGORY))
            .squeeze(2) // (B, C)
            .add(features.context(WIDE_CONTEXT)); // (B, 1)
    NDArray target = features.candidates().concat(features.ranks(), 2); // (B, C, target)
    Map<String, NDArray> ofRequests = new LinkedHashMap<>();
    ofRequests.put(USER, features.user()); // (B, context + length)
    if (withSequence) {
      ofRequests.put(MEAN, TransformerLayer.dropped(mean(features), drop));
    }
    NDArray deep =
        new FullyConnected(weights, widths.mlp().size())
            .logits(Map.of(TARGET, TransformerLayer.dropped(target, drop)), ofRequests); // (B, C)
    return new Network.Output(wide.add(deep), null);
  }

  /** Returns the mean over the behaviors, zero where there is none, (B, item + category). */
  private static NDArray mean(Features features) {
    NDArray mask = features.mask(); // (B, N)
    NDArray sum = features.past().mul(mask.expandDims(2)).sum(new int[] {1});
    return sum.div(mask.sum(new int[] {1}, true).maximum(1));
  }
}
