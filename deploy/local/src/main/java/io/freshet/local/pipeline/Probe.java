package io.freshet.local.pipeline;

import io.freshet.local.KafkaClient;
import io.freshet.schemas.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Puts loads on the job of a stage and reads what it answers. */
final class Probe implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration LONGEST_SILENCE = Duration.ofMinutes(2);
  private static final long NANOS_BETWEEN_CHECKS = 1_000_000_000;

  private final Stage stage;
  private final Traffic traffic;
  private final SplittableRandom random = new SplittableRandom(2);
  private final KafkaClient.Reader answers;
  private final ExecutorService sending = Executors.newSingleThreadExecutor();

  Probe(Stage stage, Traffic traffic) throws IOException, InterruptedException {
    this.stage = stage;
    this.traffic = traffic;
    this.answers = stage.kafka().read(Topics.RECOMMENDATIONS.name());
  }

  /** Returns when all of the load has been answered. */
  Latency under(String name, double clicksPerSecond, Duration duration) throws Exception {
    Load load = Load.startingNow(name, clicksPerSecond, duration, random.split());
    Future<Long> latest = sending.submit(load.sender(stage.kafka(), traffic, random.split()));
    long progress = System.nanoTime();
    long checked = progress;
    for (int before = 0; load.answered() < load.clicks(); before = load.answered()) {
      take(load);
      long now = System.nanoTime();
      if (load.answered() > before) {
        progress = now;
      } else if (now - progress > LONGEST_SILENCE.toNanos()) {
        throw new IOException(
            "The job must answer all %,d clicks: after %,d nothing came for %s"
                .formatted(load.clicks(), load.answered(), LONGEST_SILENCE));
      }
      if (now - checked > NANOS_BETWEEN_CHECKS) {
        checked = now;
        stage.checkRunning();
      }
    }
    return new Latency(
        load.clicks(),
        load.versions(),
        Latency.Percentiles.of(load.appended()),
        Latency.Percentiles.of(load.committed()),
        latest.get() / 1e3);
  }

  private void take(Load load) throws IOException {
    var records = answers.poll(LOOK);
    long receivedMicros = Load.nowMicros();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      load.take(Answer.read(record.value()), record.timestamp(), receivedMicros);
    }
  }

  @Override
  public void close() {
    sending.shutdownNow();
    answers.close();
  }
}
