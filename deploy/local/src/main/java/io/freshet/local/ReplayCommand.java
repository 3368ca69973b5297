package io.freshet.local;

import io.freshet.local.LiveClicks.Pace;
import io.freshet.model.ClickLog;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the clicks that a release has not learnt from through the job. */
@Command(
    name = "replay",
    description = {
      "Plays what comes after the past through the job, as fast as it goes, with a given release."
          + " The last line is a summary in JSON."
    },
    mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {
  @Mixin private DataOptions data;
  @Mixin private JobOptions job;

  @Option(
      names = "--release",
      paramLabel = "DIR",
      required = true,
      description = "The directory that 'train' printed; it should have learnt from the same past.")
  private Path release;

  private final PrintStream screen = System.out;

  @Override
  public Integer call() throws Exception {
    ClickLog log = data.read();
    try (Interruption interruption = Interruption.byCtrlC();
        WorkFolder work = WorkFolder.create()) {
      Playing playing =
          new Playing(
              Domains.alone(log),
              data.pastEnds(log),
              new Pace(Pace.AS_FAST_AS_IT_GOES, Pace.NO_LIMIT),
              new Screen(screen, List.of()));
      screen.println(playing.run(release, job, List.of(), work.folder("job"), interruption));
    }
    return 0;
  }
}
