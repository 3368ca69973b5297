package io.freshet.local.pipeline;

import static java.util.stream.Collectors.toList;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What the machine's processors have done since it started, in ticks.
 *
 * @param stolen what other machines on the same host took; 0 where nobody says
 */
record CpuTimes(long all, long idle, long stolen) {
  private static final Path SYSTEM = Path.of("/proc/stat");
  private static final int IDLE = 3; // user, nice, system, idle, iowait, irq, softirq, steal
  private static final int WAITING = 4;
  private static final int STOLEN = 7;

  /** Returns the times until now; none where the system tells none. */
  static CpuTimes now() throws IOException {
    return Files.exists(SYSTEM) ? of(Files.readAllLines(SYSTEM).get(0)) : new CpuTimes(0, 0, 0);
  }

  /** Returns what the first line of {@code /proc/stat} says. */
  static CpuTimes of(String line) {
    List<Long> ticks =
        Arrays.stream(line.strip().split(" +")).skip(1).map(Long::valueOf).collect(toList());
    return new CpuTimes(
        ticks.stream().limit(STOLEN + 1).mapToLong(Long::longValue).sum(), // guests are users too
        ticks.get(IDLE) + ticks.get(WAITING),
        ticks.get(STOLEN));
  }

  CpuTimes since(CpuTimes earlier) {
    return new CpuTimes(all - earlier.all, idle - earlier.idle, stolen - earlier.stolen);
  }

  CpuTimes plus(CpuTimes other) {
    return new CpuTimes(all + other.all, idle + other.idle, stolen + other.stolen);
  }

  /** Returns the share of the time that was stolen, in [0, 1]; null where nobody says. */
  Double stolenShare() {
    return all == 0 ? null : (double) stolen / all;
  }

  @Override
  public String toString() {
    return all == 0
        ? "CPU steal unknown"
        : String.format(
            Locale.ROOT,
            "CPU %.0f %% busy, %.1f %% stolen",
            100.0 * (all - idle - stolen) / all,
            100.0 * stolen / all);
  }
}
