package io.freshet.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import io.freshet.schemas.ClickEvent;
import io.freshet.schemas.DeadLetter;
import io.freshet.schemas.Item;
import io.freshet.schemas.Topic;
import io.freshet.schemas.Topics;
import io.freshet.streaming.KafkaEdge;
import io.freshet.streaming.Received;
import io.freshet.streaming.TopicContents;
import io.freshet.streaming.recommendation.RecommendationConfig;
import io.freshet.streaming.recommendation.RecommendationJob;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The edge between a job and a real broker. */
@Timeout(30)
class KafkaEdgeIT {
  private static final String GROUP = "edge";
  private static final byte[] KEY = "any".getBytes(UTF_8);
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Instant NOON = Instant.parse("2025-11-23T12:00:00Z");
  private static final Duration OUT_OF_ORDERNESS = Duration.ofSeconds(10); // the default

  private static final BlockingQueue<Received<?>> VALUES = new LinkedBlockingQueue<>();
  private static final BlockingQueue<DeadLetter> LETTERS = new LinkedBlockingQueue<>();
  private static final BlockingQueue<Instant> WATERMARKS = new LinkedBlockingQueue<>();

  @TempDir private static Path work;
  private static EmbeddedBroker broker;
  private static LocalCluster cluster;
  private static Admin admin;
  private static KafkaProducer<byte[], byte[]> producer;

