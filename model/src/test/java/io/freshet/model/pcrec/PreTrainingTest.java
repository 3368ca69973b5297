package io.freshet.model.pcrec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.freshet.model.ComputeDevice;
import io.freshet.model.network.Devices;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PreTrainingTest {
  private final NDManager manager = Devices.newManager(ComputeDevice.CPU);

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void contrastIsTheMeanSurpriseAtEachViewsOwnKey() {
    NDArray views = rows(1, 0, .6f, .8f);
    NDArray keys = rows(.8f, .6f, 0, 1);
    NDArray negatives = rows(0, 1, -1, 0);
    // products by .5: 1.6 with its key, 0 and -2 with the others; 1.6, and 1.6 and -1.2
    double first = Math.log(1 + Math.exp(0 - 1.6) + Math.exp(-2 - 1.6)); // .206
    double second = Math.log(1 + Math.exp(1.6 - 1.6) + Math.exp(-1.2 - 1.6)); // .723
    assertThat(contrast(views, keys, negatives, .5f)).isCloseTo((first + second) / 2, within(1e-6));
  }

  @Test
  void contrastOfViewsThatSuitAllKeysAlikeIsTheLogarithmOfTheirNumber() {
    NDArray views = rows(1, 0, 1, 0, 1, 0);
    NDArray keys = rows(.6f, .8f, .6f, -.8f, .6f, .8f);
    NDArray negatives = rows(.6f, .8f, .6f, -.8f, .6f, .8f, .6f, -.8f);
    assertThat(contrast(views, keys, negatives, .07f)).isCloseTo(Math.log(1 + 4), within(1e-5));
  }

  @Test
  void contrastOfViewsLikeTheirKeysAndUnlikeAllOthersIsNearlyNothing() {
    NDArray views = rows(1, 0, .8f, -.6f);
    NDArray others = rows(-1, 0, -.8f, .6f);
    assertThat(contrast(views, views, others, .07f)).isCloseTo(0, within(1e-6));
    assertThat(contrast(views, others, views, .07f)).isGreaterThan(20);
  }

  private double contrast(NDArray views, NDArray keys, NDArray negatives, float temperature) {
    return PreTraining.contrast(views, keys, negatives, temperature).getFloat();
  }

  /** Vectors of two numbers each. */
  private NDArray rows(float... values) {
    return manager.create(values, new Shape(values.length / 2, 2));
  }
}
