package io.freshet.model.network;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.util.cuda.CudaUtils;
import io.freshet.model.ComputeDevice;
import io.freshet.model.ComputeDevice.Choice;
import io.freshet.model.ComputeDevice.Precision;

/**
 * Devices as PyTorch has them: which there are, and memory on them. Every array of a network comes
 * from a manager made here; nothing else asks where it is.
 */
public final class Devices {
  private Devices() {}

  /**
   * Returns the device to compute on.
   *
   * @param user takes a GPU in turn with the others of this machine: a subtask's number, or 0
   * @throws IllegalArgumentException where a GPU is wanted and there is none that PyTorch can use
   */
  public static ComputeDevice of(Choice choice, int user) {
    return of(choice, user, choice == Choice.CPU ? 0 : gpus());
  }

  static ComputeDevice of(Choice choice, int user, int gpus) {
    if (choice == Choice.GPU && gpus == 0) {
      throw new IllegalArgumentException(
          "device must be 'cpu' or 'auto' where PyTorch finds no CUDA device, was 'gpu'; it takes an"
              + " NVIDIA GPU, the CUDA 12 runtime (libcudart) and a build with -Pgpu");
    }
    return choice == Choice.CPU || gpus == 0
        ? ComputeDevice.CPU
        : ComputeDevice.gpu(Math.floorMod(user, gpus));
  }

  /** Returns how many there are; does not load PyTorch where the driver knows of none. */
  private static int gpus() {
    return CudaUtils.getGpuCount() == 0 ? 0 : Engine.getInstance().getGpuCount();
  }

  /** Returns a manager whose arrays are made on {@code device}, to be closed by the caller. */
  public static NDManager newManager(ComputeDevice device) {
    return NDManager.newBaseManager(device.isGpu() ? Device.gpu(device.gpu()) : Device.cpu());
  }

  /** Returns where a manager's arrays are made. */
  static ComputeDevice of(NDManager manager) {
    Device device = manager.getDevice();
    return device.isGpu() ? ComputeDevice.gpu(device.getDeviceId()) : ComputeDevice.CPU;
  }

  static DataType type(Precision precision) {
    return precision == Precision.FLOAT16 ? DataType.FLOAT16 : DataType.FLOAT32;
  }
}
