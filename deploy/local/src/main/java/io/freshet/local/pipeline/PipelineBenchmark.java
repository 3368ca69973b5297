package io.freshet.local.pipeline;

import io.freshet.local.JobSettings;
import io.freshet.local.WorkFolder;
import io.freshet.local.pipeline.PipelineReport.Row;
import io.freshet.local.pipeline.PipelineReport.Runs;
import io.freshet.local.pipeline.PipelineReport.Shape;
import io.freshet.model.ClickLog;
import io.freshet.model.Median;
import io.freshet.model.bst.BstConfig;
import io.freshet.model.bst.BstRelease;
import io.freshet.model.bst.TrainedBst;
import io.freshet.schemas.Release;
import io.freshet.streaming.recommendation.RecommendationConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * How fast clicks in Kafka become recommendations in Kafka: a real broker, a mini cluster and the
 * production job, in this process. First each of three jobs drains a backlog, in turns; then the
 * recommendation job answers clicks that come at shares of what it did then. Each job starts on a
 * broker and a cluster of its own, and is told what users did before.
 */
public final class PipelineBenchmark {
  private final Plan plan;
  private final Traffic traffic;
  private final Consumer<String> screen;
  private final BooleanSupplier interrupted;
  private final List<CpuTimes> cpuTimes = new ArrayList<>();

  /**
   * @param screen takes a line now and then
   * @param interrupted whether to give up
   * @throws IllegalArgumentException where the job cannot run with the plan's settings
   */
  public PipelineBenchmark(
      Plan plan, Traffic traffic, Consumer<String> screen, BooleanSupplier interrupted) {
    this.plan = plan;
    this.traffic = traffic;
    this.screen = screen;
    this.interrupted = interrupted;
    for (String guarantee : plan.guarantees()) {
      RecommendationConfig.of(Stage.settings(delivering(guarantee), "checked:1", traffic));
    }
  }

  /**
   * Measures with a network of this form that has learnt nothing, which is as fast as any.
   *
   * @param name of the form
   */
  public PipelineReport run(String name, BstConfig form) throws Exception {
    try (WorkFolder work = WorkFolder.create()) {
      ClickLog history = traffic.history();
      Release release = release(form, history, work.path());
      Map<Workload, List<Double>> drained = new EnumMap<>(Workload.class);
      for (int run = 1; run <= plan.runs(); run++) {
        for (Workload workload : Workload.values()) {
          double perSecond = drain(workload, run, history, release);
          drained.computeIfAbsent(workload, w -> new ArrayList<>()).add(perSecond);
        }
      }
      double saturation = median(drained.get(Workload.RECOMMEND));
      List<Release> swapped =
          plan.swapEvery() == null ? List.of() : Swaps.releases(form, history, work.path());
      List<Row> rows = new ArrayList<>();
      for (int run = 1; run <= plan.runs(); run++) {
        for (String guarantee : plan.guarantees()) {
          rows.addAll(underLoads(guarantee, saturation, run, new Told(history, release, swapped)));
        }
      }
      return report(name, form, drained, rows);
    }
  }

  private static Release release(BstConfig form, ClickLog history, Path work) throws IOException {
    try (TrainedBst untrained = TrainedBst.untrained(form, history, 1)) {
      Path directory = BstRelease.write(untrained, Instant.now(), work);
      return BstRelease.describe(directory, directory.toUri().toString());
    }
  }

  private double drain(Workload workload, int run, ClickLog history, Release release)
      throws Exception {
    int backlog = plan.backlogs().of(workload);
    try (Stage stage = new Stage(interrupted)) {
      if (workload.remembers()) {
        stage.tell(history, release);
      }
      stage.tellBacklog(traffic, backlog);
      stage.submit(workload, plan.settings(), traffic);
      CpuTimes before = CpuTimes.now();
      double perSecond =
          new Drain(stage, workload, backlog).perSecond(plan.warmUp(), plan.duration());
      say("%s, run %d: %,.0f clicks/s; %s", workload.title(), run, perSecond, cpuSince(before));
      return perSecond;
    }
  }

