package io.freshet.local;

import io.freshet.schemas.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.JobID;

/** The recommendation job that runs in this process, and the Kafka that it reads. */
record PlayedJob(KafkaClient kafka, LocalCluster cluster, JobID id) {
  static final String GROUP = "freshet";

  private static final Duration LOOK = Duration.ofMillis(10);
  private static final Duration LONGEST_SILENCE = Duration.ofMinutes(5);

  /**
   * Returns once a checkpoint says that the job has done with every click sent so far, or once
   * {@code isEnough}: a source that has nothing to read is ten seconds late to commit.
   */
  void awaitRead(Callable<Boolean> isEnough) throws Exception {
    long start = System.nanoTime();
    while (!isEnough.call() && !kafka.hasRead(GROUP, Topics.CLICK_EVENTS.name())) {
      cluster.checkRunning(id);
      if (System.nanoTime() - start > LONGEST_SILENCE.toNanos()) {
        throw new IOException(
            "The job must have read all clicks within %s, had not".formatted(LONGEST_SILENCE));
      }
      Thread.sleep(LOOK.toMillis());
    }
  }
}
