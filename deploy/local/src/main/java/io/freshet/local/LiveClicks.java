package io.freshet.local;

import io.freshet.local.Scoreboard.Place;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.RecommendationRequest;
import io.freshet.schemas.Topics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** The live clicks on their way, and what has come back. */
final class LiveClicks {
  private record Sent(ClickEvent click, Future<RecordMetadata> metadata) {}

  private static final int MOST_AT_ONCE = 1_000;
  private static final int ASKED_FOR = 100; // of the users known from the source alone
  private static final Duration LOOK = Duration.ofMillis(10);

  private final Domains past;
  private final Domains live;
  private final Pace pace;
  private final Screen screen;
  private final PlayedJob job;
  private final KafkaClient kafka;
  private final Interruption interruption;
  private final Scoreboard board = new Scoreboard();
  private final Queue<Sent> underWay = new ArrayDeque<>();
  private final Queue<ClickEvent> ofSource;
  private final Set<String> liveUsers = new HashSet<>();
  private final Set<String> models = new HashSet<>(); // that have answered
  private final Set<String> embeddings = new HashSet<>();

  /**
   * How live clicks come.
   *
   * @param clicksPerSecond how fast
   * @param limit when to stop, from the first
   */
  record Pace(double clicksPerSecond, Duration limit) {
    static final double AS_FAST_AS_IT_GOES = Double.POSITIVE_INFINITY;
    static final Duration NO_LIMIT = Duration.ofDays(365);
  }

  LiveClicks(
      Domains past,
      Domains live,
      Pace pace,
      Screen screen,
      PlayedJob job,
      Interruption interruption) {
    this.past = past;
    this.live = live;
    this.pace = pace;
    this.screen = screen;
    this.job = job;
    this.kafka = job.kafka();
    this.interruption = interruption;
    this.ofSource = new ArrayDeque<>(live.source().clicks());
  }

  /**
   * Sends clicks until there are no more, the pace's limit has come or somebody interrupts; returns
   * once those are answered, or at once where somebody does.
   */
  Summary play() throws Exception {
    past.target().clicks().forEach(board::past);
    screen.say("Playing %,d live clicks".formatted(live.target().clicks().size()));
    try (KafkaClient.Reader answers = kafka.read(Topics.RECOMMENDATIONS.name())) {
      sendAll(answers);
      askForUsersOfSourceAlone();
      kafka.flush();
      noteAppended();
      job.awaitRead(() -> interruption.asked() || isAnswered(answers));
      do {
        take(answers, LOOK);
      } while (!answers.isAtEnd());
    }
    noteAnnouncements();
    return board.summary(kafka.readAll(Topics.DEAD_LETTERS).size());
  }

  private void sendAll(KafkaClient.Reader answers) throws Exception {
    Iterator<ClickEvent> toSend = live.target().clicks().iterator();
    long start = System.nanoTime();
    long sent = 0;
    while (toSend.hasNext() && !interruption.asked()) {
      long elapsed = System.nanoTime() - start;
      if (elapsed >= pace.limit().toNanos()) {
        return;
      }
      double due = Math.min(pace.clicksPerSecond() * elapsed / 1e9, (double) sent + MOST_AT_ONCE);
      for (; sent < due && toSend.hasNext(); sent++) {
        ClickEvent click = toSend.next();
        sendOfSourceUntil(click.eventTime());
        liveUsers.add(click.userId());
        underWay.add(new Sent(click, kafka.send(Topics.CLICK_EVENTS, click)));
      }
      noteAppended();
      take(answers, pace.clicksPerSecond() == Pace.AS_FAST_AS_IT_GOES ? Duration.ZERO : LOOK);
    }
  }

  private void sendOfSourceUntil(Instant time) {
    while (!ofSource.isEmpty() && !ofSource.peek().eventTime().isAfter(time)) {
      Future<RecordMetadata> unused = kafka.send(Topics.SOURCE_CLICK_EVENTS, ofSource.remove());
    }
  }

  /** Once embeddings are in use: before that, all there is for these users is what is popular. */
  private void askForUsersOfSourceAlone() throws IOException {
    if (embeddings.isEmpty() || interruption.asked()) {
      return;
    }
    List<RecommendationRequest> requests =
        past.usersOfSourceAlone(liveUsers, ASKED_FOR).stream()
            .map(
                user ->
                    new RecommendationRequest(
                        "first-" + user, user, Instant.now(), List.of(), null, Map.of()))
            .toList();
    requests.forEach(request -> board.asked(request.requestId()));
    kafka.sendAll(Topics.RECOMMENDATION_REQUESTS, requests);
  }

  private boolean isAnswered(KafkaClient.Reader answers) throws IOException {
    take(answers, LOOK);
    return board.isComplete();
  }

  private void noteAppended() throws InterruptedException, IOException {
    while (!underWay.isEmpty() && underWay.peek().metadata().isDone()) {
      Sent sent = underWay.remove();
      try {
        RecordMetadata at = sent.metadata().get();
        board.clicked(sent.click(), new Place(at.partition(), at.offset()), at.timestamp());
      } catch (ExecutionException e) {
        throw new IOException("Cannot send a click: " + e.getCause().getMessage(), e);
      }
    }
  }

  private void take(KafkaClient.Reader answers, Duration wait) throws IOException {
    for (ConsumerRecord<byte[], byte[]> record : answers.poll(wait)) {
      Recommendation answer = kafka.decoded(Topics.RECOMMENDATIONS, record);
      sayWhenNew(answer.modelVersion(), models, "Model %s is in use");
      sayWhenNew(answer.embeddingVersion(), embeddings, "Embeddings %s are in use");
      if (answer.requestId() == null) {
        ClickEvent click = board.recommended(answer, record.timestamp());
        if (click != null) {
          screen.show(click.itemId(), answer);
        }
      } else {
        board.requested(answer, record.timestamp());
        screen.showFirstOfSourceAlone(answer);
      }
    }
  }

  private void sayWhenNew(String version, Set<String> known, String line) {
    if (version != null && known.add(version)) {
      screen.say(line.formatted(version));
    }
  }

  private void noteAnnouncements() throws IOException, InterruptedException {
    for (ConsumerRecord<byte[], byte[]> record : kafka.readAll(Topics.RELEASES.name())) {
      board.announced(kafka.decoded(Topics.RELEASES, record).version(), record.timestamp());
    }
  }
}
