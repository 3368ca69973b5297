package io.freshet.local;

import io.freshet.local.Scoreboard.Place;
import io.freshet.model.bst.BstRelease;
import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.Recommendation;
import io.freshet.schemas.RecommendationRequest;
import io.freshet.schemas.Release;
import io.freshet.schemas.Topics;
import io.freshet.streaming.AvroTopics;
import io.freshet.streaming.Setting;
import io.freshet.streaming.recommendation.RecommendationConfig;
import io.freshet.streaming.recommendation.RecommendationJob;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Plays clicks through a broker and the job, in one process: first the past, which is remembered
 * and not answered, then the rest as live clicks.
 */
final class Playing {
  static final double AS_FAST_AS_IT_GOES = Double.POSITIVE_INFINITY;
  static final Duration NO_LIMIT = Duration.ofDays(365);

  private static final int PARTITIONS = 4;
  private static final int SLOTS = 2;
  private static final int MOST_AT_ONCE = 1_000;
  private static final String GROUP = "freshet";
  private static final Duration LOOK = Duration.ofMillis(10);
  private static final Duration LONGEST_SILENCE = Duration.ofMinutes(5);
  private static final int ASKED_FOR = 100; // of the users known from the source alone

  private final Domains past;
  private final Domains live;
  private final Instant liveFrom;
  private final double clicksPerSecond;
  private final Duration limit;
  private final Screen screen;

  /**
   * @param clicksPerSecond how fast live clicks come
   * @param limit when to stop, from the first live click
   */
  Playing(
      Domains domains, Instant liveFrom, double clicksPerSecond, Duration limit, Screen screen) {
    this.past = domains.before(liveFrom);
    this.live = domains.from(liveFrom);
    this.liveFrom = liveFrom;
    this.clicksPerSecond = clicksPerSecond;
    this.limit = limit;
    this.screen = screen;
  }

  /**
   * Makes sure that the job can run with {@code options}, before anything takes time.
   *
   * @throws IllegalArgumentException where it cannot; says which option and what is allowed
   */
  void check(JobOptions options) {
    RecommendationConfig.of(settings("checked:1", options.settings()));
    checkFree(options.kafkaPort());
  }

  private static void checkFree(int port) {
    try {
      new ServerSocket(port).close();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--kafka-port must be free, %d is not: %s".formatted(port, e.getMessage()), e);
    }
  }

  /**
   * Starts everything, plays, and stops everything.
   *
   * @param release directory of the release to score with first
   * @param beside what else runs, from the end of the past on
   * @param work for what broker and cluster keep meanwhile
   */
  Summary run(
      Path release, JobOptions options, List<SideJob> beside, Path work, Interruption interruption)
      throws Exception {
    check(options);
    Release announced = BstRelease.describe(release, release.toAbsolutePath().toUri().toString());
    try (EmbeddedBroker broker = EmbeddedBroker.start(options.kafkaPort(), PARTITIONS);
        KafkaClient kafka = new KafkaClient(broker.bootstrapServers(), avro(options))) {
      screen.say("Kafka broker at " + broker.bootstrapServers());
      tellThePast(kafka, announced);
      try (LocalCluster cluster = LocalCluster.start(1, SLOTS + beside.size(), work)) {
        screen.say("Flink web page at " + cluster.webAddress());
        JobID job = submit(cluster, broker, options.settings());
        screen.say("Reading %,d clicks as history".formatted(past.target().clicks().size()));
        awaitRead(kafka, cluster, job, interruption::asked);
        if (interruption.asked()) {
          throw new CancellationException("Interrupted before the first live click");
        }
        List<JobID> others = new ArrayList<>();
        for (SideJob other : beside) {
          others.add(other.submit(cluster, kafka(broker.bootstrapServers(), options.settings())));
        }
        Summary summary = new Live(kafka, interruption).play(cluster, job);
        cluster.cancel(job);
        for (JobID other : others) {
          end(cluster, other);
        }
        return summary;
      }
    }
  }

  private AvroTopics avro(JobOptions options) {
    return RecommendationConfig.of(settings("checked:1", options.settings())).kafka().avro();
  }

  /** Returns what the user has said of how Kafka's topics are written, for all jobs alike. */
  private static Map<String, String> kafka(String bootstrapServers, Map<String, String> given) {
    Map<String, String> settings = new HashMap<>(given);
    settings.keySet().retainAll(AvroTopics.SETTINGS.stream().map(Setting::name).toList());
    settings.put("freshet.kafka.bootstrap-servers", bootstrapServers);
    return settings;
  }

  private void tellThePast(KafkaClient kafka, Release release) throws IOException {
    kafka.sendAll(Topics.ITEMS, past.target().items());
    kafka.sendAll(Topics.RELEASES, List.of(release));
    kafka.sendAll(Topics.CLICK_EVENTS, past.target().clicks());
    kafka.sendAll(Topics.SOURCE_CLICK_EVENTS, past.source().clicks());
  }

