package io.freshet.model.bst;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.freshet.model.network.NetworkScorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The matrix products of the form that shares the history, over random numbers that stay where they
 * are, and nothing else: how fast an engine could score at best. Closed with its manager.
 */
final class MatrixProducts {
  private final List<Product> products = new ArrayList<>();
  private final NDManager manager;

  /** (times, rows, inner) by (times, inner, columns). */
  private record Product(int times, int rows, int inner, int columns) {
    Shape left() {
      return times == 1 ? new Shape(rows, inner) : new Shape(times, rows, inner);
    }

    Shape right() {
      return times == 1 ? new Shape(inner, columns) : new Shape(times, inner, columns);
    }

    Shape result() {
      return times == 1 ? new Shape(rows, columns) : new Shape(times, rows, columns);
    }
  }

  /**
   * @param requests B
   * @param candidates C of each
   * @param manager of the numbers
   */
  MatrixProducts(BstConfig config, int requests, int candidates, NDManager manager) {
    this.manager = manager;
    int most = Math.max(1, NetworkScorer.candidatesInAPass(config, manager) / candidates);
    for (int from = 0; from < requests; from += most) {
      addPass(config, Math.min(most, requests - from), candidates);
    }
  }

  private void addPass(BstConfig config, int b, int c) {
    int n = config.sequenceLength();
    int d = config.width();
    int h = config.heads();
    int f = config.feedForwardWidth();
    add(1, b * n, d, 2 * d); // keys and values of the history
    add(1, b * c, d, 3 * d); // query, key and value of each candidate
    add(b * h, c, d / h, n); // what each pays to each behavior
    add(b * h, c, n, d / h); // what it gets
    add(1, b * c, d, d);
    add(1, b * c, d, f);
    add(1, b * c, f, d);
    addFullyConnected(config, b, c);
  }

  private void addFullyConnected(BstConfig config, int b, int c) {
    List<Integer> widths = config.mlpWidths();
    add(1, b, config.userFeatures(), widths.get(0));
    add(1, b * c, config.width() + config.targetFeatures(), widths.get(0));
    for (int i = 1; i < widths.size(); i++) {
      add(1, b * c, widths.get(i - 1), widths.get(i));
    }
    add(1, b * c, widths.get(widths.size() - 1), 1);
  }

  private void add(int times, int rows, int inner, int columns) {
    products.add(new Product(times, rows, inner, columns));
  }

  /**
   * Returns what makes them by PyTorch on the manager's device. The outputs take the memory that
   * the ones before have left. The last, a number a candidate, is read, for a GPU is done with them
   * all only then.
   */
  Runnable byPyTorch(DataType numbers) {
    List<NDArray[]> operands =
        products.stream()
            .map(
                product ->
                    new NDArray[] {
                      random(product.left()).toType(numbers, false),
                      random(product.right()).toType(numbers, false)
                    })
            .toList();
    return () -> {
      for (int i = 0; i < operands.size(); i++) {
        try (NDArray product = operands.get(i)[0].matMul(operands.get(i)[1])) {
          if (i == operands.size() - 1) {
            product.toByteBuffer(true);
          }
        }
      }
    };
  }

  /** Returns what makes them by ONNX Runtime; the manager must be the CPU's. */
  Runnable byOnnxRuntime() {
    OnnxGraph graph = new OnnxGraph();
    Map<String, NDArray> constants = new LinkedHashMap<>();
    Map<String, NDArray> results = new LinkedHashMap<>();
    for (int i = 0; i < products.size(); i++) {
      Product product = products.get(i);
      String left = given(graph, "left" + i, product.left(), constants);
      String right =
          product.times() == 1
              ? graph.weight(random(product.right()))
              : given(graph, "right" + i, product.right(), constants);
      graph.output("result" + i, graph.matMul(left, right), lengths(product.result()));
      results.put("result" + i, manager.create(product.result()));
    }
    OnnxSession session = new OnnxSession(graph, constants, manager);
    return () -> session.run(results);
  }

  private String given(OnnxGraph graph, String name, Shape shape, Map<String, NDArray> constants) {
    constants.put(name, random(shape));
    return graph.numbers(name, lengths(shape));
  }

  private NDArray random(Shape shape) {
    return manager.randomUniform(-1, 1, shape);
  }

  private static String[] lengths(Shape shape) {
    return Arrays.stream(shape.getShape()).mapToObj(Long::toString).toArray(String[]::new);
  }
}
