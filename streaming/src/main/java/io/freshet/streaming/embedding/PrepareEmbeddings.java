package io.freshet.streaming.embedding;

import io.freshet.model.pcrec.EmbeddingRelease;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Release;
import io.freshet.streaming.DeviceOptions;
import io.freshet.streaming.SubtaskDevice;
import io.freshet.streaming.embedding.EmbeddingJobConfig.Schedule;
import io.freshet.streaming.embedding.EmbeddingRound.Prepared;
import io.freshet.streaming.embedding.RoundPart.ToEncode;
import io.freshet.streaming.rounds.KeptRecords;
import io.freshet.streaming.rounds.Rounds;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the newest clicks of both domains, and now and then prepares a round from them: builds the
 * graphs, pre-trains the encoder, and sends on what is to be encoded, a chunk at a time.
 *
 * <p>One subtask, one key. State: chunks of clicks; the release to go on from; the number of the
 * last round; how many clicks no round has learnt from. The clicks of a round are among those until
 * its release is heard of on the topic, so that a failure anywhere loses the round and not that it
 * was due.
 */
final class PrepareEmbeddings extends AbstractStreamOperator<RoundPart>
    implements OneInputStreamOperator<EdgeNews, RoundPart>, BoundedOneInput {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(PrepareEmbeddings.class);

  /** The key of all news. */
  static final int KEY = 0;

  static final int BYTES_IN_PIECE = 256 * 1024;

  private final Schedule schedule;
  private final EmbeddingRound round;
  private final Release initial;
  private final DeviceOptions options;

  private transient KeptRecords<ClickEvent> source;
  private transient KeptRecords<ClickEvent> target;
  private transient ValueState<Release> announcedState;
  private transient ValueState<Long> newClicksState;
  private transient ValueState<Long> numberState;
  private transient boolean restored;

  private transient Release announced;
  private transient long number;
  private transient long newClicks;
  private transient long clicksInRound;
  private transient long clicksHandedOn; // in the last round, whose release has not been heard of
  private transient SubtaskDevice device;
  private transient Rounds<Integer> rounds;

  /**
   * @param initial what to go on from when there is no state; null for none
   */
  PrepareEmbeddings(
      Schedule schedule, EmbeddingRound round, Release initial, DeviceOptions options) {
    this.schedule = schedule;
    this.round = round;
    this.initial = initial;
    this.options = options;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    KeyedStateStore store = context.getKeyedStateStore();
    source = KeptRecords.ofClicks(store, "source", schedule.edgesMax());
    target = KeptRecords.ofClicks(store, "target", schedule.edgesMax());
    announcedState =
        store.getState(new ValueStateDescriptor<>("announced", TypeInformation.of(Release.class)));
    newClicksState = store.getState(new ValueStateDescriptor<>("new clicks", Types.LONG));
    numberState = store.getState(new ValueStateDescriptor<>("number", Types.LONG));
    restored = context.isRestored();
  }

  @Override
  public void open() throws Exception {
    setCurrentKey(KEY); // the only one, so for good
    source.restore();
    target.restore();
    announced = restored ? announcedState.value() : initial;
    newClicks = orZero(newClicksState.value());
    number = orZero(numberState.value());
    device = options.of(getRuntimeContext().getTaskInfo(), getMetricGroup());
    rounds = new Rounds<>("prepare embeddings", schedule.threads(), this, this::handedOn);
    if (!schedule.once()) {
      rounds.every(schedule.interval(), this::startRoundIfDue);
    }
  }

  private static long orZero(Long value) {
    return value == null ? 0 : value;
  }

  private void startRoundIfDue() {
    if (newClicks > 0) {
      startRound();
    }
  }

  @Override
  public void processElement(StreamRecord<EdgeNews> record) {
    EdgeNews news = record.getValue();
    if (news.source() != null) {
      source.add(news.source());
      newClicks++;
    } else if (news.target() != null) {
      target.add(news.target());
      newClicks++;
    } else {
      Release before = announced;
      announced = EmbeddingRelease.newest(before, news.release());
      clicksHandedOn = Objects.equals(announced, before) ? clicksHandedOn : 0;
    }
  }

  private void startRound() {
    number++;
    clicksInRound = newClicks;
    LOG.info(
        "Preparing round {} from {} clicks of the source and {} of the target, going on from {}",
        number,
        source.size(),
        target.size(),
        Release.versionOf(announced));
    long started = number;
    Release current = announced;
    Supplier<List<ClickEvent>> ofSource = source.newest();
    Supplier<List<ClickEvent>> ofTarget = target.newest();
    rounds.start(
        (Path scratch, BooleanSupplier stopped) ->
            handOn(
                started,
                device.run(
                    where ->
                        round.prepare(
                            ofSource.get(), ofTarget.get(), current, where, scratch, stopped))));
  }

  /** Called by the round's thread. Returns how many parts the round has. */
  private int handOn(long started, Prepared prepared) throws InterruptedException {
    byte[] material = prepared.material();
    int pieces = (material.length + BYTES_IN_PIECE - 1) / BYTES_IN_PIECE;
    int parts = pieces + prepared.chunks();
    for (int piece = 0; piece < pieces; piece++) {
      int from = piece * BYTES_IN_PIECE;
      byte[] bytes =
          Arrays.copyOfRange(material, from, Math.min(material.length, from + BYTES_IN_PIECE));
      pass(new RoundPart(started, piece, parts, bytes, null, null, null));
    }
    for (int chunk = 0; chunk < prepared.chunks(); chunk++) {
      ToEncode nodes = new ToEncode(prepared.encoder(), prepared.networks().apply(chunk));
      pass(new RoundPart(started, pieces + chunk, parts, null, nodes, null, null));
    }
    return parts;
  }

  private void pass(RoundPart part) throws InterruptedException {
    rounds.pass(() -> output.collect(new StreamRecord<>(part)));
  }

  private void handedOn(int parts) {
    newClicks -= clicksInRound;
    clicksHandedOn = clicksInRound;
  }

  /** The one round of a job that ends with its input, and with the round where that fails. */
  @Override
  public void endInput() throws Exception {
    if (schedule.once()) {
      startRound();
      rounds.await();
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    source.keep();
    target.keep();
    announcedState.update(announced);
    newClicksState.update(newClicks + clicksHandedOn);
    numberState.update(number);
  }

  @Override
  public void close() throws Exception {
    if (rounds != null) {
      rounds.close();
    }
    super.close();
  }
}
