package io.freshet.model.pcrec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.freshet.model.ComputeDevice;
import io.freshet.model.network.Devices;
import io.freshet.model.network.NoGradients;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * Where the nodes of a graph stand in it: near nodes have like directions. They are the rows of the
 * leading singular vectors of the normalized adjacency {@code Du^-1/2 A Di^-1/2}, by subspace
 * iteration from a fixed start, each of length 1; so they are known from structure alone, and the
 * same graph gives the same ones.
 *
 * <p>The axes are this graph's own. Two positions in one graph can be compared, but a coordinate
 * says nothing by itself: what is to hold on other graphs may weigh positions, not look into them.
 *
 * @param width K
 * @param values (nodes, K), row by row
 */
record GraphPositions(int width, float[] values) {
  private static final int ITERATIONS = 8;
  private static final double NEGLIGIBLE = 1e-6;

  /** Finds the positions of all nodes; it costs some passes over the edges. */
  static GraphPositions of(InteractionGraph graph, int width) {
    int users = graph.users();
    int nodes = graph.nodes();
    float[] values = new float[Math.multiplyExact(nodes, width)];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = users * width; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    GraphPositions positions = new GraphPositions(width, values);
    if (width == 0) {
      return positions;
    }
    try (NoGradients unused = new NoGradients()) {
      for (int i = 0; i < ITERATIONS; i++) {
        positions.orthonormalize(users, nodes);
        positions.hop(graph, 0, users);
        positions.orthonormalize(0, users);
        positions.hop(graph, users, nodes);
      }
    }
    positions.normalizeColumns(users, nodes);
    positions.normalizeRows();
    return positions;
  }

  /** Gives each of some nodes the sum over its neighbors, each weighed by both degrees. */
  private void hop(InteractionGraph graph, int from, int to) {
    IntStream.range(from, to)
        .parallel()
        .forEach(
            node -> {
              double[] sum = new double[width];
              int degree = graph.degree(node);
              for (int i = 0; i < degree; i++) {
                int neighbor = graph.neighbor(node, i);
                double share = 1 / Math.sqrt((double) degree * graph.degree(neighbor));
                for (int k = 0; k < width; k++) {
                  sum[k] += share * values[neighbor * width + k];
                }
              }
              for (int k = 0; k < width; k++) {
                values[node * width + k] = (float) sum[k];
              }
            });
  }

  /** X to X V L^-1/2 where X'X = V L V'; a direction that there is not becomes zeros. */
  private void orthonormalize(int from, int to) {
    try (NDManager manager = Devices.newManager(ComputeDevice.CPU)) {
      FloatBuffer rows = FloatBuffer.wrap(values, from * width, (to - from) * width);
      NDArray x = manager.create(rows, new Shape(to - from, width), DataType.FLOAT32);
      float[] squares = x.transpose().matMul(x).toFloatArray(); // (K, K)
      NDArray turn = manager.create(turn(squares), new Shape(width, width));
      float[] turned = x.matMul(turn).toFloatArray(); // (nodes, K)
      System.arraycopy(turned, 0, values, from * width, turned.length);
    }
  }

  /** Returns V L^-1/2, (K, K). */
  private float[] turn(float[] squares) {
    DMatrixRMaj matrix = new DMatrixRMaj(width, width);
    Arrays.setAll(matrix.data, i -> squares[i]);
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(width, true, true);
    if (!eigen.decompose(matrix)) {
      throw new IllegalStateException("Cannot find positions: the iteration did not converge");
    }
    double largest = 0;
    for (int k = 0; k < width; k++) {
      largest = Math.max(largest, eigen.getEigenvalue(k).getReal());
    }
    float[] turn = new float[width * width];
    for (int k = 0; k < width; k++) {
      double value = eigen.getEigenvalue(k).getReal();
      DMatrixRMaj direction = eigen.getEigenVector(k);
      for (int d = 0; d < width && value > NEGLIGIBLE * largest; d++) {
        turn[d * width + k] = (float) (direction.data[d] / Math.sqrt(value));
      }
    }
    return turn;
  }

  private void normalizeColumns(int from, int to) {
    for (int k = 0; k < width; k++) {
      double squares = 0;
      for (int node = from; node < to; node++) {
        squares += Math.pow(values[node * width + k], 2);
      }
      for (int node = from; node < to && squares > 0; node++) {
        values[node * width + k] /= (float) Math.sqrt(squares);
      }
    }
  }

  private void normalizeRows() {
    for (int row = 0; row < values.length; row += width) {
      double squares = 0;
      for (int k = 0; k < width; k++) {
        squares += Math.pow(values[row + k], 2);
      }
      for (int k = 0; k < width && squares > 0; k++) {
        values[row + k] /= (float) Math.sqrt(squares);
      }
    }
  }

  /** Returns the rows of some nodes, one after the other. */
  float[] of(int... nodes) {
    float[] rows = new float[nodes.length * width];
    for (int i = 0; i < nodes.length; i++) {
      System.arraycopy(values, nodes[i] * width, rows, i * width, width);
    }
    return rows;
  }
}
