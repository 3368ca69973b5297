package io.freshet.model.bst;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.freshet.model.network.Batch;
import io.freshet.model.network.Network;
import io.freshet.model.network.TransformerLayer;
import io.freshet.model.network.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The equations of {@link BstScorer} as a graph for ONNX Runtime. The tables of embeddings stay
 * where they are, which is where nearly all of a network's memory is; all other weights stand in
 * the graph.
 */
final class OnnxBst implements Network {
  private static final String LAYER = "layer0.";
  private static final String LOGITS = "logits";
  private static final String ATTENTION = "attention";

  private final BstConfig config;
  private final OnnxSession session;

  /**
   * @param weights of a network of one layer whose target row alone is read, on the CPU; they must
   *     live as long as {@code manager}
   * @param manager of what is made of them here
   */
  OnnxBst(BstConfig config, Weights weights, NDManager manager) {
    this.config = config;
    Equations equations = new Equations(config, weights);
    try (NDManager parts = manager.newSubManager()) {
      equations.write(JoinedWeights.of(config, weights, parts));
    }
    this.session = new OnnxSession(equations.graph, equations.tables, manager);
  }

  @Override
  public Output forward(Batch batch, NDManager manager) {
    int b = batch.requests();
    int c = batch.candidates();
    int n = batch.positions();
    int m = batch.contexts();
    int numbers = 3 * b * n + 3 * b * c + b * m + b + batch.products().length;
    OnnxSession.Inputs inputs =
        new OnnxSession.Inputs(numbers, manager)
            .add("pastItems", batch.pastItems(), b, n)
            .add("pastCategories", batch.pastCategories(), b, n)
            .add("pastPositions", batch.pastPositions(), b, n)
            .add("items", batch.items(), b, c)
            .add("categories", batch.categories(), b, c)
            .add("ranks", batch.ranks(), b, c)
            .add("contexts", batch.context(), b, m)
            .add("lengths", batch.lengths(), b);
    if (config.vectorWidth() > 0) {
      inputs.add("products", batch.products(), b, c, 2);
    }
    NDArray logits = manager.create(new Shape(b, c, 1));
    NDArray attention = manager.create(new Shape(b, c, n));
    session.run(inputs, Map.of(LOGITS, logits, ATTENTION, attention));
    return new Output(logits.reshape(b, c), attention);
  }

  /** What is written, with the shape of each value. */
  private static final class Equations {
    private final OnnxGraph graph = new OnnxGraph();
    private final Map<String, NDArray> tables = new LinkedHashMap<>();
    private final BstConfig config;
    private final Weights weights;

    Equations(BstConfig config, Weights weights) {
      this.config = config;
      this.weights = weights;
    }

    void write(JoinedWeights joined) {
      String past = graph.rows("pastItems", "B", "N");
      String history =
          graph.concat(
              2,
              look("item", past),
              look("category", graph.rows("pastCategories", "B", "N")),
              look("position", graph.rows("pastPositions", "B", "N"))); // (B, N, D)
      String items = graph.rows("items", "B", "C");
      List<String> known = new ArrayList<>();
      known.add(look("item", items));
      known.add(look("category", graph.rows("categories", "B", "C")));
      String position = look("position", graph.multiply(items, graph.integer(0))); // the target's
      String targets = graph.concat(2, known.get(0), known.get(1), position); // (B, C, D)
      known.add(look("rank", graph.rows("ranks", "B", "C")));
      if (config.vectorWidth() > 0) {
        known.add(graph.numbers("products", "B", "C", "2"));
      }

      List<String> keysAndValues =
          byHead(graph.matMul(history, graph.weight(joined.ofHistory())), 2); // (1, B, H, N, D/H)
      List<String> ofEach =
          byHead(graph.matMul(targets, graph.weight(joined.ofTargets())), 3); // (1, B, H, C, D/H)
      String attended = attend(keysAndValues, graph.isRow(past), ofEach); // (B, C, D)
      known.add(0, finish(targets, attended));
      logits(graph.concat(2, known.toArray(String[]::new)), joined);
    }

