package io.freshet.streaming.embedding;

import io.freshet.schemas.Release;
import io.freshet.streaming.Metrics;
import io.freshet.streaming.embedding.EmbeddingRound.Outcome;
import io.freshet.streaming.rounds.Rounds;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Gathers the parts of a round and finishes it: fine-tunes, validates, and announces what is
 * released.
 *
 * <p>One subtask, no state: what a failure finds here is lost, and prepared again. A later round's
 * part ends the gathering of one before, whose parts may still come after a failure; a round that
 * is whole while another is finished waits for it, the newest one only.
 */
final class FinishEmbeddings extends AbstractStreamOperator<Release>
    implements OneInputStreamOperator<RoundPart, Release>, BoundedOneInput {
  private static final long serialVersionUID = 1;

  private final EmbeddingRound round;
  private final int threads;
  private final boolean once;

  private transient long number; // of the newest round that has been heard of
  private transient Gathered gathered; // of that round; null once it is whole
  private transient Gathered waiting;
  private transient Rounds<Outcome> rounds;
  private transient Counter worse;
  private transient double validationRecall;

  FinishEmbeddings(EmbeddingRound round, int threads, boolean once) {
    this.round = round;
    this.threads = threads;
    this.once = once;
  }

  @Override
  public void open() throws Exception {
    validationRecall = Double.NaN;
    worse = getMetricGroup().counter(Metrics.WORSE_ROUNDS);
    getMetricGroup().gauge(Metrics.VALIDATION_RECALL, () -> validationRecall);
    rounds = new Rounds<>("finish embeddings", threads, this, this::finished, this::startWaiting);
  }

  @Override
  public void processElement(StreamRecord<RoundPart> record) {
    RoundPart part = record.getValue();
    if (part.round() > number) {
      number = part.round();
      gathered = new Gathered(part.parts());
    }
    if (part.round() < number || gathered == null) {
      return;
    }
    gathered.add(part);
    if (gathered.isWhole()) {
      waiting = gathered;
      gathered = null;
      if (!rounds.isUnderWay()) {
        startWaiting();
      }
    }
  }

  private void startWaiting() {
    if (waiting != null) {
      Gathered whole = waiting;
      waiting = null;
      rounds.start(
          (scratch, stopped) ->
              round.finish(whole.material(), whole.vectors(), whole.current(), scratch, stopped));
    }
  }

  private void finished(Outcome outcome) {
    validationRecall = outcome.validationRecall();
    if (outcome.release() == null) {
      worse.inc();
    } else {
      output.collect(new StreamRecord<>(outcome.release()));
    }
  }

  /** The one round of a job that ends with its input, and with the round where that fails. */
  @Override
  public void endInput() throws Exception {
    if (once) {
      rounds.await();
    }
  }

  @Override
  public void close() throws Exception {
    if (rounds != null) {
      rounds.close();
    }
    super.close();
  }
}
