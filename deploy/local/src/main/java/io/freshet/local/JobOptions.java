package io.freshet.local;

import io.freshet.model.ComputeDevice;
import io.freshet.model.ComputeDevice.Choice;
import io.freshet.model.network.Devices;
import io.freshet.streaming.DeviceOptions;
import io.freshet.streaming.Setting;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** How to run the job. */
final class JobOptions {
  @Option(
      names = "--kafka-port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "Where the broker listens; any free port by default.")
  private int kafkaPort;

  @Option(
      names = "--set",
      paramLabel = "SETTING=VALUE",
      description =
          "A setting of the job, for example freshet.delivery=exactly-once; of those that this"
              + " command sets itself none.")
  private Map<String, String> settings = new TreeMap<>();

  int kafkaPort() {
    if (kafkaPort < 0 || kafkaPort > 65_535) {
      throw new IllegalArgumentException("--kafka-port must be 0 to 65535, was " + kafkaPort);
    }
    return kafkaPort;
  }

  /** Returns where to train what the job starts with, by the job's own setting. */
  ComputeDevice device() {
    Setting<Choice> device = DeviceOptions.DEVICE;
    String wanted = settings.getOrDefault(device.name(), device.defaultValue());
    return Devices.of(device.parser().apply(wanted), 0);
  }

  Map<String, String> settings() {
    return settings;
  }
}
