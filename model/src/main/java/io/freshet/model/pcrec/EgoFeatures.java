package io.freshet.model.pcrec;

import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/** What a node is told apart by within an ego network, from structure alone: R numbers. */
public enum EgoFeatures {
  /**
   * The chances that a random walk is back where it began after 2, 4, ... 2R hops; after an odd
   * number it never is in a bipartite graph.
   */
  RETURNS {
    @Override
    float[] of(EgoNetwork network, int count) {
      int size = network.size();
      float[] features = new float[size * count];
      float[][] at = new float[size][size]; // chance to be at a node, by where the walk began
      for (int start = 0; start < size; start++) {
        at[start][start] = 1;
      }
      for (int k = 0; k < count; k++) {
        at = hop(network, hop(network, at));
        for (int start = 0; start < size; start++) {
          features[start * count + k] = at[start][start];
        }
      }
      return features;
    }
  },

  /**
   * The first R eigenvectors of the network's normalized Laplacian, as Graph Contrastive Coding has
   * it: those of D^-1/2 A D^-1/2 with the largest eigenvalues. Each points to where its largest
   * number is positive; a smaller network has zeros for those that there are not.
   */
  EIGENVECTORS {
    @Override
    float[] of(EgoNetwork network, int count) {
      int size = network.size();
      float[] features = new float[size * count];
      EigenDecomposition_F64<DMatrixRMaj> eigen =
          DecompositionFactory_DDRM.eig(size, true, true); // symmetric
      if (!eigen.decompose(normalizedAdjacency(network))) {
        throw new IllegalStateException("Cannot find eigenvectors: no convergence");
      }
      int[] byValue =
          IntStream.range(0, size)
              .boxed()
              .sorted((a, b) -> Double.compare(value(eigen, b), value(eigen, a)))
              .mapToInt(Integer::intValue)
              .toArray();
      for (int k = 0; k < Math.min(count, size); k++) {
        double[] vector = eigen.getEigenVector(byValue[k]).data;
        double sign = sign(vector);
        for (int node = 0; node < size; node++) {
          features[node * count + k] = (float) (sign * vector[node]);
        }
      }
      return features;
    }
  };

  /**
   * Returns the numbers of every node, (size, R).
   *
   * @param count R
   */
  abstract float[] of(EgoNetwork network, int count);

  /** Returns where a walk stands that takes a hop first: the mean over the neighbors. */
  private static float[][] hop(EgoNetwork network, float[][] at) {
    int size = network.size();
    float[][] next = new float[size][size];
    for (int node = 0; node < size; node++) {
      int[] neighbors = network.neighbors()[node];
      float share = 1f / neighbors.length;
      for (int neighbor : neighbors) {
        for (int to = 0; to < size; to++) {
          next[node][to] += share * at[neighbor][to];
        }
      }
    }
    return next;
  }

  private static DMatrixRMaj normalizedAdjacency(EgoNetwork network) {
    int[][] neighbors = network.neighbors();
    DMatrixRMaj matrix = new DMatrixRMaj(network.size(), network.size());
    for (int node = 0; node < network.size(); node++) {
      for (int other : neighbors[node]) {
        matrix.set(
            node, other, 1 / Math.sqrt((double) neighbors[node].length * neighbors[other].length));
      }
    }
    return matrix;
  }

  private static double value(EigenDecomposition_F64<DMatrixRMaj> eigen, int k) {
    return eigen.getEigenvalue(k).getReal();
  }

  private static double sign(double[] vector) {
    int largest = 0;
    for (int i = 1; i < vector.length; i++) {
      if (Math.abs(vector[i]) > Math.abs(vector[largest])) {
        largest = i;
      }
    }
    return Math.signum(vector[largest]);
  }
}