  /**
   * What a job under load is told.
   *
   * @param swapped releases that are announced in turn meanwhile; empty for none
   */
  private record Told(ClickLog history, Release release, List<Release> swapped) {}

  private List<Row> underLoads(String guarantee, double saturation, int run, Told told)
      throws Exception {
    List<Row> rows = new ArrayList<>();
    try (Stage stage = new Stage(interrupted)) {
      stage.tell(told.history(), told.release());
      stage.submit(Workload.RECOMMEND, delivering(guarantee), traffic);
      try (Probe probe = new Probe(stage, traffic)) {
        // A live click of a partition is answered after the history before it has been read.
        probe.under("warm-up", saturation / 2, plan.warmUp());
        for (double load : plan.loads()) {
          CpuTimes before = CpuTimes.now();
          Latency latency = underLoad(load, load * saturation, probe, stage, told);
          rows.add(new Row(guarantee, load, load * saturation, latency));
          say(
              "%s at %.0f %% (%.0f clicks/s), run %d: p50 %.1f, p99 %.1f ms to append,"
                  + " p99 %.1f ms to committed; %s",
              guarantee,
              100 * load,
              load * saturation,
              run,
              latency.appended().p50Millis(),
              latency.appended().p99Millis(),
              latency.committed().p99Millis(),
              cpuSince(before));
        }
      }
    }
    return rows;
  }

  private Latency underLoad(
      double load, double clicksPerSecond, Probe probe, Stage stage, Told told) throws Exception {
    if (told.swapped().isEmpty()) {
      return probe.under("load-" + load, clicksPerSecond, plan.duration());
    }
    try (Swaps swaps = new Swaps(told.swapped(), plan.swapEvery(), stage.kafka())) {
      return probe.under("load-" + load, clicksPerSecond, plan.duration());
    }
  }

  private Map<String, String> delivering(String guarantee) {
    return JobSettings.of(plan.settings(), Map.of("freshet.delivery", guarantee));
  }

  private CpuTimes cpuSince(CpuTimes before) throws IOException {
    CpuTimes times = CpuTimes.now().since(before);
    cpuTimes.add(times);
    return times;
  }

  private void say(String format, Object... values) {
    screen.accept(String.format(Locale.ROOT, format, values));
  }

  private PipelineReport report(
      String name, BstConfig form, Map<Workload, List<Double>> drained, List<Row> rows) {
    List<Row> medians = new ArrayList<>();
    for (String guarantee : plan.guarantees()) {
      for (double load : plan.loads()) {
        medians.add(median(guarantee, load, rows));
      }
    }
    CpuTimes all = cpuTimes.stream().reduce(new CpuTimes(0, 0, 0), CpuTimes::plus);
    return new PipelineReport(
        new Shape(
            name,
            form.sequenceLength(),
            traffic.users(),
            traffic.items(),
            traffic.historyLength(),
            Stage.SLOTS,
            Runtime.getRuntime().availableProcessors()),
        median(drained.get(Workload.COPY)),
        median(drained.get(Workload.STATE_ONLY)),
        median(drained.get(Workload.RECOMMEND)),
        medians,
        new Runs(
            drained.get(Workload.COPY),
            drained.get(Workload.STATE_ONLY),
            drained.get(Workload.RECOMMEND),
            rows),
        all.stolenShare());
  }

  private static Row median(String guarantee, double load, List<Row> rows) {
    List<Row> runs =
        rows.stream()
            .filter(row -> row.guarantee().equals(guarantee) && row.load() == load)
            .toList();
    return new Row(
        guarantee,
        load,
        runs.get(0).clicksPerSecond(),
        Latency.median(runs.stream().map(Row::latency).toList()));
  }

  private static double median(List<Double> runs) {
    return Median.of(runs, run -> run);
  }
}
