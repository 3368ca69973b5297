package io.freshet.local;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import me.tongfei.progressbar.ProgressState;

/**
 * Shows how far one long step has come: by a bar where that goes to a terminal, by a line now and
 * then where it does not. To be closed when the step is over, which shows where it ended.
 */
public final class ProgressDisplay implements AutoCloseable {
  /** Set by the launcher, which can tell; Java can only of input and output together. */
  private static final String TERMINAL = "freshet.terminal";

  private static final int WIDTH = 100;
  private static final Duration BETWEEN_REFRESHES = Duration.ofMillis(500);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(30);

  private final ProgressBar bar;

  private ProgressDisplay(ProgressBar bar) {
    this.bar = bar;
  }

  /**
   * Shows a step on the screen for what is not a result.
   *
   * @param what is done, in a word or two
   * @param all how much there is to do
   * @param unit of that
   */
  public static ProgressDisplay of(String what, long all, String unit) {
    return Boolean.getBoolean(TERMINAL)
        ? bar(what, all, unit, System.err)
        : lines(what, all, unit, System.err);
  }

  static ProgressDisplay bar(String what, long all, String unit, PrintStream out) {
    return new ProgressDisplay(
        step(what, all, BETWEEN_REFRESHES)
            .setUnit(" " + unit, 1)
            .setStyle(ProgressBarStyle.ASCII)
            .setConsumer(new ConsoleProgressBarConsumer(out, WIDTH))
            .build());
  }

  static ProgressDisplay lines(String what, long all, String unit, PrintStream out) {
    return new ProgressDisplay(
        step(what, all, BETWEEN_LINES)
            .setRenderer((state, width) -> line(state, unit))
            .setConsumer(new DelegatingProgressBarConsumer(toChangesOf(out)))
            .build());
  }

  private static String line(ProgressState state, String unit) {
    String saying = state.getExtraMessage();
    return "%s: %d of %d %s%s"
        .formatted(
            state.getTaskName(),
            state.getCurrent(),
            state.getMax(),
            unit,
            saying.isEmpty() ? "" : ", " + saying);
  }

  /** The library says more often how far it is than that changes. */
  private static Consumer<String> toChangesOf(PrintStream out) {
    AtomicReference<String> last = new AtomicReference<>();
    return line -> {
      if (!line.equals(last.getAndSet(line))) {
        out.println(line);
      }
    };
  }

  private static ProgressBarBuilder step(String what, long all, Duration between) {
    return new ProgressBarBuilder()
        .setTaskName(what)
        .setInitialMax(all)
        .setUpdateIntervalMillis((int) between.toMillis());
  }

  /**
   * Tells how far the step has come.
   *
   * @param done of all, no more than that
   * @param saying what else there is to say
   */
  public void at(long done, String saying) {
    bar.stepTo(done);
    bar.setExtraMessage(saying);
  }

  @Override
  public void close() {
    bar.close();
  }
}
