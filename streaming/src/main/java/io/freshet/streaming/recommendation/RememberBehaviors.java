package io.freshet.streaming.recommendation;

import io.freshet.model.Behavior;
import io.freshet.model.BehaviorSequence;
import io.freshet.model.KnownUser;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Recommendation.Trigger;
import io.freshet.schemas.RecommendationRequest;
import io.freshet.streaming.Metrics;
import io.freshet.streaming.Received;
import io.freshet.streaming.recommendation.RecommendationConfig.Candidates;
import io.freshet.streaming.recommendation.RecommendationConfig.Memory;
import io.freshet.streaming.recommendation.RecommendationConfig.Triggers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Remembers what each user did, and says when that calls for a recommendation.
 *
 * <p>State, by user: what is known of the user ({@link UserMemory}), forgotten when the user has
 * been silent for the time to live; requests that wait for a click, until they are answered; with a
 * minimum interval, when a click was answered last and the one to be answered next.
 */
final class RememberBehaviors
    extends KeyedBroadcastProcessFunction<String, UserEvent, ScoringInput, ScoringInput> {
  private static final long serialVersionUID = 1;

  private final Memory memory;
  private final Triggers triggers;
  private final Candidates candidates;

  private transient UserMemory remembered;
  private transient ListState<WaitingRequest> waitingRequests;
  private transient ValueState<Long> lastAnswers;
  private transient ValueState<HeldClick> heldClicks;
  private transient Counter late;
  private transient Counter repeated;

  RememberBehaviors(Memory memory, Triggers triggers, Candidates candidates) {
    this.memory = memory;
    this.triggers = triggers;
    this.candidates = candidates;
  }

  /** A request and until when it waits for the click that it names. */
  public record WaitingRequest(
      RecommendationRequest request, Trigger trigger, long deadlineMillis) {}

  /** A click that is answered once the minimum interval is over. */
  public record HeldClick(Trigger trigger, long timeMillis, Map<String, String> context) {}

  @Override
  public void open(OpenContext context) {
    remembered = new UserMemory(memory, getRuntimeContext()::getListState);
    lastAnswers = state("last-answer", Long.class);
    heldClicks = state("held-click", HeldClick.class);
    waitingRequests =
        getRuntimeContext()
            .getListState(
                new ListStateDescriptor<>(
                    "waiting-requests", TypeInformation.of(WaitingRequest.class)));
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    late = metrics.counter(Metrics.LATE);
    repeated = metrics.counter(Metrics.REPEATED);
  }

  private <T> ValueState<T> state(String name, Class<T> type) {
    ValueStateDescriptor<T> descriptor = new ValueStateDescriptor<>(name, TypeInformation.of(type));
    descriptor.enableTimeToLive(UserMemory.timeToLive(memory.timeToLive()));
    return getRuntimeContext().getState(descriptor);
  }

  @Override
  public void processElement(UserEvent event, ReadOnlyContext context, Collector<ScoringInput> out)
      throws Exception {
    if (event.click() != null) {
      remember(event.click(), context, out);
    } else {
      take(event.request(), context, out);
    }
  }

  /** News are for who scores, behind this in the same chain. */
  @Override
  public void processBroadcastElement(
      ScoringInput news, Context context, Collector<ScoringInput> out) {
    out.collect(news);
  }

  private void remember(
      Received<ClickEvent> received, ReadOnlyContext context, Collector<ScoringInput> out)
      throws Exception {
    ClickEvent click = received.value();
    if (click.eventTime().toEpochMilli() < context.timerService().currentWatermark()) {
      late.inc();
    }
    long now = context.timerService().currentProcessingTime();
    Behavior behavior = Behavior.of(click);
    UserMemory.Change change = remembered.remember(click.userId(), behavior, now);
    boolean isNew = change.isOfSequence(); // neither known nor too old
    if (!isNew && change.before().sequence().contains(behavior.eventId())) {
      repeated.inc();
    }
    if (isNew && triggers.answer(click.eventTime(), now)) {
      answerOrHold(
          new HeldClick(
              trigger(received, click.eventId()),
              click.eventTime().toEpochMilli(),
              click.context()),
          change.after(),
          context,
          out);
    }
    answerWaiting(
        waiting -> click.eventId().equals(waiting.request().afterEventId()), null, context, out);
  }

  private void take(
      Received<RecommendationRequest> received,
      ReadOnlyContext context,
      Collector<ScoringInput> out)
      throws Exception {
    RecommendationRequest request = received.value();
    Trigger trigger = trigger(received, request.requestId());
    KnownUser known = recall(context);
    if (request.afterEventId() == null || known.sequence().contains(request.afterEventId())) {
      out.collect(ScoringInput.of(task(request, trigger, null, known, context)));
      return;
    }
    long deadline =
        context.timerService().currentProcessingTime() + triggers.requestWait().toMillis();
    waitingRequests.add(new WaitingRequest(request, trigger, deadline));
    context.timerService().registerProcessingTimeTimer(deadline);
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<ScoringInput> out)
      throws Exception {
    HeldClick held = heldClicks.value();
    if (held != null) {
      heldClicks.clear(); // unless it is held once more
      answerOrHold(held, recall(context), context, out);
    }
    answerWaiting(
        waiting -> waiting.deadlineMillis() <= timestamp, Fallback.CLICK_NOT_SEEN, context, out);
  }

  private void answerOrHold(
      HeldClick click, KnownUser known, ReadOnlyContext context, Collector<ScoringInput> out)
      throws Exception {
    if (triggers.minInterval().isZero()) {
      answer(click, known, context, out);
      return;
    }
    long now = context.timerService().currentProcessingTime();
    Long last = lastAnswers.value();
    if (last == null || now - last >= triggers.minInterval().toMillis()) {
      lastAnswers.update(now);
      heldClicks.clear();
      answer(click, known, context, out);
    } else {
      heldClicks.update(click);
      context.timerService().registerProcessingTimeTimer(last + triggers.minInterval().toMillis());
    }
  }

  private void answer(
      HeldClick click, KnownUser known, ReadOnlyContext context, Collector<ScoringInput> out) {
    BehaviorSequence sequence = known.sequence();
    out.collect(
        ScoringInput.of(
            new ScoringTask(
                context.getCurrentKey(),
                null,
                sequence,
                known.seen().by(candidates::excludes),
                List.of(),
                click.trigger(),
                sequence.timeOfRecommendation(click.timeMillis()),
                click.context(),
                null)));
  }

  private void answerWaiting(
      Predicate<WaitingRequest> due,
      String fallback,
      ReadOnlyContext context,
      Collector<ScoringInput> out)
      throws Exception {
    List<WaitingRequest> stillWaiting = new ArrayList<>();
    boolean answered = false;
    for (WaitingRequest waiting : waitingRequests.get()) {
      if (due.test(waiting)) {
        out.collect(
            ScoringInput.of(
                task(waiting.request(), waiting.trigger(), fallback, recall(context), context)));
        answered = true;
      } else {
        stillWaiting.add(waiting);
      }
    }
    if (answered) {
      waitingRequests.update(stillWaiting);
    }
  }

  private ScoringTask task(
      RecommendationRequest request,
      Trigger trigger,
      String fallback,
      KnownUser known,
      ReadOnlyContext context) {
    BehaviorSequence sequence = known.sequence();
    return new ScoringTask(
        context.getCurrentKey(),
        request.requestId(),
        sequence,
        request.candidates().isEmpty() ? known.seen().by(candidates::excludes) : Set.of(),
        request.candidates(),
        trigger,
        sequence.timeOfRecommendation(request.requestedAt().toEpochMilli()),
        request.context(),
        fallback);
  }

  private KnownUser recall(ReadOnlyContext context) throws Exception {
    return remembered.recall(
        context.getCurrentKey(), context.timerService().currentProcessingTime());
  }

  private static Trigger trigger(Received<?> received, String eventId) {
    return new Trigger(received.topic(), received.partition(), received.offset(), eventId);
  }
}
