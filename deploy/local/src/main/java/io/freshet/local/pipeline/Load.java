package io.freshet.local.pipeline;

import io.freshet.local.KafkaClient;
import io.freshet.schemas.Topics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Open-loop load: clicks that come when they come, whatever has become of those before, and how
 * long each of them took from when it should have been sent. The gaps between them are those of
 * independent users: exponential.
 *
 * <p>Times are those of this machine's clock, which is the broker's too. The broker notes an append
 * by the millisecond; it counts as at that millisecond's end.
 */
final class Load {
  private static final long MICROS_AHEAD = 200_000; // until the first click
  private static final int DIGITS = 3;

  private final String name;
  private final long[] dueMicros;
  private final BitSet answered = new BitSet();
  private final Set<String> versions = new HashSet<>();
  private final Histogram appended = new Histogram(DIGITS);
  private final Histogram committed = new Histogram(DIGITS);

  /**
   * @param name no two loads of a job have the same
   * @param dueMicros when each click is to be sent, in microseconds since 1970
   */
  Load(String name, long... dueMicros) {
    this.name = name;
    this.dueMicros = dueMicros;
  }

  /** Returns the load of independent users that begins now. */
  static Load startingNow(
      String name, double clicksPerSecond, Duration duration, SplittableRandom random) {
    long[] dueMicros = new long[(int) Math.max(1, clicksPerSecond * duration.toNanos() / 1e9)];
    double due = nowMicros() + MICROS_AHEAD;
    for (int i = 0; i < dueMicros.length; i++) {
      due -= Math.log1p(-random.nextDouble()) / clicksPerSecond * 1e6;
      dueMicros[i] = (long) due;
    }
    return new Load(name, dueMicros);
  }

  static long nowMicros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  int clicks() {
    return dueMicros.length;
  }

  /**
   * Returns what sends the clicks, and tells how much later than due it sent the latest, in
   * microseconds.
   */
  Callable<Long> sender(KafkaClient kafka, Traffic traffic, SplittableRandom random) {
    return () -> {
      long latest = 0;
      for (int i = 0; i < dueMicros.length; i++) {
        Instant due = Instant.EPOCH.plus(dueMicros[i], ChronoUnit.MICROS);
        awaitMicros(dueMicros[i]);
        latest = Math.max(latest, nowMicros() - dueMicros[i]);
        var unused =
            kafka.send(
                Topics.CLICK_EVENTS,
                traffic.live(name + "-" + i, due.truncatedTo(ChronoUnit.MILLIS), random));
      }
      kafka.flush();
      return latest;
    };
  }

  private static void awaitMicros(long due) throws InterruptedException {
    for (long left = due - nowMicros(); left > 0; left = due - nowMicros()) {
      LockSupport.parkNanos(left * 1_000);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  /**
   * Takes note of an answer; one to a click of another load is nothing new.
   *
   * @param receivedMicros when a consumer that reads committed records had it
   */
  void take(Answer answer, long appendedMillis, long receivedMicros) throws IOException {
    String eventId = answer.trigger().eventId();
    if (!eventId.startsWith(name + "-")) {
      return;
    }
    answer.checkScored();
    int click = Integer.parseInt(eventId.substring(name.length() + 1));
    if (answered.get(click)) {
      throw new IOException("A click must be answered once: there are two answers to " + eventId);
    }
    answered.set(click);
    versions.add(answer.modelVersion() + " with " + answer.embeddingVersion());
    appended.recordValue(Math.max(0, appendedMillis * 1_000 + 999 - dueMicros[click]));
    committed.recordValue(Math.max(0, receivedMicros - dueMicros[click]));
  }

  /** Returns how many clicks have been answered. */
  int answered() {
    return answered.cardinality();
  }

  /** Returns how many pairs of a model and of embeddings the answers were made with. */
  int versions() {
    return versions.size();
  }

  /** From when clicks should have been sent to the appends of their answers, in microseconds. */
  Histogram appended() {
    return appended;
  }

  /** The same to their receipt. */
  Histogram committed() {
    return committed;
  }
}
