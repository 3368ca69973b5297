package io.freshet.streaming.embedding;

import io.freshet.model.pcrec.EmbeddingRelease;
import io.freshet.schemas.Release;
import io.freshet.streaming.Metrics;
import io.freshet.streaming.Received;
import io.freshet.streaming.embedding.EmbeddingRound.Outcome;
import io.freshet.streaming.rounds.Rounds;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers the parts of a round and finishes it: fine-tunes, validates against the release announced
 * last, and announces what is released. Where another was announced meanwhile, or that one
 * withdrawn, that word stands and the round comes to nothing.
 *
 * <p>One subtask. State: the release announced last. What a failure finds of a round is lost, and
 * prepared again. A later round's part ends the gathering of one before, whose parts may still come
 * after a failure; a round that is whole while another is finished waits for it, the newest one
 * only.
 */
final class FinishEmbeddings extends AbstractStreamOperator<Release>
    implements TwoInputStreamOperator<RoundPart, Received<Release>, Release>, BoundedMultiInput {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(FinishEmbeddings.class);
  private static final int PARTS = 1;

  private final EmbeddingRound round;
  private final Release initial;
  private final int threads;
  private final boolean once;

  private transient ListState<Release> announcedState; // one, or none

  private transient Release announced;
  private transient Release heldAgainst; // by the round that is finished
  private transient long number; // of the newest round that has been heard of
  private transient Gathered gathered; // of that round; null once it is whole
  private transient Gathered waiting;
  private transient Rounds<Outcome> rounds;
  private transient Counter worse;
  private transient Counter overtaken;
  private transient double validationRecall;

  /**
   * @param initial what stands announced when there is no state; null for none
   */
  FinishEmbeddings(EmbeddingRound round, Release initial, int threads, boolean once) {
    this.round = round;
    this.initial = initial;
    this.threads = threads;
    this.once = once;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    announcedState =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>("announced", TypeInformation.of(Release.class)));
    announced = initial;
    if (context.isRestored()) {
      announced = null;
      announcedState.get().forEach(release -> announced = release);
    }
  }

  @Override
  public void open() throws Exception {
    validationRecall = Double.NaN;
    worse = getMetricGroup().counter(Metrics.WORSE_ROUNDS);
    overtaken = getMetricGroup().counter(Metrics.OVERTAKEN_ROUNDS);
    getMetricGroup().gauge(Metrics.VALIDATION_RECALL, () -> validationRecall);
    rounds = new Rounds<>("finish embeddings", threads, this, this::finished, this::startWaiting);
  }

  @Override
  public void processElement1(StreamRecord<RoundPart> record) {
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

  @Override
  public void processElement2(StreamRecord<Received<Release>> record) {
    announced = EmbeddingRelease.newest(announced, record.getValue().value());
  }

  private void startWaiting() {
    if (waiting != null) {
      Gathered whole = waiting;
      waiting = null;
      Release current = announced;
      heldAgainst = current;
      rounds.start(
          (scratch, stopped) ->
              round.finish(whole.material(), whole.vectors(), current, scratch, stopped));
    }
  }

  private void finished(Outcome outcome) {
    validationRecall = outcome.validationRecall();
    if (!Objects.equals(announced, heldAgainst)) {
      overtaken.inc();
      LOG.warn(
          "Nothing comes of what was held against {}: meanwhile {} was announced",
          Release.versionOf(heldAgainst),
          Release.versionOf(announced));
    } else if (outcome.release() == null) {
      worse.inc();
    } else {
      announced = outcome.release();
      output.collect(new StreamRecord<>(announced));
    }
  }

  /** The one round of a job that ends with its input, and with the round where that fails. */
  @Override
  public void endInput(int input) throws Exception {
    if (once && input == PARTS) {
      rounds.await();
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    announcedState.update(announced == null ? List.of() : List.of(announced));
  }

  @Override
  public void close() throws Exception {
    if (rounds != null) {
      rounds.close();
    }
    super.close();
  }
}
