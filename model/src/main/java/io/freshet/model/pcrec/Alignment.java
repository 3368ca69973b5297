package io.freshet.model.pcrec;

import static io.freshet.model.Check.check;

import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/**
 * New vectors turned onto those of an earlier release: the rotation or reflection that brings the
 * items of both nearest together (orthogonal Procrustes, Schönemann 1966).
 *
 * <p>Each training may end in axes of its own. Users and items are turned alike, so that no inner
 * product changes and no ranking with it; but who reads the numbers themselves still knows what
 * they mean. BST reads products alone.
 *
 * @param aligned of the new ones
 * @param residual how far items of both still are from where they were: the length of all
 *     differences over the length of all earlier vectors; not a number where there are none
 */
public record Alignment(Embeddings aligned, double residual) {
  /**
   * Turns the newer vectors onto the earlier ones.
   *
   * @param earlier of the same width
   */
  public static Alignment onto(Embeddings earlier, Embeddings newer) {
    check(earlier.width() == newer.width(), "width", "" + earlier.width(), newer.width());
    List<String> shared =
        newer.items().stream().filter(item -> earlier.ofItem(item) != null).toList();
    if (shared.isEmpty()) {
      return new Alignment(newer, Double.NaN);
    }
    DMatrixRMaj rotation = rotation(earlier, newer, shared);
    Embeddings aligned =
        Embeddings.of(
            newer.width(),
            newer.users(),
            turned(newer.userValues(), rotation),
            newer.items(),
            turned(newer.itemValues(), rotation));
    return new Alignment(aligned, residual(earlier, aligned, shared));
  }

  /** Returns the orthogonal R (D, D) for which N R is nearest to E: U V' of the SVD of N' E. */
  private static DMatrixRMaj rotation(Embeddings earlier, Embeddings newer, List<String> shared) {
    int d = newer.width();
    DMatrixRMaj products = new DMatrixRMaj(d, d); // N' E
    for (String item : shared) {
      float[] from = newer.ofItem(item);
      float[] to = earlier.ofItem(item);
      for (int row = 0; row < d; row++) {
        for (int column = 0; column < d; column++) {
          products.data[row * d + column] += (double) from[row] * to[column];
        }
      }
    }
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(d, d, true, true, false);
    if (!svd.decompose(products)) {
      throw new IllegalArgumentException("vectors must be finite numbers, was not so");
    }
    DMatrixRMaj rotation = new DMatrixRMaj(d, d);
    CommonOps_DDRM.mult(svd.getU(null, false), svd.getV(null, true), rotation);
    return rotation;
  }

  private static float[] turned(float[] values, DMatrixRMaj rotation) {
    int d = rotation.numCols;
    float[] turned = new float[values.length];
    for (int from = 0; from < values.length; from += d) {
      for (int column = 0; column < d; column++) {
        double sum = 0;
        for (int row = 0; row < d; row++) {
          sum += values[from + row] * rotation.data[row * d + column];
        }
        turned[from + column] = (float) sum;
      }
    }
    return turned;
  }

  private static double residual(Embeddings earlier, Embeddings aligned, List<String> shared) {
    double difference = 0;
    double length = 0;
    for (String item : shared) {
      float[] was = earlier.ofItem(item);
      float[] is = aligned.ofItem(item);
      for (int d = 0; d < was.length; d++) {
        difference += Math.pow(is[d] - was[d], 2);
        length += Math.pow(was[d], 2);
      }
    }
    return Math.sqrt(difference / length);
  }
}
