package io.freshet.local;

import io.freshet.local.LiveClicks.Pace;
import io.freshet.model.ClickLog;
import io.freshet.model.ComputeDevice;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Everything at once: broker, cluster, a trained BST, live clicks and their recommendations. */
@Command(
    name = "demo",
    description = {
      "Trains a BST on the past, starts a broker and a Flink cluster, and plays the rest as live"
          + " clicks. The last line is a summary in JSON."
    },
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  @Mixin private DataOptions data;
  @Mixin private JobOptions job;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "When to stop, from the first live click; by default with the last.")
  private Duration limit = Pace.NO_LIMIT;

  @Option(
      names = "--clicks-per-second",
      paramLabel = "N",
      defaultValue = "100",
      description = "How fast the live clicks come; default ${DEFAULT-VALUE}.")
  private double clicksPerSecond;

  @Option(
      names = "--train-for",
      paramLabel = "TIME",
      defaultValue = "45s",
      converter = DurationConverter.class,
      description = "The longest that training may take; default ${DEFAULT-VALUE}.")
  private Duration trainFor;

  @Option(
      names = "--retrain-every",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description =
          "How often the training job trains anew on the clicks so far, beside the recommendation"
              + " job; by default never.")
  private Duration retrainEvery;

  @Option(
      names = "--source",
      paramLabel = "DIR",
      description =
          "A folder with a data set of another domain, some of whose users are the same, to learn"
              + " embeddings from; without it the library of the simulated shop, and none of other"
              + " data.")
  private Path source;

  @Option(
      names = "--refresh-every",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description =
          "How often the embedding job learns anew from the clicks of two domains so far, where"
              + " there are two, beside the recommendation job; by default once, at the start.")
  private Duration refreshEvery;

  private final PrintStream screen = System.out;

  @Override
  public Integer call() throws Exception {
    if (!(clicksPerSecond > 0)) {
      throw new IllegalArgumentException(
          "--clicks-per-second must be positive, was " + clicksPerSecond);
    }
    Domains domains = data.readWith(source);
    ClickLog log = domains.target();
    Instant pastEnds = data.pastEnds(log);
    Playing playing =
        new Playing(
            domains, pastEnds, new Pace(clicksPerSecond, limit), new Screen(screen, log.items()));
    playing.check(job);
    ComputeDevice device = job.device();
    try (Interruption interruption = Interruption.byCtrlC();
        WorkFolder work = WorkFolder.create()) {
      List<SideJob> beside = beside(domains, work);
      ClickLog past = log.before(pastEnds);
      screen.printf("Training on %,d clicks of %s%n", past.clicks().size(), data.name());
      Path release =
          Training.release(
              past,
              trainFor,
              device,
              work.folder("training"),
              work.folder("releases"),
              interruption::asked);
      screen.println(playing.run(release, job, beside, work.folder("job"), interruption));
    }
    return 0;
  }

  private List<SideJob> beside(Domains domains, WorkFolder work) throws IOException {
    List<SideJob> jobs = new ArrayList<>();
    if (retrainEvery != null) {
      jobs.add(new Retraining(retrainEvery, work.folder("retrained")));
    }
    if (!domains.source().clicks().isEmpty()) {
      jobs.add(new Refreshing(refreshEvery, work.folder("refreshed")));
    }
    return jobs;
  }
}
