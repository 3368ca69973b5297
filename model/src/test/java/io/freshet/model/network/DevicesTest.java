package io.freshet.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.freshet.model.ComputeDevice;
import io.freshet.model.ComputeDevice.Choice;
import io.freshet.model.ComputeDevice.Precision;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DevicesTest {
  @Test
  void autoIsAGpuWhereThereIsOneAndTheCpuElsewhere() {
    assertThat(Devices.of(Choice.AUTO, 0, 1)).isEqualTo(ComputeDevice.gpu(0));
    assertThat(Devices.of(Choice.AUTO, 0, 0)).isEqualTo(ComputeDevice.CPU);
    assertThat(Devices.of(Choice.CPU, 0, 1)).isEqualTo(ComputeDevice.CPU);
  }

  @Test
  void gpuIsRefusedWhereThereIsNoneWithWhatItTakes() {
    assertThat(Devices.of(Choice.GPU, 0, 1)).isEqualTo(ComputeDevice.gpu(0));
    assertThatThrownBy(() -> Devices.of(Choice.GPU, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("device must be 'cpu' or 'auto'")
        .hasMessageContainingAll("was 'gpu'", "libcudart", "-Pgpu");
  }

  @Test
  void subtasksTakeTheGpusInTurn() {
    assertThat(IntStream.range(0, 5).mapToObj(subtask -> Devices.of(Choice.AUTO, subtask, 2)))
        .extracting(ComputeDevice::gpu)
        .containsExactly(0, 1, 0, 1, 0);
  }

  @Test
  void memoryIsOnTheDevice() {
    for (ComputeDevice device : new ComputeDevice[] {ComputeDevice.CPU, ComputeDevice.gpu(1)}) {
      try (NDManager manager = Devices.newManager(device)) {
        assertThat(manager.getDevice()).isEqualTo(device.isGpu() ? Device.gpu(1) : Device.cpu());
        assertThat(Devices.of(manager)).isEqualTo(device);
      }
    }
  }

  @Test
  void deviceSaysWhereItIsAndWhatNumbersItHas() {
    assertThat(ComputeDevice.CPU).hasToString("cpu");
    assertThat(ComputeDevice.gpu(1).with(Precision.FLOAT16)).hasToString("gpu 1, float16");
  }
}
