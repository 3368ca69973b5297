package io.freshet.local;

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
      description = "A setting of the job, for example freshet.delivery=exactly-once.")
  private Map<String, String> settings = new TreeMap<>();

  int kafkaPort() {
    if (kafkaPort < 0 || kafkaPort > 65_535) {
      throw new IllegalArgumentException("--kafka-port must be 0 to 65535, was " + kafkaPort);
    }
    return kafkaPort;
  }

  Map<String, String> settings() {
    return settings;
  }
}
