package io.freshet.model.pcrec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.freshet.model.ComputeDevice;
import io.freshet.model.network.Devices;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NegativeQueueTest {
  private final NDManager manager = Devices.newManager(ComputeDevice.CPU);

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void oldestGiveWayFirst() {
    NegativeQueue queue = queue(0, 1, 2, 3, 4);
    push(queue, 5, 6);
    assertThat(values(queue)).containsExactly(5, 6, 3, 4);
    push(queue, 7, 8);
    assertThat(values(queue)).containsExactly(5, 6, 7, 8);
  }

  @Test
  void beginsAnewAtItsEnd() {
    NegativeQueue queue = queue(0, 1, 2, 3, 4);
    push(queue, 5, 6);
    push(queue, 7, 8);
    push(queue, 9, 10);
    assertThat(values(queue)).containsExactly(9, 10, 7, 8);
    push(queue, 11, 12);
    push(queue, 13, 14);
    assertThat(values(queue)).containsExactly(13, 14, 11, 12);
  }

  @Test
  void goesOnBehindWhatItHasTakenBefore() {
    NegativeQueue oncePushed = queue(2, 1, 2, 3, 4);
    push(oncePushed, 5, 6);
    assertThat(values(oncePushed)).containsExactly(1, 2, 5, 6);

    NegativeQueue longAgo = queue(3_000_000_002L, 1, 2, 3, 4);
    push(longAgo, 5, 6);
    assertThat(values(longAgo)).containsExactly(1, 2, 5, 6);
  }

  @Test
  void isAtFirstFullOfDifferentDirectionsOfLengthOne() {
    NegativeQueue queue = NegativeQueue.random(50, 6, manager, new SplittableRandom(1));
    assertThat(queue.vectors().getShape()).isEqualTo(new Shape(50, 6));
    float[] values = values(queue);
    Set<Float> firsts = new HashSet<>();
    for (int row = 0; row < 50; row++) {
      float[] vector = Arrays.copyOfRange(values, row * 6, (row + 1) * 6);
      double squares = 0;
      for (float value : vector) {
        squares += (double) value * value;
      }
      assertThat(squares).isCloseTo(1, within(1e-5));
      firsts.add(vector[0]);
    }
    assertThat(firsts).hasSize(50);
  }

  /** Vectors of one number each. */
  private NegativeQueue queue(long pushed, float... vectors) {
    return new NegativeQueue(manager.create(vectors, new Shape(vectors.length, 1)), pushed);
  }

  private void push(NegativeQueue queue, float... newest) {
    queue.push(manager.create(newest, new Shape(newest.length, 1)));
  }

  private static float[] values(NegativeQueue queue) {
    return queue.vectors().toFloatArray();
  }
}
