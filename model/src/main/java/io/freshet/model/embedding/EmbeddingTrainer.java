package io.freshet.model.embedding;

import static io.freshet.model.Check.check;

import io.freshet.model.baseline.BprProgress;
import io.freshet.model.evaluation.FullRanking;
import io.freshet.model.evaluation.ItemScores;
import io.freshet.model.pcrec.Alignment;
import io.freshet.model.pcrec.Embeddings;
import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.model.pcrec.NodeEmbeddings;
import io.freshet.model.pcrec.RidgeMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The second step: encoded nodes become embeddings of the target domain.
 *
 * <p>They are fine-tuned on the target's graph; users known from the source alone get the vector
 * that users of both make likely; and all of them are turned onto the release before.
 */
public final class EmbeddingTrainer {
  /** What the recall at 20 of the items held out is called among {@link Trained#metrics}. */
  public static final String VALIDATION_RECALL = "validation_recall_at_20";

  private final Material material;
  private final EmbeddingConfig config;
  private final NodeEmbeddings target;
  private final Embeddings source; // of users alone
  private final FullRanking ranking;

  /**
   * What came of it.
   *
   * @param metrics what was measured, by name
   */
  public record Trained(Embeddings embeddings, Map<String, Double> metrics) {
    public double validationRecall() {
      return metrics.get(VALIDATION_RECALL);
    }
  }

  /**
   * @param vectors of all chunks of the {@link Preparation}, one after the other
   */
  public EmbeddingTrainer(Material material, float[] vectors, EmbeddingConfig config) {
    int width = config.encoder().vectorWidth();
    int ofTarget = material.target().train().nodes() * width;
    int all = ofTarget + material.sourceUsers().size() * width;
    check(vectors.length == all, "vectors", all + " values", vectors.length);
    this.material = material;
    this.config = config;
    this.target = new NodeEmbeddings(width, Arrays.copyOf(vectors, ofTarget));
    float[] ofSource = Arrays.copyOfRange(vectors, ofTarget, all);
    this.source = Embeddings.ofUsers(width, material.sourceUsers(), ofSource);
    this.ranking = new FullRanking(material.target());
  }

  /**
   * Makes the embeddings.
   *
   * @param before those in use; null for none
   * @param listener hears of the fine-tuning; what it throws ends it
   */
  public Trained train(Embeddings before, Consumer<BprProgress> listener) {
    InteractionGraph graph = material.target().train();
    NodeEmbeddings tuned =
        FineTuning.train(graph, target, config.tuning(), this::validation, listener);
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put(VALIDATION_RECALL, validation(tuned));
    metrics.put("users", (double) graph.users());
    metrics.put("items", (double) graph.items());
    metrics.put("edges", (double) graph.edges());
    metrics.put("source_edges", (double) material.sourceEdges());
    Embeddings embeddings = withSourceUsers(Embeddings.of(graph, tuned), metrics);
    return new Trained(aligned(embeddings, before, metrics), metrics);
  }

  private double validation(NodeEmbeddings vectors) {
    return ranking.validationRecall(ItemScores.byProduct(material.target().train(), vectors));
  }

  /**
   * Returns what {@link Trained#validationRecall} would be of other embeddings, whatever they have
   * learnt from. Items that they do not know are not found, and for users that they do not know
   * they have no order.
   */
  public double validationRecall(Embeddings others) {
    InteractionGraph graph = material.target().train();
    int items = graph.items();
    int[] known = new int[items];
    float[][] vectors = new float[items][];
    int count = 0;
    for (int item = 0; item < items; item++) {
      vectors[count] = others.ofItem(graph.itemIds().get(item));
      if (vectors[count] != null) {
        known[count++] = item;
      }
    }
    int found = count;
    return ranking.validationRecall(
        user -> {
          float[] ofUser = others.ofUser(graph.userIds().get(user));
          float[] scores = new float[items];
          Arrays.fill(scores, Float.NEGATIVE_INFINITY);
          for (int i = 0; i < found; i++) {
            scores[known[i]] = ofUser == null ? 0 : product(ofUser, vectors[i]);
          }
          return scores;
        });
  }

  private static float product(float[] one, float[] other) {
    float sum = 0;
    for (int d = 0; d < one.length; d++) {
      sum += one[d] * other[d];
    }
    return sum;
  }

  /** Adds users known from the source alone, where users of both tell something of them. */
  private Embeddings withSourceUsers(Embeddings tuned, Map<String, Double> metrics) {
    Optional<RidgeMap> fitted = RidgeMap.ofSharedUsers(source, tuned);
    if (fitted.isEmpty()) {
      return tuned;
    }
    RidgeMap map = fitted.get();
    metrics.put("source_map_error", map.heldOutError());
    if (!(map.heldOutError() < 1)) {
      return tuned;
    }
    List<String> alone =
        source.users().stream().filter(user -> tuned.ofUser(user) == null).toList();
    metrics.put("source_only_users", (double) alone.size());
    int width = tuned.width();
    List<String> ids = new ArrayList<>(tuned.users());
    float[] values =
        Arrays.copyOf(tuned.userValues(), tuned.userValues().length + alone.size() * width);
    for (String user : alone) {
      System.arraycopy(map.map(source.ofUser(user)), 0, values, ids.size() * width, width);
      ids.add(user);
    }
    return Embeddings.of(width, ids, values, tuned.items(), tuned.itemValues());
  }

  private static Embeddings aligned(
      Embeddings embeddings, Embeddings before, Map<String, Double> metrics) {
    if (before == null || before.width() != embeddings.width()) {
      return embeddings;
    }
    Alignment alignment = Alignment.onto(before, embeddings);
    if (!Double.isNaN(alignment.residual())) {
      metrics.put("alignment_residual", alignment.residual());
    }
    return alignment.aligned();
  }
}
