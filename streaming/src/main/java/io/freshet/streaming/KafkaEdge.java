package io.freshet.streaming;

import io.freshet.schemas.DeadLetter;
import io.freshet.schemas.Topic;
import io.freshet.streaming.KafkaConfig.Delivery;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.CheckpointConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;

/**
 * Where a job meets Kafka. Sources give values and collect what cannot be read; sinks write under
 * the job's delivery guarantee.
 *
 * <p>No sink sets a record's timestamp: brokers refuse times far ahead, and old ones fall to
 * retention at once.
 */
public final class KafkaEdge {
  /** As long as brokers allow unless told otherwise: above checkpoint interval plus restart. */
  private static final String TRANSACTION_TIMEOUT_MILLIS = "900000";

  static final OutputTag<DeadLetter> DEAD_LETTERS =
      new OutputTag<>("dead-letters", TypeInformation.of(DeadLetter.class));

  private final StreamExecutionEnvironment env;
  private final KafkaConfig config;
  private final boolean untilNow;
  private final List<DataStream<DeadLetter>> deadLetters = new ArrayList<>();

  /** Reads as long as the job runs. */
  public KafkaEdge(StreamExecutionEnvironment env, KafkaConfig config) {
    this(env, config, false);
  }

  private KafkaEdge(StreamExecutionEnvironment env, KafkaConfig config, boolean untilNow) {
    this.env = env;
    this.config = config;
    this.untilNow = untilNow;
  }

  /**
   * Returns an edge whose topics end with what stands there when the job starts. Such a job takes
   * no checkpoints: it starts anew after a failure, and a checkpoint would wait for the one thing
   * that it does, and fail the job where that takes long.
   */
  public static KafkaEdge untilNow(StreamExecutionEnvironment env, KafkaConfig config) {
    env.getCheckpointConfig().disableCheckpointing();
    return new KafkaEdge(env, config, true);
  }

  /**
   * Returns the records on a topic of events, or all that is known where the topic is compacted:
   * such a topic is read from the earliest when there is no state, wherever events start.
   */
  public <T> DataStream<Received<T>> read(Topic<T> topic) {
    return topic.compacted()
        ? read(topic, OffsetsInitializer.earliest())
        : read(topic, startingOffsets());
  }

  /** Returns the records on a topic from {@code position} on, when there is no state. */
  @SuppressWarnings("deprecation") // the connector's own signature
  public <T> DataStream<Received<T>> read(Topic<T> topic, TopicContents.Position position) {
    return read(
        topic, OffsetsInitializer.offsets(position.offsets(), OffsetResetStrategy.EARLIEST));
  }

  private <T> DataStream<Received<T>> read(Topic<T> topic, OffsetsInitializer start) {
    SingleOutputStreamOperator<Decoded<T>> decoded =
        env.fromSource(source(topic, start), watermarks(), "read " + topic).uid("read " + topic);
    SingleOutputStreamOperator<Received<T>> received =
        decoded
            .process(new PartDeadLetters<T>())
            .returns(Received.type(topic.type()))
            .name("part " + topic)
            .uid("part " + topic);
    if (topic.compacted()) {
      // One reader keeps what is broadcast in one order for all.
      decoded.setParallelism(1);
      received.setParallelism(1);
    }
    deadLetters.add(received.getSideOutput(DEAD_LETTERS));
    return received;
  }

  /** Returns what could not be read on any topic read so far. */
  public DataStream<DeadLetter> deadLetters() {
    return deadLetters.stream().reduce(DataStream::union).orElseThrow();
  }

  /** Writes each record under its key. */
  public <T> void write(DataStream<T> records, Topic<T> topic) {
    write(records, new RecordWriter.OfTopic<>(config.avro().written(topic)));
  }

  /** Writes each dead letter as it came, with what is known of it in headers. */
  public void writeDeadLetters(DataStream<DeadLetter> letters) {
    write(letters, new RecordWriter.OfDeadLetters());
  }

  private <T> void write(DataStream<T> records, RecordWriter<T> writer) {
    checkTransactionsEnd();
    String name = "write " + writer.topicName();
    records.sinkTo(sink(writer)).name(name).uid(name);
  }

