package io.freshet.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.model.ComputeDevice;
import io.freshet.model.ComputeDevice.Choice;
import io.freshet.model.ComputeDevice.Engine;
import io.freshet.model.ComputeDevice.Precision;
import io.freshet.model.network.Devices;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.TaskInfoImpl;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

class SubtaskDeviceTest {
  private static final ComputeDevice CPU = ComputeDevice.CPU;
  private static final TaskInfo THIRD = new TaskInfoImpl("score", 8, 2, 4, 0);

  private final Map<String, Counter> counters = new HashMap<>();
  private final List<ComputeDevice> asked = new ArrayList<>();

  @Test
  void workIsDoneOnTheDeviceWhileThatWorks() {
    SubtaskDevice device = device(Precision.FLOAT16);

    assertThat(device.run(this::done)).isEqualTo("done");

    assertThat(asked).containsExactly(ComputeDevice.gpu(2).with(Precision.FLOAT16));
    assertThat(fallbacks()).isZero();
  }

  @Test
  void whatTheDeviceCannotDoIsDoneOnTheCpuAndCounted() {
    SubtaskDevice device = device(Precision.FLOAT16);

    assertThat(device.run(this::notOnGpu)).isEqualTo("done");
    assertThat(device.run(this::notOnGpu)).isEqualTo("done");
    assertThat(fallbacks()).isEqualTo(2);
    assertThat(asked).endsWith(CPU);

    assertThat(device.run(CPU, this::notOnGpu)).isEqualTo("done");
    assertThat(fallbacks()).isEqualTo(2);
  }

  @Test
  void whatOnnxRuntimeCannotDoIsDoneByPyTorchAndCounted() {
    SubtaskDevice device =
        new DeviceOptions(Choice.AUTO, Precision.FLOAT16, Engine.ONNXRUNTIME, (choice, n) -> CPU)
            .of(THIRD, metrics());

    assertThat(device.run(this::notByOnnxRuntime)).isEqualTo("done");

    assertThat(asked).containsExactly(CPU.with(Engine.ONNXRUNTIME), CPU);
    assertThat(fallbacks()).isEqualTo(1);
  }

  @Test
  void engineOfTheCpuIsNoConcernOfAGpu() {
    SubtaskDevice device =
        new DeviceOptions(
                Choice.AUTO,
                Precision.FLOAT32,
                Engine.ONNXRUNTIME,
                (choice, subtask) -> ComputeDevice.gpu(subtask))
            .of(THIRD, metrics());

    assertThat(device.run(this::notOnGpu)).isEqualTo("done");

    assertThat(asked).containsExactly(ComputeDevice.gpu(2), CPU);
  }

  @Test
  void whatTheCpuCannotDoEitherFailsAndIsNotCounted() {
    SubtaskDevice device = device(Precision.FLOAT32);

    assertThatThrownBy(() -> device.run(this::nowhere)).hasMessage("cannot on cpu");

    assertThat(asked).containsExactly(ComputeDevice.gpu(2), CPU);
    assertThat(fallbacks()).isZero();
  }

  @Test
  void whatIsCanceledIsNotDoneAgain() {
    SubtaskDevice device = device(Precision.FLOAT32);

    assertThatThrownBy(() -> device.run(this::canceled)).isInstanceOf(CancellationException.class);

    assertThat(asked).hasSize(1);
  }

  @Test
  void gpuThatIsNotThereIsCountedAndDoneWithout() {
    SubtaskDevice device =
        new DeviceOptions(
                Choice.GPU,
                Precision.FLOAT16,
                (choice, subtask) -> {
                  throw new IllegalArgumentException("there is no " + choice);
                })
            .of(THIRD, metrics());

    assertThat(device.run(this::done)).isEqualTo("done");

    assertThat(asked).containsExactly(CPU);
    assertThat(fallbacks()).isEqualTo(1);
  }

  @Test
  void cpuIsNoFallbackWhereItIsWanted() {
    SubtaskDevice device =
        new DeviceOptions(Choice.CPU, Precision.FLOAT32, Devices::of).of(THIRD, metrics());

    assertThat(device.run(this::done)).isEqualTo("done");

    assertThat(asked).containsExactly(CPU);
    assertThat(fallbacks()).isZero();
  }

  @Test
  void narrowNumbersAreRefusedOfTheCpu() {
    assertThatThrownBy(() -> new DeviceOptions(Choice.CPU, Precision.FLOAT16, Devices::of))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "freshet.scoring.precision must be 'float32' where freshet.device is 'cpu', was"
                + " 'float16'");
  }

  private String done(ComputeDevice device) {
    asked.add(device);
    return "done";
  }

  private String notOnGpu(ComputeDevice device) {
    asked.add(device);
    if (device.isGpu()) {
      throw new IllegalStateException("CUDA error");
    }
    return "done";
  }

  private String notByOnnxRuntime(ComputeDevice device) {
    asked.add(device);
    if (device.engine() == Engine.ONNXRUNTIME) {
      throw new NoClassDefFoundError("ai/onnxruntime/OrtEnvironment");
    }
    return "done";
  }

  private String nowhere(ComputeDevice device) {
    asked.add(device);
    throw new IllegalStateException("cannot on " + device);
  }

  private String canceled(ComputeDevice device) {
    asked.add(device);
    throw new CancellationException();
  }

  private SubtaskDevice device(Precision precision) {
    return new DeviceOptions(
            Choice.AUTO, precision, (choice, subtask) -> ComputeDevice.gpu(subtask))
        .of(THIRD, metrics());
  }

  private UnregisteredMetricsGroup metrics() {
    return new UnregisteredMetricsGroup() {
      @Override
      public <C extends Counter> C counter(String name, C counter) {
        counters.put(name, counter);
        return counter;
      }
    };
  }

  private long fallbacks() {
    return counters.get(Metrics.DEVICE_FALLBACKS).getCount();
  }
}