  private final StreamExecutionEnvironment env =
      StreamExecutionEnvironment.getExecutionEnvironment(
          new Configuration().set(RestartStrategyOptions.RESTART_STRATEGY, "none"));
  private final List<JobID> jobs = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.start(0, 2);
    cluster = LocalCluster.start(1, 2, work);
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    producer = producer("client.id", "test");
    send(Topics.ITEMS, 0, ITEM);
    send(Topics.RELEASES, 0, RELEASE);
  }

  @AfterAll
  static void stop() throws Exception {
    producer.close();
    admin.close();
    cluster.close();
    broker.close();
  }

  @BeforeEach
  void forget() {
    VALUES.clear();
    LETTERS.clear();
    WATERMARKS.clear();
  }

  @AfterEach
  void cancel() throws Exception {
    for (JobID job : jobs) {
      if (!cluster.status(job).isGloballyTerminalState()) {
        cluster.cancel(job);
      }
    }
  }

  @Test
  void deadLettersGoAsideAndValuesOn() throws Exception {
    Topic<ClickEvent> clicks = clicks("parted", 1);
    Topic<Item> items = items("parted-items");
    send(clicks, 0, click("ann", NOON));
    send(clicks, 0, "no click");
    send(clicks, 0, click("bob", NOON));
    send(items, 0, "no item");
    KafkaEdge kafka = edge("earliest");

    read(kafka, clicks);
    read(kafka, items);
    collect(kafka.deadLetters());
    submit();

    assertThat(next(VALUES).offset()).isZero();
    assertThat(next(VALUES).offset()).isEqualTo(2);
    assertThat(List.of(next(LETTERS), next(LETTERS)))
        .extracting(letter -> new String(letter.value(), UTF_8))
        .containsExactlyInAnyOrder("no click", "no item");
    assertThat(VALUES).isEmpty();
    assertThat(LETTERS).isEmpty();
  }

  @Test
  void watermarkIsThatOfThePartitionFurthestBehind() throws Exception {
    Topic<ClickEvent> clicks = clicks("apart", 2);
    send(clicks, 0, click("ann", NOON.plusSeconds(3_600)));
    send(clicks, 1, click("bob", NOON));

    read(edge("earliest"), clicks);
    submit();

    assertThat(next(WATERMARKS)).isEqualTo(watermarkOf(NOON));
  }

  @Test
  void silentPartitionHoldsNoWatermarkBack() throws Exception {
    Topic<ClickEvent> clicks = clicks("silent", 2);
    Instant later = NOON.plusSeconds(3_600);
    send(clicks, 1, click("bob", NOON));

    read(edge("earliest", "freshet.events.idle-timeout", "200 ms"), clicks);
    submit();

    while (!Objects.equals(poll(WATERMARKS), watermarkOf(later))) {
      send(clicks, 0, click("ann", later));
    }
  }

  @Test
  void partitionOfDeadLettersHoldsNoWatermarkBack() throws Exception {
    Topic<ClickEvent> clicks = clicks("unreadable", 2);

    read(edge("earliest", "freshet.events.idle-timeout", "200 ms"), clicks);
    submit();

    while (!Objects.equals(poll(WATERMARKS), watermarkOf(NOON))) {
      send(clicks, 0, click("ann", NOON));
      send(clicks, 1, "no click");
    }
  }

  @ParameterizedTest
  @CsvSource({"earliest, old0", "committed, old2", "latest, new"})
  void clicksAreReadFromWhereTheStartSays(String start, String firstUser) throws Exception {
    Topic<ClickEvent> clicks = clicks("start-at-" + start, 1);
    for (int i = 0; i < 4; i++) {
      send(clicks, 0, click("old" + i, NOON));
    }
    commit(clicks, 2);

    read(edge(start), clicks);
    submit();

    Received<?> first = null;
    while (first == null) {
      send(clicks, 0, click("new", NOON));
      first = poll(VALUES);
    }
    assertThat(((ClickEvent) first.value()).userId()).isEqualTo(firstUser);
  }

  @Test
  void clicksAreReadFromTheEarliestWhereNothingIsCommitted() throws Exception {
    Topic<ClickEvent> clicks = clicks("never-read", 1);
    send(clicks, 0, click("ann", NOON));

    read(edge("committed"), clicks);
    submit();

    assertThat(next(VALUES).offset()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"earliest", "committed", "latest"})
  void whatIsCompactedIsReadFromTheEarliestWhateverTheStartSays(String start) throws Exception {
    KafkaEdge kafka = edge(start);
    env.setParallelism(2);
    for (Topic<?> topic : List.of(Topics.ITEMS, Topics.RELEASES)) {
      commit(topic, 1);
      assertThat(read(kafka, topic).getParallelism()).as("one reader keeps the order").isOne();
    }
    submit();

    assertThat(List.of(next(VALUES), next(VALUES)))
        .extracting(Received::topic, Received::offset)
        .containsExactlyInAnyOrder(tuple("items", 0L), tuple("releases", 0L));
  }

  @Test
  void lookUpEndsWhereReadingGoesOn() throws Exception {
    Topic<Item> items = items("looked-up");
    send(items, 0, ITEM);
    send(items, 0, "no item");
    commit(items, 1);
    KafkaEdge kafka = edge("earliest");

    TopicContents<Item> contents = kafka.contents(items);
    send(items, 0, "{\"item_id\":\"i2\"}");
    collect(kafka.read(items, contents.end()));
    submit();

    assertThat(contents.values()).extracting(Item::itemId).containsExactly("i1");
    assertThat(next(VALUES).offset()).isEqualTo(2);
  }

  @Test
  void topicThatDoesNotExistIsLookedUpAsEmpty() throws Exception {
    Topic<Item> nowhere = new Topic<>("nowhere", Item.class, null, null, null);

    assertThat(edge("earliest").contents(nowhere).values()).isEmpty();
  }

  @Test
  void jobThatNeedsAReleaseDoesNotStartWithoutOne() {
    RecommendationConfig config = config("latest", "freshet.release.on-missing", "fail");

    assertThatIllegalStateException()
        .isThrownBy(() -> RecommendationJob.define(env, config))
        .withMessage(
            "Cannot start without a release: topic releases has none, and"
                + " freshet.release.on-missing is 'fail'; announce one first");
  }

  @Test
  void whatWasNeverCommittedIsNeitherReadNorLookedUp() throws Exception {
    Topic<Item> items = items("uncommitted");
    try (KafkaProducer<byte[], byte[]> transactional = producer("transactional.id", "t1")) {
      transactional.initTransactions();
      transactional.beginTransaction();
      transactional.send(record(items, 0, "{\"item_id\":\"aborted\"}")).get();
      transactional.abortTransaction();
    }
    send(items, 0, ITEM);
    KafkaEdge kafka = edge("earliest");

    read(kafka, items);
    submit();

    assertThat(kafka.contents(items).values()).extracting(Item::itemId).containsExactly("i1");
    assertThat(next(VALUES).value()).extracting("itemId").isEqualTo("i1");
  }

  /** On topics that let the producer's clock stand, as topics without LogAppendTime do. */
  @Test
  void sinksLeaveTheTimeOfARecordToKafka() throws Exception {
    Topic<ClickEvent> clicks = clicks("stamped", 1);
    letProducersStamp(clicks.name(), Topics.DEAD_LETTERS);
    Instant start = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Instant longAgo = Instant.parse("2001-01-01T00:00:00Z");
    Instant refusedByBrokers = start.plus(Duration.ofHours(2));
    KafkaEdge kafka = edge("earliest");
    DataStream<ClickEvent> events = events(event("ann", longAgo), event("bob", refusedByBrokers));

    kafka.write(events, clicks);
    kafka.writeDeadLetters(
        events.map(click -> DeadLetter.of(KEY, KEY, "t", 0, 0, "must not")).uid("letters"));
    submit();
    assertThat(cluster.await(jobs.get(0))).isEqualTo(JobStatus.FINISHED);

    List<ConsumerRecord<byte[], byte[]>> written = stored(clicks.name(), 2);
    written.addAll(stored(Topics.DEAD_LETTERS, 2));
    assertThat(written)
        .allMatch(record -> record.timestampType() == TimestampType.CREATE_TIME)
        .extracting(record -> Instant.ofEpochMilli(record.timestamp()))
        .allSatisfy(time -> assertThat(time).isBetween(start, Instant.now()));
  }

  private static final String ITEM = "{\"item_id\":\"i1\"}";
  private static final String RELEASE =
      """
      {"artifact":"pcrec","kind":"pcrec","version":"v","uri":"file:/r","sha256":"%s",
       "created_at":1763892000123}"""
          .formatted("0".repeat(64));

  private static Topic<ClickEvent> clicks(String name, int partitions) throws Exception {
    create(name, partitions);
    return new Topic<>(
        name, ClickEvent.class, Topics.CLICK_EVENTS.codec(), ClickEvent::userId, null);
  }

  private static Topic<Item> items(String name) throws Exception {
    create(name, 1);
    return new Topic<>(name, Item.class, Topics.ITEMS.codec(), Item::itemId, Item::removed);
  }

  private static void create(String name, int partitions) throws Exception {
    admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all().get();
    stamp("LogAppendTime", name);
  }

  private static void letProducersStamp(String... topics) throws Exception {
    stamp("CreateTime", topics);
  }

  private static void stamp(String type, String... topics) throws Exception {
    AlterConfigOp stamped =
        new AlterConfigOp(
            new ConfigEntry(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, type),
            AlterConfigOp.OpType.SET);
    for (String topic : topics) {
      admin
          .incrementalAlterConfigs(
              Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(stamped)))
          .all()
          .get();
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(String property, String value) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers(), property, value),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static void commit(Topic<?> topic, long offset) throws Exception {
    admin
        .alterConsumerGroupOffsets(
            GROUP, Map.of(new TopicPartition(topic.name(), 0), new OffsetAndMetadata(offset)))
        .all()
        .get();
  }

  private static void send(Topic<?> topic, int partition, String value) throws Exception {
    producer.send(record(topic, partition, value)).get();
  }

  private static ProducerRecord<byte[], byte[]> record(
      Topic<?> topic, int partition, String value) {
    return new ProducerRecord<>(topic.name(), partition, KEY, value.getBytes(UTF_8));
  }

  private static String click(String user, Instant time) {
    return "{\"user_id\":\"%s\",\"item_id\":\"i1\",\"event_time\":\"%s\"}".formatted(user, time);
  }

  private static ClickEvent event(String user, Instant time) {
    return new ClickEvent("e-" + user, user, "i1", time, "click", null, Map.of());
  }

  private static RecommendationConfig config(String start, String... namesAndValues) {
    Map<String, String> given = new HashMap<>();
    given.put("freshet.kafka.bootstrap-servers", broker.bootstrapServers());
    given.put("freshet.kafka.group-id", GROUP);
    given.put("freshet.kafka.start", start);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      given.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return RecommendationConfig.of(given);
  }

  private KafkaEdge edge(String start, String... namesAndValues) {
    RecommendationConfig config = config(start, namesAndValues);
    config.flink().applyTo(env);
    env.setParallelism(1);
    return new KafkaEdge(env, config.kafka());
  }

  private static <T> DataStream<Received<T>> read(KafkaEdge kafka, Topic<T> topic) {
    DataStream<Received<T>> received = kafka.read(topic);
    collect(received);
    return received;
  }

  private DataStream<ClickEvent> events(ClickEvent... clicks) {
    return env.fromData(List.of(clicks), TypeInformation.of(ClickEvent.class))
        .uid("clicks")
        .assignTimestampsAndWatermarks(
            WatermarkStrategy.<ClickEvent>forMonotonousTimestamps()
                .withTimestampAssigner((click, none) -> click.eventTime().toEpochMilli()))
        .uid("times");
  }

  private void submit() throws Exception {
    jobs.add(cluster.submit(env, "edge"));
  }

  private static void collect(DataStream<?> values) {
    String name = "collect " + values.getTransformation().getName();
    values.transform(name, Types.VOID, new Collecting<>()).uid(name).setParallelism(1);
  }

  private static final class Collecting<T> extends AbstractStreamOperator<Void>
      implements OneInputStreamOperator<T, Void> {
    private static final long serialVersionUID = 1;

    @Override
    public void processElement(StreamRecord<T> element) {
      if (element.getValue() instanceof Received<?> received) {
        VALUES.add(received);
      } else {
        LETTERS.add((DeadLetter) element.getValue());
      }
    }

    @Override
    public void processWatermark(Watermark watermark) {
      WATERMARKS.add(Instant.ofEpochMilli(watermark.getTimestamp()));
    }
  }

  private <T> T next(BlockingQueue<T> queue) throws Exception {
    T next = null;
    while (next == null) {
      next = poll(queue);
    }
    return next;
  }

  private <T> T poll(BlockingQueue<T> queue) throws Exception {
    if (cluster.status(jobs.get(0)).isGloballyTerminalState()) {
      cluster.await(jobs.get(0)); // tells why
    }
    return queue.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Returns what is there of the topic's beginning, or comes. */
  private static List<ConsumerRecord<byte[], byte[]>> stored(String topic, int count)
      throws Exception {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaClient kafka = new KafkaClient(broker.bootstrapServers());
        KafkaClient.Reader reader = kafka.read(topic)) {
      while (records.size() < count) {
        reader.poll(LOOK).forEach(records::add);
      }
    }
    return records;
  }

  private static Instant watermarkOf(Instant time) {
    return time.minus(OUT_OF_ORDERNESS).minusMillis(1);
  }
}
