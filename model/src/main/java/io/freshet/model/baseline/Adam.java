package io.freshet.model.baseline;

/**
 * Adam (Kingma and Ba 2015) for the rows of a table, each with steps of its own: a row that a batch
 * does not touch stays as it is, and its averages with it.
 */
final class Adam {
  private static final float MEAN_DECAY = .9f;
  private static final float SQUARE_DECAY = .999f;
  private static final float EPSILON = 1e-8f;

  private final int width;
  private final float learningRate;
  private final float[] means;
  private final float[] squares;
  private final int[] steps;

  Adam(int rows, int width, float learningRate) {
    this.width = width;
    this.learningRate = learningRate;
    this.means = new float[rows * width];
    this.squares = new float[rows * width];
    this.steps = new int[rows];
  }

  /**
   * Changes one row.
   *
   * @param gradient (rows, D)
   * @param values (rows, D)
   */
  void step(int row, float[] gradient, float[] values) {
    int step = ++steps[row];
    float meanShare = (float) (1 - Math.pow(MEAN_DECAY, step));
    float squareShare = (float) (1 - Math.pow(SQUARE_DECAY, step));
    float rate = learningRate / meanShare;
    for (int d = row * width; d < (row + 1) * width; d++) {
      float slope = gradient[d];
      means[d] = MEAN_DECAY * means[d] + (1 - MEAN_DECAY) * slope;
      squares[d] = SQUARE_DECAY * squares[d] + (1 - SQUARE_DECAY) * slope * slope;
      values[d] -= rate * means[d] / ((float) Math.sqrt(squares[d] / squareShare) + EPSILON);
    }
  }
}