  private JobID submit(LocalCluster cluster, EmbeddedBroker broker, Map<String, String> given)
      throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(SLOTS);
    RecommendationJob.define(
        env, RecommendationConfig.of(settings(broker.bootstrapServers(), given)));
    return cluster.submit(env, "recommendation");
  }

  /** What the demo needs goes first, then what the user has said, then the job's own defaults. */
  private Map<String, String> settings(String bootstrapServers, Map<String, String> given) {
    Map<String, String> settings = new HashMap<>(given);
    settings.putIfAbsent("freshet.checkpoint.interval", "2 s");
    settings.put("freshet.kafka.bootstrap-servers", bootstrapServers);
    settings.put("freshet.kafka.group-id", GROUP);
    settings.put("freshet.trigger.from", liveFrom.toString());
    return settings;
  }

  /**
   * Returns once a checkpoint says that the job has done with every click sent so far, or once
   * {@code isEnough}: a source that has nothing to read is ten seconds late to commit.
   */
  private static void awaitRead(
      KafkaClient kafka, LocalCluster cluster, JobID job, Callable<Boolean> isEnough)
      throws Exception {
    long start = System.nanoTime();
    while (!isEnough.call() && !kafka.hasRead(GROUP, Topics.CLICK_EVENTS.name())) {
      checkRunning(cluster, job);
      if (System.nanoTime() - start > LONGEST_SILENCE.toNanos()) {
        throw new IOException(
            "The job must have read all clicks within %s, had not".formatted(LONGEST_SILENCE));
      }
      Thread.sleep(LOOK.toMillis());
    }
  }

  /** One that has come to its own end has done so well. */
  private static void end(LocalCluster cluster, JobID other) throws Exception {
    if (cluster.status(other).isGloballyTerminalState()) {
      cluster.await(other);
    } else {
      cluster.cancel(other);
    }
  }

  private static void checkRunning(LocalCluster cluster, JobID job) throws Exception {
    JobStatus status = cluster.status(job);
    if (status.isGloballyTerminalState()) {
      cluster.await(job);
      throw new IOException("The job must be running, is " + status);
    }
  }

  /** The live clicks on their way, and what has come back. */
  private final class Live {
    private record Sent(ClickEvent click, Future<RecordMetadata> metadata) {}

    private final KafkaClient kafka;
    private final Interruption interruption;
    private final Scoreboard board = new Scoreboard();
    private final Queue<Sent> underWay = new ArrayDeque<>();
    private final Queue<ClickEvent> ofSource = new ArrayDeque<>(live.source().clicks());
    private String embeddings;

    Live(KafkaClient kafka, Interruption interruption) {
      this.kafka = kafka;
      this.interruption = interruption;
    }

    Summary play(LocalCluster cluster, JobID job) throws Exception {
      past.target().clicks().forEach(board::past);
      screen.say("Playing %,d live clicks".formatted(live.target().clicks().size()));
      try (KafkaClient.Reader answers = kafka.read(Topics.RECOMMENDATIONS.name())) {
        sendAll(answers);
        askForUsersOfSourceAlone();
        kafka.flush();
        noteAppended();
        awaitRead(kafka, cluster, job, () -> interruption.asked() || isAnswered(answers));
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
        if (elapsed >= limit.toNanos()) {
          return;
        }
        double due = Math.min(clicksPerSecond * elapsed / 1e9, (double) sent + MOST_AT_ONCE);
        for (; sent < due && toSend.hasNext(); sent++) {
          ClickEvent click = toSend.next();
          sendOfSourceUntil(click.eventTime());
          underWay.add(new Sent(click, kafka.send(Topics.CLICK_EVENTS, click)));
        }
        noteAppended();
        take(answers, clicksPerSecond == AS_FAST_AS_IT_GOES ? Duration.ZERO : LOOK);
      }
    }

    private void sendOfSourceUntil(Instant time) {
      while (!ofSource.isEmpty() && !ofSource.peek().eventTime().isAfter(time)) {
        Future<RecordMetadata> unused = kafka.send(Topics.SOURCE_CLICK_EVENTS, ofSource.remove());
      }
    }

    /** Once embeddings are in use: before that, all there is for these users is what is popular. */
    private void askForUsersOfSourceAlone() throws IOException {
      if (embeddings == null || interruption.asked()) {
        return;
      }
      List<RecommendationRequest> requests =
          past.usersOfSourceAlone(ASKED_FOR).stream()
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
        sayWhenNew(answer.embeddingVersion());
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

    private void sayWhenNew(String version) {
      if (version != null && !version.equals(embeddings)) {
        embeddings = version;
        screen.say("Embeddings " + version + " are in use");
      }
    }

    private void noteAnnouncements() throws IOException, InterruptedException {
      for (ConsumerRecord<byte[], byte[]> record : kafka.readAll(Topics.RELEASES.name())) {
        board.announced(kafka.decoded(Topics.RELEASES, record).version(), record.timestamp());
      }
    }
  }
}
