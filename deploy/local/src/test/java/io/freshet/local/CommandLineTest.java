package io.freshet.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  @ParameterizedTest
  @ValueSource(strings = {"demo", "train", "replay", "announce", "evaluate", "bench"})
  void everyCommandHasHelp(String command) {
    assertThat(Freshet.run(command, "--help")).isZero();
  }

  @Test
  void unknownFolderIsRefusedWithWhatIsUnderstood() {
    assertThat(failed("demo", "--data", "src")).contains("data folder must hold", "MovieLens");
  }

  @Test
  void unknownSettingIsRefusedBeforeAnythingStarts() {
    assertThat(failed("demo", "--train-for", "1s", "--set", "freshet.batch.sise=3"))
        .contains("Unknown setting 'freshet.batch.sise'; did you mean 'freshet.batch.size'?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--for=ten",
        "--for=0s",
        "--clicks-per-second=0",
        "--past=1",
        "--retrain-every=9ms"
      })
  void valuesThatMakeNoSenseAreRefused(String option) {
    assertThat(failed("demo", option)).contains("must be");
  }

  private static String failed(String... arguments) {
    PrintStream screen = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(printed, true, UTF_8));
    try {
      assertThat(Freshet.run(arguments)).isNotZero();
    } finally {
      System.setErr(screen);
    }
    return printed.toString(UTF_8);
  }
}
