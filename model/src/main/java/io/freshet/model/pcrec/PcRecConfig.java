package io.freshet.model.pcrec;

import static io.freshet.model.Check.check;

import java.io.Serializable;

/**
 * The form of a PCRec encoder and how it is pre-trained. The paper's own settings are not public;
 * {@link #standard} has those of Graph Contrastive Coding (Qiu et al. 2020, arXiv 2006.09963), on
 * which it stands, but for smaller networks and views, fewer numbers to describe a node (16), a
 * shorter queue (4,096) and a slower Adam (.002): two cores are to get through a round.
 *
 * @param nodesMax of a view and of an ego network, n
 * @param walkHops of the random walk that a view is made of
 * @param restart the chance that a hop of it goes back to the ego
 * @param radius hops from the ego to the rim of an ego network, r
 * @param fanOut how many neighbors of a node an ego network has at most
 * @param features what a node is described by
 * @param featureCount how many numbers of these, R
 * @param degreeWidth of the embedding of a node's degree
 * @param width of the part of a vector that tells what is around a node, D
 * @param positionWidth of the part that tells where it is, K; 0 for vectors without
 * @param layers of the encoder
 * @param queue how many older views are told apart from, Q
 * @param momentum how much of itself the momentum encoder keeps at a step, in [0, 1)
 * @param temperature of the contrast
 * @param learningRate of Adam
 * @param batchSize egos of a step, B; a divisor of {@code queue}
 * @param steps how many
 */
public record PcRecConfig(
    int nodesMax,
    int walkHops,
    float restart,
    int radius,
    int fanOut,
    EgoFeatures features,
    int featureCount,
    int degreeWidth,
    int width,
    int positionWidth,
    int layers,
    int queue,
    float momentum,
    float temperature,
    float learningRate,
    int batchSize,
    int steps)
    implements Serializable {
  public PcRecConfig {
    check(nodesMax >= 2, "nodesMax", "at least 2", nodesMax);
    check(walkHops >= 1, "walkHops", "positive", walkHops);
    check(restart >= 0 && restart < 1, "restart", "in [0, 1)", restart);
    check(radius >= 1, "radius", "positive", radius);
    check(fanOut >= 1, "fanOut", "positive", fanOut);
    check(featureCount >= 1, "featureCount", "positive", featureCount);
    check(degreeWidth >= 1, "degreeWidth", "positive", degreeWidth);
    check(width >= 1, "width", "positive", width);
    check(positionWidth >= 0, "positionWidth", "not negative", positionWidth);
    check(layers >= 1, "layers", "positive", layers);
    check(momentum >= 0 && momentum < 1, "momentum", "in [0, 1)", momentum);
    check(temperature > 0, "temperature", "positive", temperature);
    check(learningRate > 0, "learningRate", "positive", learningRate);
    check(batchSize >= 1, "batchSize", "positive", batchSize);
    check(queue >= 1 && queue % batchSize == 0, "queue", "a multiple of batchSize", queue);
    check(steps >= 0, "steps", "not negative", steps);
  }

  public static PcRecConfig standard() {
    return new PcRecConfig(
        64,
        256,
        .8f,
        2,
        16,
        EgoFeatures.RETURNS,
        16,
        16,
        64,
        128,
        5,
        4_096,
        .999f,
        .07f,
        .002f,
        64,
        1_000);
  }

  /** Returns whether encoders of this form can take over the other's weights. */
  public boolean hasNetworkOf(PcRecConfig other) {
    return features == other.features
        && featureCount == other.featureCount
        && degreeWidth == other.degreeWidth
        && width == other.width
        && positionWidth > 0 == other.positionWidth > 0
        && layers == other.layers;
  }

  /** Returns how wide a vector is, both parts together. */
  public int vectorWidth() {
    return width + positionWidth;
  }

  /** The same but for how long it is pre-trained; 0 steps leave the encoder as it was drawn. */
  public PcRecConfig withSteps(int count) {
    return with(radius, features, width, positionWidth, count);
  }

  /** The same but for the reach of the ego networks. */
  public PcRecConfig withRadius(int hops) {
    return with(hops, features, width, positionWidth, steps);
  }

  /** The same but for what a node is described by. */
  public PcRecConfig withFeatures(EgoFeatures others) {
    return with(radius, others, width, positionWidth, steps);
  }

  /** The same but for the widths of a vector's parts. */
  public PcRecConfig withWidths(int ofStructure, int ofPosition) {
    return with(radius, features, ofStructure, ofPosition, steps);
  }

  private PcRecConfig with(
      int hops, EgoFeatures others, int ofStructure, int ofPosition, int count) {
    return new PcRecConfig(
        nodesMax,
        walkHops,
        restart,
        hops,
        fanOut,
        others,
        featureCount,
        degreeWidth,
        ofStructure,
        ofPosition,
        layers,
        queue,
        momentum,
        temperature,
        learningRate,
        batchSize,
        count);
  }
}
