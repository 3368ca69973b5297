package io.freshet.local;

import io.freshet.model.ClickLog;
import io.freshet.model.ComputeDevice;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a release. */
@Command(
    name = "train",
    description = {
      "Trains a BST on the past and writes a release. A training that is broken off, or whose time"
          + " is over, goes on from its last whole epoch when it is started again."
    },
    mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
  private static final String UNFINISHED = "unfinished";

  @Mixin private DataOptions data;
  @Mixin private DeviceOption device;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description =
          "Where the release is written, in a directory named by its version, and in "
              + UNFINISHED
              + " what it takes to go on; that can be deleted.")
  private Path out;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      defaultValue = "10min",
      converter = DurationConverter.class,
      description = "The longest that training may take; default ${DEFAULT-VALUE}.")
  private Duration limit;

  private final PrintStream screen = System.out;

  @Override
  public Integer call() throws Exception {
    ComputeDevice where = device.device();
    ClickLog log = data.read();
    ClickLog past = log.before(data.pastEnds(log));
    createOut(); // where that cannot be, nothing is trained first
    screen.printf("Training on %,d clicks of %s%n", past.clicks().size(), data.name());
    screen.println(Training.release(past, limit, where, out.resolve(UNFINISHED), out, () -> false));
    return 0;
  }

  private void createOut() throws IOException {
    try {
      Files.createDirectories(out);
    } catch (IOException e) {
      throw new IOException("--out must be a folder that is there or can be made, was " + out, e);
    }
  }
}
