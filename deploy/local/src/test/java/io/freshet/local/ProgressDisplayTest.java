package io.freshet.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProgressDisplayTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, UTF_8);

  @Test
  void terminalSeesOneBarThatEndsWhereTheStepDid() {
    try (ProgressDisplay display = ProgressDisplay.bar("train", 40, "s", out)) {
      awaitFirst();
      display.at(30, "loss 0.5");
    }

    String all = printed.toString(UTF_8);
    assertThat(all).startsWith("\r").endsWith("\n");
    assertThat(all.substring(all.lastIndexOf('\r') + 1).strip())
        .startsWith("train  75% [")
        .contains("30/40 s")
        .endsWith("loss 0.5");
  }

  @Test
  void fileGetsLinesOfWhichTheLastSaysWhereTheStepEnded() {
    try (ProgressDisplay display = ProgressDisplay.lines("train", 40, "s", out)) {
      awaitFirst();
      display.at(30, "loss 0.5");
    }

    assertThat(printed.toString(UTF_8))
        .isEqualTo("train: 0 of 40 s\ntrain: 30 of 40 s, loss 0.5\n");
  }

  private void awaitFirst() {
    while (printed.size() == 0) {
      Thread.onSpinWait();
    }
  }
}
