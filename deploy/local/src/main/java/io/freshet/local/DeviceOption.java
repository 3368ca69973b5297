package io.freshet.local;

import io.freshet.model.ComputeDevice;
import io.freshet.model.ComputeDevice.Choice;
import io.freshet.model.network.Devices;
import picocli.CommandLine.Option;

/** Where networks compute. */
public final class DeviceOption {
  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "auto",
      description =
          "Where networks compute: auto (on a CUDA device where there is one), cpu or gpu; default"
              + " ${DEFAULT-VALUE}.")
  private Choice choice;

  /**
   * Returns the device.
   *
   * @throws IllegalArgumentException where a GPU is wanted and there is none
   */
  public ComputeDevice device() {
    return Devices.of(choice, 0);
  }
}
