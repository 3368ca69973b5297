package io.freshet.local;

import ai.djl.ndarray.NDArray;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.freshet.model.bst.BstConfig;
import io.freshet.model.bst.ScoringBenchmark;
import io.freshet.model.network.Batch;
import io.freshet.model.network.Weights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * A Behavior Sequence Transformer of one layer on ONNX Runtime, its history computed once per
 * request as in the job: what Freshet's own engine is compared with.
 */
final class OnnxBst implements ScoringBenchmark.Rival {
  private static final float LEAKY_SLOPE = .01f;
  private static final float NORM_EPSILON = 1e-5f;
  private static final float HIDDEN = 1e9f;

  private final OnnxGraph graph = new OnnxGraph();
  private final Map<String, String> written = new HashMap<>();
  private final BstConfig config;
  private final Weights weights;
  private final OrtEnvironment engine = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  /**
   * @param threads that one run may take
   */
  OnnxBst(BstConfig config, Weights weights, int threads) {
    this.config = config;
    this.weights = weights;
    write();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      this.session = engine.createSession(graph.bytes(), options);
    } catch (OrtException e) {
      throw new IllegalStateException("Cannot load the network into ONNX Runtime: " + e, e);
    }
  }

  private void write() {
    String past = graph.rows("pastItems", "B", "N");
    String history =
        graph.concat(
            2,
            look("item", past),
            look("category", graph.rows("pastCategories", "B", "N")),
            look("position", graph.rows("pastPositions", "B", "N"))); // (B, N, D)
    String rows = graph.rows("items", "B", "C");
    String item = look("item", rows);
    String category = look("category", graph.rows("categories", "B", "C"));
    String position = look("position", graph.multiply(rows, graph.integer(0)));
    String targets = graph.concat(2, item, category, position); // (B, C, D)
    String known = graph.concat(2, item, category, look("rank", graph.rows("ranks", "B", "C")));

    String attended = attend(history, graph.isRow(past), targets); // (B, H, C, D/H)
    graph.output("scores", scores(finish(targets, attended), known), "B", "C", "1");
  }

  private String attend(String history, String mask, String targets) {
    String keys = heads(graph.matMul(history, matrix("key")), 0, 2, 3, 1); // (B, H, D/H, N)
    String values = heads(graph.matMul(history, matrix("value")), 0, 2, 1, 3); // (B, H, N, D/H)
    float scale = (float) (1 / Math.sqrt((double) width() / config.heads()));
    String query =
        heads(
            graph.multiply(graph.matMul(targets, matrix("query")), graph.number(scale)),
            0,
            2,
            1,
            3); // (B, H, C, D/H)
    String key = heads(graph.matMul(targets, matrix("key")), 0, 2, 1, 3);
    String value = heads(graph.matMul(targets, matrix("value")), 0, 2, 1, 3);

    String hidden =
        graph.multiply(graph.add(mask, graph.number(-1)), graph.number(HIDDEN)); // (B, N)
    String toHistory =
        graph.add(graph.matMul(query, keys), graph.unsqueeze(hidden, 1, 2)); // (B, H, C, N)
    String toSelf = graph.sum(graph.multiply(query, key), 3, true); // (B, H, C, 1)
    String attention = graph.softmax(graph.concat(3, toHistory, toSelf));
    String ofHistory = graph.slice(attention, 3, 0, -1); // (B, H, C, N)
    String ofSelf = graph.slice(attention, 3, -1, Integer.MAX_VALUE); // (B, H, C, 1)
    graph.output("attention", graph.mean(ofHistory, 1), "B", "C", "N");
    return graph.add(graph.matMul(ofHistory, values), graph.multiply(ofSelf, value));
  }

  /** (B, T, D) to (B, T, H, D/H), and that in another order. */
  private String heads(String rows, long... order) {
    int heads = config.heads();
    return graph.transpose(graph.reshape(rows, 0, 0, heads, width() / heads), order);
  }

  private String finish(String targets, String attended) {
    String joined = graph.reshape(graph.transpose(attended, 0, 2, 1, 3), 0, 0, width());
    String normed =
        norm(graph.add(targets, graph.matMul(joined, matrix("heads"))), "attentionNorm");
    String inner = graph.leakyRelu(linear(normed, "layer0.feedForward1"), LEAKY_SLOPE);
    return norm(graph.add(normed, linear(inner, "layer0.feedForward2")), "feedForwardNorm");
  }

  private String scores(String rows, String known) {
    NDArray ofRow = weights.get("mlp0.readout");
    try (NDArray first = ofRow.concat(weights.get("mlp0.target"), 0)) {
      String ofCandidates = graph.matMul(graph.concat(2, rows, known), graph.weight(first));
      String ofUser =
          graph.add(graph.matMul(user(), weight("mlp0.user")), weight("mlp0.bias")); // (B, W)
      String out = graph.add(ofCandidates, graph.unsqueeze(ofUser, 1)); // (B, C, W)
      for (int i = 1; i < config.mlpWidths().size(); i++) {
        out = linear(graph.leakyRelu(out, LEAKY_SLOPE), "mlp" + i);
      }
      return graph.sigmoid(linear(graph.leakyRelu(out, LEAKY_SLOPE), "score")); // (B, C, 1)
    }
  }

  private String user() {
    String rows = graph.rows("context", "B", "M");
    String isRow = graph.unsqueeze(graph.isRow(rows), 2);
    String context = graph.sum(graph.multiply(look("context", rows), isRow), 1, false);
    return graph.concat(1, context, look("length", graph.rows("lengths", "B")));
  }

  private String look(String table, String rows) {
    return graph.gather(weight(table), rows);
  }

  private String norm(String rows, String norm) {
    return graph.layerNorm(rows, matrix(norm + ".scale"), matrix(norm + ".shift"), NORM_EPSILON);
  }

  private String linear(String rows, String layer) {
    return graph.add(graph.matMul(rows, weight(layer)), weight(layer + ".bias"));
  }

  private String matrix(String name) {
    return weight("layer0." + name);
  }

  private String weight(String name) {
    return written.computeIfAbsent(name, unwritten -> graph.weight(weights.get(unwritten)));
  }

  private int width() {
    return config.itemWidth() + config.categoryWidth() + config.positionWidth();
  }

  /** The attention is read too, as the job reads it. */
  @Override
  public float[] scores(Batch batch) {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      put(inputs, "pastItems", batch.pastItems(), batch.requests(), batch.positions());
      put(inputs, "pastCategories", batch.pastCategories(), batch.requests(), batch.positions());
      put(inputs, "pastPositions", batch.pastPositions(), batch.requests(), batch.positions());
      put(inputs, "items", batch.items(), batch.requests(), batch.candidates());
      put(inputs, "categories", batch.categories(), batch.requests(), batch.candidates());
      put(inputs, "ranks", batch.ranks(), batch.requests(), batch.candidates());
      put(inputs, "context", batch.context(), batch.requests(), batch.contexts());
      put(inputs, "lengths", batch.lengths(), batch.requests());
      try (OrtSession.Result result = session.run(inputs)) {
        floats(result, "attention");
        return floats(result, "scores");
      }
    } catch (OrtException e) {
      throw new IllegalStateException("Cannot score with ONNX Runtime: " + e, e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private void put(Map<String, OnnxTensor> inputs, String name, int[] rows, long... shape)
      throws OrtException {
    IntBuffer buffer =
        ByteBuffer.allocateDirect(4 * rows.length).order(ByteOrder.nativeOrder()).asIntBuffer();
    buffer.put(rows).flip();
    inputs.put(name, OnnxTensor.createTensor(engine, buffer, shape));
  }

  private static float[] floats(OrtSession.Result result, String name) {
    return ((OnnxTensor) result.get(name).orElseThrow()).getFloatBuffer().array();
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("Cannot free ONNX Runtime's session: " + e, e);
    }
  }
}
