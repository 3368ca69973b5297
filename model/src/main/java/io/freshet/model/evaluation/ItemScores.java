package io.freshet.model.evaluation;

import io.freshet.model.pcrec.InteractionGraph;
import io.freshet.model.pcrec.NodeEmbeddings;
import java.util.function.Function;

/** Scores all items of a graph for a user. */
@FunctionalInterface
public interface ItemScores {
  /**
   * Returns a score for each item, in the order of their nodes; the higher, the better.
   *
   * @param user a node
   */
  float[] of(int user);

  /** Returns the rule that knows only how many users have clicked an item. */
  static ItemScores byPopularity(InteractionGraph graph) {
    float[] degrees = new float[graph.items()];
    for (int item = 0; item < degrees.length; item++) {
      degrees[item] = graph.degree(graph.users() + item);
    }
    return user -> degrees;
  }

  /** Returns the rule that takes the inner product of the user's vector and the item's. */
  static ItemScores byProduct(InteractionGraph graph, NodeEmbeddings embeddings) {
    Function<float[], float[]> products = products(graph, embeddings);
    return user -> products.apply(embeddings.row(user));
  }

  /**
   * Returns the same rule for vectors of users, whoever they are.
   *
   * @param embeddings of the graph's nodes, of which those of the items count
   */
  static Function<float[], float[]> products(InteractionGraph graph, NodeEmbeddings embeddings) {
    int width = embeddings.width();
    int items = graph.items();
    float[][] columns = new float[width][items]; // one run over the items for each of D numbers
    for (int item = 0; item < items; item++) {
      for (int d = 0; d < width; d++) {
        columns[d][item] = embeddings.values()[(graph.users() + item) * width + d];
      }
    }
    return user -> {
      float[] scores = new float[items];
      for (int d = 0; d < width; d++) {
        float factor = user[d];
        float[] column = columns[d];
        for (int item = 0; item < items; item++) {
          scores[item] += factor * column[item];
        }
      }
      return scores;
    };
  }
}
