package io.freshet.local;

import io.freshet.local.data.DataSets;
import io.freshet.local.data.SimulatedLibrary;
import io.freshet.local.data.SimulatedShop;
import io.freshet.model.ClickLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import picocli.CommandLine.Option;

/** Which clicks to work on, and which of them count as the past. */
final class DataOptions {
  private static final long SEED = 1;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "A folder with a public data set; without it, a simulated shop.")
  private Path data;

  @Option(
      names = "--past",
      paramLabel = "SHARE",
      defaultValue = "0.9",
      description =
          "The share of the clicks, oldest first, to learn from; default ${DEFAULT-VALUE}.")
  private double past;

  /** Returns the clicks. */
  ClickLog read() throws IOException {
    if (!(past > 0 && past < 1)) {
      throw new IllegalArgumentException("--past must be between 0 and 1, was " + past);
    }
    return data == null ? new SimulatedShop(SEED).open() : DataSets.read(data);
  }

  /**
   * Returns the clicks, and those of a source domain.
   *
   * @param source the folder of the source domain; null for that of the simulated shop, if any
   */
  Domains readWith(Path source) throws IOException {
    ClickLog target = read();
    if (source != null) {
      return new Domains(target, DataSets.read(source));
    }
    return data == null
        ? new Domains(target, new SimulatedLibrary(SEED).open(target))
        : Domains.alone(target);
  }

  /** Returns when the past ends. */
  Instant pastEnds(ClickLog log) {
    return log.timeAt(past);
  }

  /** Returns what the clicks are called. */
  String name() {
    return data == null ? "a simulated shop" : data.toString();
  }
}
