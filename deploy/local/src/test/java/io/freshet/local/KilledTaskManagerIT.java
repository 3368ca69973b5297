package io.freshet.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.local.data.SimulatedShop;
import io.freshet.model.ClickLog;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.Recommendation.RankedItem;
import io.freshet.schemas.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real broker, RocksDB, a trained release, and a TaskManager that dies in the middle. */
@Timeout(240)
class KilledTaskManagerIT {
  private static final Instant FIRST = Instant.parse("2026-11-23T12:00:00Z");
  private static final Instant SECOND = FIRST.plusSeconds(60);
  private static final float NEXT_TO_NOTHING = 1e-5f;

  @TempDir private static Path releasesFolder;
  private static ClickLog live;
  private static List<Path> releases;

  @TempDir private Path work;

  @BeforeAll
  static void train() throws Exception {
    ClickLog log = new SimulatedShop(7, 300, 200, 9_000).open();
    Instant pastEnds = log.timeAt(.5);
    live = log.from(pastEnds);
    releases = TestJob.releases(log.before(pastEnds), releasesFolder, FIRST, SECOND);
  }

  @Test
  void changesNothingUnderExactlyOnce() throws Exception {
    List<Recommendation> undisturbed = run("exactly-once", false);
    List<Recommendation> killed = run("exactly-once", true);

    Map<String, Recommendation> expected = byId(undisturbed);
    assertThat(undisturbed.size()).isEqualTo(live.clicks().size());
    assertThat(expected.size()).isEqualTo(undisturbed.size());
    assertThat(killed.size()).isEqualTo(live.clicks().size());
    assertThat(byId(killed).keySet()).isEqualTo(expected.keySet());
    for (Recommendation answer : killed) {
      Recommendation wanted = expected.get(answer.recommendationId());
      assertThat(answer.sequenceHash()).isEqualTo(wanted.sequenceHash());
      assertThat(answer.modelVersion()).isNotNull().isEqualTo(wanted.modelVersion());
      assertThat(answer.fallbackReason()).isNull();
      assertSameItems(answer.items(), wanted.items());
    }
  }

  @Test
  void bringsSomeAnswersAgainUnderAtLeastOnce() throws Exception {
    List<Recommendation> killed = run("at-least-once", true);

    Map<String, Recommendation> once = byId(killed);
    assertThat(once.size()).isEqualTo(live.clicks().size());
    assertThat(killed.size()).isGreaterThan(once.size());
    for (Recommendation answer : killed) {
      assertThat(answer.sequenceHash())
          .isEqualTo(once.get(answer.recommendationId()).sequenceHash());
    }
  }

  @Test
  void goesOnWithTheReleaseThatWasSwappedIn() throws Exception {
    String before = releases.get(0).getFileName().toString();
    String after = releases.get(1).getFileName().toString();
    int half = live.clicks().size() / 2;
    try (TestJob job =
        TestJob.start(
            work,
            releases.get(0),
            live.clicks().subList(0, half),
            settings("exactly-once"),
            new Configuration())) {
      assertThat(versions(job.allAnswers())).containsExactly(before);
      job.announce(releases.get(1));
      int sent = half;
      while (!versions(job.allAnswers()).contains(after)) {
        job.kafka.sendAll(Topics.CLICK_EVENTS, live.clicks().subList(sent, sent + 20));
        sent += 20;
      }
      int answered = job.allAnswers().size();
      job.killTaskManager();
      job.kafka.sendAll(Topics.CLICK_EVENTS, live.clicks().subList(sent, live.clicks().size()));

      List<Recommendation> all = job.allAnswers();
      assertThat(all.size()).isEqualTo(live.clicks().size());
      assertThat(versions(all.subList(answered, all.size()))).containsExactly(after);
      assertThat(all).allMatch(answer -> answer.fallbackReason() == null);
    }
  }

  private List<Recommendation> run(String delivery, boolean kill) throws Exception {
    Path folder = Files.createDirectory(work.resolve(delivery + kill));
    try (TestJob job =
        TestJob.start(
            folder, releases.get(0), live.clicks(), settings(delivery), new Configuration())) {
      if (kill) {
        job.answersUntil(live.clicks().size() / 10);
        job.killTaskManager();
      }
      return job.allAnswers();
    }
  }

  private static Map<String, String> settings(String delivery) {
    return Map.of("freshet.delivery", delivery, "freshet.checkpoint.interval", "500 ms");
  }

  private static Map<String, Recommendation> byId(List<Recommendation> answers) {
    return answers.stream()
        .collect(
            Collectors.toMap(
                Recommendation::recommendationId, Function.identity(), (first, again) -> first));
  }

  private static Set<String> versions(List<Recommendation> answers) {
    return answers.stream().map(Recommendation::modelVersion).collect(Collectors.toSet());
  }

  /** Items whose scores differ by next to nothing may have changed places, also with one unseen. */
  private static void assertSameItems(List<RankedItem> items, List<RankedItem> wanted) {
    assertThat(items).hasSameSizeAs(wanted);
    float last = wanted.get(wanted.size() - 1).score();
    Map<String, Float> scores =
        wanted.stream().collect(Collectors.toMap(RankedItem::itemId, RankedItem::score));
    for (RankedItem item : items) {
      float expected = scores.getOrDefault(item.itemId(), last);
      assertThat(Math.abs(item.score() - expected)).isLessThan(NEXT_TO_NOTHING);
    }
  }
}
