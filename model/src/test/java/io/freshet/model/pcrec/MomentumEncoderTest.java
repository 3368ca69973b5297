package io.freshet.model.pcrec;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.freshet.model.ComputeDevice;
import io.freshet.model.network.Devices;
import io.freshet.model.network.Weights;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MomentumEncoderTest {
  private final NDManager manager = Devices.newManager(ComputeDevice.CPU);
  private final Weights key = weights(8, -4, 1);
  private final Weights query = weights(16, 4, 1);

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void keepsMostOfItselfAndTakesTheRestFromTheQueryEncoder() {
    MomentumEncoder encoder = encoder(.75f);
    encoder.follow(query);
    assertThat(values(key)).containsExactly(10, -2, 1); // 3/4 of itself, 1/4 of the other
    encoder.follow(query);
    assertThat(values(key)).containsExactly(11.5f, -.5f, 1);
  }

  @Test
  void withoutMomentumItIsTheQueryEncoder() {
    encoder(0).follow(query);
    assertThat(values(key)).containsExactly(16, 4, 1);
  }

  @Test
  void weightsStayApartFromTheQueryEncoders() {
    encoder(0).follow(query);
    assertThat(values(query)).containsExactly(16, 4, 1);
    query.get("w").addi(1);
    assertThat(values(key)).containsExactly(16, 4, 1);
    key.get("w").addi(2);
    assertThat(values(query)).containsExactly(17, 5, 2);
  }

  private MomentumEncoder encoder(float momentum) {
    PcRecConfig config =
        new PcRecConfig(
            12, 30, .5f, 2, 6, EgoFeatures.RETURNS, 3, 4, 8, 4, 2, 32, momentum, .1f, .01f, 8, 10);
    return new MomentumEncoder(config, key);
  }

  private Weights weights(float... values) {
    return new Weights(Map.of("w", manager.create(values, new Shape(values.length))));
  }

  private static float[] values(Weights weights) {
    return weights.get("w").toFloatArray();
  }
}
