package io.freshet.local.evaluation;

import io.freshet.local.ProgressDisplay;
import io.freshet.model.pcrec.GraphEncoder;
import io.freshet.model.pcrec.PcRecConfig;
import java.util.Locale;

/** Shows how far a pre-training has come; to be closed when it is over. */
final class PreTrainingDisplay implements GraphEncoder.Listener, AutoCloseable {
  private final ProgressDisplay display;
  private final int viewsInStep;
  private int shown;
  private long shownNanos = System.nanoTime();

  PreTrainingDisplay(PcRecConfig config) {
    this.display = ProgressDisplay.of("pre-training", config.steps(), "steps");
    this.viewsInStep = 2 * config.batchSize();
  }

  @Override
  public void step(int done, int steps, double loss) {
    long now = System.nanoTime();
    double viewsPerSecond = (done - shown) * viewsInStep / ((now - shownNanos) / 1e9);
    display.at(done, String.format(Locale.ROOT, "loss %.4f, %.0f views/s", loss, viewsPerSecond));
    shown = done;
    shownNanos = now;
  }

  @Override
  public void close() {
    display.close();
  }
}
