package io.freshet.model.pcrec;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.freshet.model.ComputeDevice;
import io.freshet.model.network.Devices;
import io.freshet.model.network.NoGradients;
import io.freshet.model.network.Weights;
import org.junit.jupiter.api.Test;

class GinEncoderTest {
  @Test
  void whatEncodingMakesLivesAsLongAsItsOwnManager() {
    EgoNetworkSampler sampler = new EgoNetworkSampler(TinyPcRec.graph(1), TinyPcRec.CONFIG);
    EgoBatch batch = EgoBatch.of(sampler.networksOf(0, 4), TinyPcRec.CONFIG);
    try (NDManager manager = Devices.newManager(ComputeDevice.CPU);
        NoGradients unused = new NoGradients()) {
      Weights weights = GinEncoder.initial(TinyPcRec.CONFIG, manager, 1);
      int arrays = manager.getManagedArrays().size();
      for (int pass = 0; pass < 3; pass++) {
        try (NDManager some = manager.newSubManager()) {
          assertThat(new GinEncoder(TinyPcRec.CONFIG, weights).encode(batch, some).toFloatArray())
              .hasSize(4 * TinyPcRec.CONFIG.vectorWidth());
        }
      }
      assertThat(manager.getManagedArrays()).hasSize(arrays);
    }
  }
}