  /**
   * A transaction is committed by the checkpoint after its first record. Kafka aborts one that is
   * older than it allows, and Flink goes on without it.
   */
  private void checkTransactionsEnd() {
    if (config.delivery() != Delivery.EXACTLY_ONCE || untilNow) {
      return; // a job that ends commits then
    }
    CheckpointConfig checkpoints = env.getCheckpointConfig();
    String given = transactionTimeoutMillis();
    int timeout =
        (int)
            ConfigDef.parseType(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, given, ConfigDef.Type.INT);
    long between =
        Math.max(checkpoints.getCheckpointInterval(), checkpoints.getMinPauseBetweenCheckpoints());
    if (!checkpoints.isCheckpointingEnabled() || between >= timeout) {
      throw new IllegalArgumentException(
          "freshet.delivery 'exactly-once' must have checkpoints more often than Kafka's"
              + " transaction.timeout.ms, which is %d ms; was %s"
                  .formatted(
                      timeout,
                      checkpoints.isCheckpointingEnabled()
                          ? "one every %d ms".formatted(between)
                          : "without checkpoints"));
    }
  }

  private String transactionTimeoutMillis() {
    return config
        .properties()
        .getOrDefault(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MILLIS);
  }

  /**
   * Returns what stands on a topic now, without Flink; what cannot be read is left out. A topic
   * that does not exist is empty.
   *
   * @throws IllegalStateException when Kafka does not answer
   */
  public <T> TopicContents<T> contents(Topic<T> topic) {
    return TopicContents.of(topic, config);
  }

  private <T> KafkaSource<Decoded<T>> source(Topic<T> topic, OffsetsInitializer start) {
    KafkaSourceBuilder<Decoded<T>> builder = KafkaSource.builder();
    if (untilNow) {
      builder.setBounded(OffsetsInitializer.latest());
    }
    return builder
        .setProperties(clientProperties())
        .setBootstrapServers(config.bootstrapServers())
        .setGroupId(config.groupId())
        .setClientIdPrefix(config.groupId() + "-" + topic.name())
        .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")
        .setTopics(topic.name())
        .setStartingOffsets(start)
        .setDeserializer(new RecordDecoder<>(config.avro().written(topic), config.maxAhead()))
        .build();
  }

  @SuppressWarnings("deprecation") // the connector's own signature
  private OffsetsInitializer startingOffsets() {
    return switch (config.start()) {
      case COMMITTED -> OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST);
      case EARLIEST -> OffsetsInitializer.earliest();
      case LATEST -> OffsetsInitializer.latest();
    };
  }

  /** The source keeps these per partition. */
  private <T> WatermarkStrategy<Decoded<T>> watermarks() {
    WatermarkStrategy<Decoded<T>> ofEvents =
        WatermarkStrategy.<Decoded<T>>forBoundedOutOfOrderness(config.outOfOrderness())
            .withIdleness(config.idleTimeout());
    return WatermarkStrategy.<Decoded<T>>forGenerator(
            context -> new EventsOnly<>(ofEvents.createWatermarkGenerator(context)))
        .withTimestampAssigner((decoded, recordTimestamp) -> decoded.eventTimeMillis());
  }

  /** Is silent of what has no time: a partition of dead letters then counts as idle. */
  private record EventsOnly<T>(WatermarkGenerator<Decoded<T>> generator)
      implements WatermarkGenerator<Decoded<T>> {
    @Override
    public void onEvent(Decoded<T> decoded, long timestamp, WatermarkOutput output) {
      if (decoded.eventTimeMillis() != Decoded.NO_TIME) {
        generator.onEvent(decoded, timestamp, output);
      }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      generator.onPeriodicEmit(output);
    }
  }

  private <T> KafkaSink<T> sink(RecordWriter<T> writer) {
    Properties properties = clientProperties();
    properties.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, "0");
    properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, transactionTimeoutMillis());
    KafkaSinkBuilder<T> builder =
        KafkaSink.<T>builder()
            .setKafkaProducerConfig(properties)
            .setBootstrapServers(config.bootstrapServers())
            .setRecordSerializer(writer);
    return switch (config.delivery()) {
      case AT_LEAST_ONCE -> builder.setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE).build();
      case EXACTLY_ONCE ->
          builder
              .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
              .setTransactionalIdPrefix(config.transactionsOn(writer.topicName()))
              .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
              .build();
    };
  }

  private Properties clientProperties() {
    Properties properties = new Properties();
    properties.putAll(config.properties());
    return properties;
  }

  /** Values go on, dead letters aside. */
  private static final class PartDeadLetters<T> extends ProcessFunction<Decoded<T>, Received<T>> {
    private static final long serialVersionUID = 1;

    @Override
    public void processElement(Decoded<T> decoded, Context context, Collector<Received<T>> out) {
      if (decoded.deadLetter() != null) {
        context.output(DEAD_LETTERS, decoded.deadLetter());
      } else {
        out.collect(decoded.received());
      }
    }
  }
}