    /** (B, T, parts * D) to so many parts (1, B, H, T, D/H). */
    private List<String> byHead(String rows, int parts) {
      int h = config.heads();
      String heads = graph.reshape(rows, 0, 0, parts, h, config.width() / h);
      return graph.split(graph.transpose(heads, 2, 0, 3, 1, 4), parts);
    }

    private String attend(List<String> keysAndValues, String isRow, List<String> ofEach) {
      String query = ofEach.get(0);
      String hidden =
          graph.multiply(
              graph.add(isRow, graph.number(-1)), graph.number(TransformerLayer.HIDDEN)); // (B, N)
      String toHistory =
          graph.add(
              graph.matMul(query, graph.transpose(keysAndValues.get(0), 0, 1, 2, 4, 3)),
              graph.unsqueeze(hidden, 1, 2)); // (1, B, H, C, N)
      String toSelf = graph.sum(graph.multiply(query, ofEach.get(1)), 4, true); // (1, B, H, C, 1)
      String attention = graph.softmax(graph.concat(4, toHistory, toSelf));
      String ofHistory = graph.slice(attention, 4, 0, -1); // (1, B, H, C, N)
      String ofSelf = graph.slice(attention, 4, -1, Integer.MAX_VALUE); // (1, B, H, C, 1)
      graph.output(ATTENTION, graph.mean(ofHistory, 0, 2), "B", "C", "N");
      String attended =
          graph.add(
              graph.matMul(ofHistory, keysAndValues.get(1)),
              graph.multiply(ofSelf, ofEach.get(2))); // (1, B, H, C, D/H)
      return graph.reshape(
          graph.transpose(graph.squeeze(attended, 0), 0, 2, 1, 3), 0, 0, config.width());
    }

    /** From a candidate's row and what its heads attended to, (B, C, D) both, to (B, C, D). */
    private String finish(String targets, String attended) {
      String multiHead = graph.matMul(attended, weight(LAYER + "heads"));
      String normed = norm(graph.add(targets, multiHead), "attentionNorm");
      String inner = leakyRelu(linear(normed, LAYER + "feedForward1")); // (B, C, F)
      return norm(graph.add(normed, linear(inner, LAYER + "feedForward2")), "feedForwardNorm");
    }

    private void logits(String rows, JoinedWeights joined) {
      String ofUsers =
          graph.add(
              graph.matMul(user(), graph.weight(joined.ofUsers())), weight("mlp0.bias")); // (B, W)
      String out =
          graph.add(
              graph.matMul(rows, graph.weight(joined.ofRows())),
              graph.unsqueeze(ofUsers, 1)); // (B, C, W)
      for (int i = 1; i < config.mlpWidths().size(); i++) {
        out = linear(leakyRelu(out), "mlp" + i); // (B, C, W)
      }
      graph.output(LOGITS, linear(leakyRelu(out), "score"), "B", "C", "1");
    }

    private String user() {
      String rows = graph.rows("contexts", "B", "M");
      String isRow = graph.unsqueeze(graph.isRow(rows), 2); // (B, M, 1)
      String context = graph.sum(graph.multiply(look("context", rows), isRow), 1, false);
      return graph.concat(1, context, look("length", graph.rows("lengths", "B"))); // (B, U)
    }

    /** Some rows of a table: of (*), (*, width). */
    private String look(String table, String rows) {
      if (tables.put(table, weights.get(table)) == null) {
        graph.numbers(table, table, Long.toString(weights.get(table).getShape().get(1)));
      }
      return graph.gather(table, rows);
    }

    private String norm(String rows, String norm) {
      return graph.layerNorm(
          rows,
          weight(LAYER + norm + ".scale"),
          weight(LAYER + norm + ".shift"),
          TransformerLayer.NORM_EPSILON);
    }

    private String linear(String rows, String layer) {
      return graph.add(graph.matMul(rows, weight(layer)), weight(layer + ".bias"));
    }

    private String leakyRelu(String rows) {
      return graph.leakyRelu(rows, TransformerLayer.LEAKY_SLOPE);
    }

    private String weight(String name) {
      return graph.weight(weights.get(name));
    }
  }
}
