package io.freshet.local.pipeline;

import io.freshet.local.KafkaClient;
import io.freshet.schemas.Topics;
import java.io.IOException;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * How fast a job is at saturation: the records that it appends while a backlog waits to be read.
 * The first are not timed, until the warm-up is over or half of the backlog is drained; the rest
 * are, for as long as is measured, or until nothing is left.
 */
final class Drain {
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration LONGEST_SILENCE = Duration.ofMinutes(5);

  private final Stage stage;
  private final Workload workload;
  private final int backlog;

  /**
   * @param stage where the job has been submitted, over the backlog
   */
  Drain(Stage stage, Workload workload, int backlog) {
    this.stage = stage;
    this.workload = workload;
    this.backlog = backlog;
  }

  /** What was appended by when. */
  private record Mark(long records, long nanos) {
    double perSecondSince(Mark earlier) {
      return (records - earlier.records) * 1e9 / (nanos - earlier.nanos);
    }
  }

  /**
   * Returns the records that it appended in a second.
   *
   * @throws IOException when nothing of the backlog is left to measure with, or a click is answered
   *     twice, or less than scored
   */
  double perSecond(Duration warmUp, Duration duration) throws Exception {
    Mark first = await(1, Duration.ZERO, null);
    Mark warm = await(backlog / 2, warmUp, first);
    if (warm.records() >= backlog) {
      throw new IOException(
          ("Cannot time the %s job: all %,d clicks of its backlog were answered during the warm-up;"
                  + " give it more (--backlog, --floor-backlog)")
              .formatted(workload.title(), backlog));
    }
    Mark last = await(backlog, duration, warm);
    if (last.records() > backlog) {
      throw new IOException(
          "A click must be answered once: of %,d clicks there were %,d answers"
              .formatted(backlog, last.records()));
    }
    if (workload == Workload.RECOMMEND) {
      checkScored(stage.kafka());
    }
    return last.perSecondSince(warm);
  }

  /** Returns once there are so many records, or a length of time after {@code since}. */
  private Mark await(long records, Duration duration, Mark since) throws Exception {
    Mark progress = mark();
    while (true) {
      Mark now = mark();
      if (now.records() >= records
          || (since != null && now.nanos() - since.nanos() >= duration.toNanos())) {
        return now;
      }
      if (now.records() > progress.records()) {
        progress = now;
      } else if (now.nanos() - progress.nanos() > LONGEST_SILENCE.toNanos()) {
        throw new IOException(
            "The job must answer all %,d clicks: after %,d nothing came for %s"
                .formatted(backlog, now.records(), LONGEST_SILENCE));
      }
      stage.checkRunning();
      Thread.sleep(LOOK.toMillis());
    }
  }

  private Mark mark() throws IOException, InterruptedException {
    return new Mark(stage.kafka().offsets(workload.output().name()), System.nanoTime());
  }

  /**
   * @throws IOException where any recommendation is less than was wanted
   */
  static void checkScored(KafkaClient kafka) throws IOException, InterruptedException {
    try (KafkaClient.Reader reader = kafka.read(Topics.RECOMMENDATIONS.name())) {
      do {
        for (ConsumerRecord<byte[], byte[]> record : reader.poll(LOOK)) {
          Answer.read(record.value()).checkScored();
        }
      } while (!reader.isAtEnd());
    }
  }
}
