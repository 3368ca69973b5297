package io.freshet.model.pcrec;

import static io.freshet.model.Check.check;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * The linear map, with a constant, from one kind of vector to another that fits pairs of them best
 * while it stays small (ridge regression, Hoerl and Kennard 1970).
 *
 * <p>From what the encoder makes of a user in the source domain to the vector that was fine-tuned
 * in the target domain: learnt from users of both, it gives one to those known from the source
 * alone. How small it stays is chosen by each tenth pair, held out for that.
 *
 * <p>Immutable.
 */
public final class RidgeMap {
  /** How many pairs there must be to learn from. */
  public static final int PAIRS_MIN = 20;

  private static final int HELD_OUT_EACH = 10;
  private static final double[] PENALTIES = {1e-4, 1e-3, 1e-2, .1, 1, 10}; // of the mean variance

  private final int width;
  private final double[] inputMean;
  private final double[] outputMean;
  private final DMatrixRMaj slope; // (D, D)
  private final double heldOutError;

  private RidgeMap(
      double[] inputMean, double[] outputMean, DMatrixRMaj slope, double heldOutError) {
    this.width = inputMean.length;
    this.inputMean = inputMean;
    this.outputMean = outputMean;
    this.slope = slope;
    this.heldOutError = heldOutError;
  }

  /**
   * Fits a map.
   *
   * @param from what is mapped, (pairs, D), row by row
   * @param to what it should become, likewise
   * @throws IllegalArgumentException when there are fewer than {@value #PAIRS_MIN} pairs
   */
  public static RidgeMap fit(NodeEmbeddings from, NodeEmbeddings to) {
    check(from.width() == to.width(), "width", "" + to.width(), from.width());
    check(from.nodes() == to.nodes(), "pairs", "one of each", from.nodes() + ", " + to.nodes());
    check(from.nodes() >= PAIRS_MIN, "pairs", "at least " + PAIRS_MIN, from.nodes());
    Sums learnt = new Sums(from.width());
    Sums heldOut = new Sums(from.width());
    for (int pair = 0; pair < from.nodes(); pair++) {
      (pair % HELD_OUT_EACH == 0 ? heldOut : learnt).add(from, to, pair);
    }
    RidgeMap best = null;
    double bestPenalty = 0;
    for (double penalty : PENALTIES) {
      RidgeMap tried = learnt.fit(penalty, from, to);
      if (best == null || tried.heldOutError < best.heldOutError) {
        best = tried;
        bestPenalty = penalty;
      }
    }
    return learnt.and(heldOut).fit(bestPenalty, best.heldOutError);
  }

  /**
   * Fits a map from the users of one domain to those of another, by those whom both know.
   *
   * @return nothing where both know fewer than {@value #PAIRS_MIN}
   */
  public static Optional<RidgeMap> ofSharedUsers(Embeddings from, Embeddings to) {
    List<String> shared = from.users().stream().filter(user -> to.ofUser(user) != null).toList();
    return shared.size() < PAIRS_MIN
        ? Optional.empty()
        : Optional.of(fit(rows(from, shared), rows(to, shared)));
  }

  private static NodeEmbeddings rows(Embeddings embeddings, List<String> users) {
    int width = embeddings.width();
    float[] rows = new float[users.size() * width];
    for (int user = 0; user < users.size(); user++) {
      System.arraycopy(embeddings.ofUser(users.get(user)), 0, rows, user * width, width);
    }
    return new NodeEmbeddings(width, rows);
  }

  /** What a fit needs of the pairs, however many they are. */
  private static final class Sums {
    private final int d;
    private final double[] from;
    private final double[] to;
    private final double[] squares; // (D, D) of from and from
    private final double[] products; // (D, D) of from and to
    private int pairs;

    Sums(int d) {
      this.d = d;
      this.from = new double[d];
      this.to = new double[d];
      this.squares = new double[d * d];
      this.products = new double[d * d];
    }

    void add(NodeEmbeddings inputs, NodeEmbeddings outputs, int pair) {
      pairs++;
      for (int row = 0; row < d; row++) {
        double input = inputs.values()[pair * d + row];
        from[row] += input;
        to[row] += outputs.values()[pair * d + row];
        for (int column = 0; column < d; column++) {
          squares[row * d + column] += input * inputs.values()[pair * d + column];
          products[row * d + column] += input * outputs.values()[pair * d + column];
        }
      }
    }

    Sums and(Sums others) {
      pairs += others.pairs;
      add(from, others.from);
      add(to, others.to);
      add(squares, others.squares);
      add(products, others.products);
      return this;
    }

    private static void add(double[] sums, double[] others) {
      Arrays.setAll(sums, i -> sums[i] + others[i]);
    }

    RidgeMap fit(double penalty, NodeEmbeddings inputs, NodeEmbeddings outputs) {
      return fit(penalty, fit(penalty, Double.NaN).errorOfHeldOut(inputs, outputs));
    }

    /** Solves (X'X + penalty I) W = X'Y of what is left when the means are taken away. */
    RidgeMap fit(double penalty, double heldOutError) {
      double[] inputMean = Arrays.stream(from).map(sum -> sum / pairs).toArray();
      double[] outputMean = Arrays.stream(to).map(sum -> sum / pairs).toArray();
      DMatrixRMaj left = new DMatrixRMaj(d, d);
      DMatrixRMaj right = new DMatrixRMaj(d, d);
      for (int row = 0; row < d; row++) {
        for (int column = 0; column < d; column++) {
          int at = row * d + column;
          left.data[at] = squares[at] / pairs - inputMean[row] * inputMean[column];
          right.data[at] = products[at] / pairs - inputMean[row] * outputMean[column];
        }
      }
      double variance = CommonOps_DDRM.trace(left) / d;
      for (int i = 0; i < d; i++) {
        left.data[i * d + i] += penalty * Math.max(variance, Float.MIN_NORMAL);
      }
      LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.symmPosDef(d);
      DMatrixRMaj slope = new DMatrixRMaj(d, d);
      if (!solver.setA(left)) {
        throw new IllegalArgumentException("vectors must be finite numbers, was not so");
      }
      solver.solve(right, slope);
      return new RidgeMap(inputMean, outputMean, slope, heldOutError);
    }
  }

  private double errorOfHeldOut(NodeEmbeddings inputs, NodeEmbeddings outputs) {
    double missed = 0;
    double spread = 0;
    for (int pair = 0; pair < inputs.nodes(); pair += HELD_OUT_EACH) {
      float[] mapped = map(inputs.row(pair));
      for (int i = 0; i < width; i++) {
        float was = outputs.values()[pair * width + i];
        missed += Math.pow(mapped[i] - was, 2);
        spread += Math.pow(outputMean[i] - was, 2);
      }
    }
    return missed / spread;
  }

  /**
   * Returns how wrong the map was on pairs held out, as a share of how wrong the mean of all is:
   * from 1 on it tells nothing.
   */
  public double heldOutError() {
    return heldOutError;
  }

  /** Returns what a vector is mapped to. */
  public float[] map(float[] vector) {
    float[] mapped = new float[width];
    for (int column = 0; column < width; column++) {
      double sum = outputMean[column];
      for (int row = 0; row < width; row++) {
        sum += (vector[row] - inputMean[row]) * slope.data[row * width + column];
      }
      mapped[column] = (float) sum;
    }
    return mapped;
  }
}
